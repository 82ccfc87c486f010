import { compareCatalogs, type CatalogDifference } from './compare-catalogs.ts';
import type { DatabaseCatalog } from './read-catalog.ts';

/** Compares two catalogs, and leaves out what only is printed otherwise. */
export async function compareMeaning(
  left: DatabaseCatalog,
  right: DatabaseCatalog,
): Promise<CatalogDifference[]> {
  return compareCatalogs(left, await inWordsOf(left, right));
}

/** A catalog in the words of another, wherever both say the same. */
export async function inWordsOf(
  wanted: DatabaseCatalog,
  catalog: DatabaseCatalog,
): Promise<DatabaseCatalog> {
  const entries = [...catalog].map(async ([identity, entry]) => {
    const words = wanted.get(identity)?.definition;
    const definition = await wordsFor(entry.kind, words, entry.definition);
    return [identity, { ...entry, definition }] as const;
  });
  return new Map(await Promise.all(entries));
}

/** A definition in the wanted words, where both mean the same. */
export async function wordsFor(
  kind: string,
  wanted: string | undefined,
  definition: string,
): Promise<string> {
  if (wanted === undefined || wanted === definition) return definition;
  const isSame = await meansTheSame({ kind, left: wanted, right: definition });
  return isSame ? wanted : definition;
}

/**
 * Tells whether both sides of a difference are the same but for how conditions are nested: the
 * server prints `(a AND b) AND c`, and makes `a AND b AND c` of its own text.
 */
export async function meansTheSame({
  kind,
  left,
  right,
}: Pick<CatalogDifference, 'kind' | 'left' | 'right'>): Promise<boolean> {
  const write = STATEMENTS[kind];
  if (left === null || right === null || write === undefined) return false;
  const { parse } = await import('libpg-query');
  try {
    const [a, b] = [await parse(write(left)), await parse(write(right))].map(flatten);
    return JSON.stringify(a) === JSON.stringify(b);
  } catch {
    return false;
  }
}

/** What has conditions, as the statement that makes it. */
const STATEMENTS: Readonly<Record<string, (definition: string) => string>> = {
  constraint: (definition) => `ALTER TABLE t ADD CONSTRAINT c ${definition}`,
  index: (definition) => definition.replace(/ attached to .*$/, ''),
  column: (definition) => `CREATE TABLE t (c ${definition})`,
  view: (definition) => `CREATE VIEW v AS ${definition.replace(/;(\{.*\})?$/, '')}`,
  // Its last letter tells whether it is enabled.
  trigger: (definition) => `${definition.slice(0, -1)}; SELECT '${definition.slice(-1)}'`,
  policy: (definition) =>
    definition.replace(
      /^(\S .*?) using (.*) check (.*)$/s,
      (_, head: string, using: string, check: string) =>
        `SELECT '${head.replaceAll("'", "''")}', ${using || 'NULL'}, ${check || 'NULL'}`,
    ),
};

/** A syntax tree without places, in which `AND` and `OR` take in what they are nested in. */
function flatten(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(flatten);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node)
    .filter(([name]) => !/^(location|stmt_location|stmt_len)$/.test(name))
    .map(([name, value]) => [name, flatten(value)] as const);
  const flat = Object.fromEntries(entries) as { BoolExpr?: BoolExpr };
  const { BoolExpr: outer } = flat;
  if (outer === undefined || !/^(AND|OR)_EXPR$/.test(outer.boolop)) return flat;
  const args = outer.args.flatMap((arg) =>
    arg.BoolExpr?.boolop === outer.boolop ? arg.BoolExpr.args : [arg],
  );
  return { BoolExpr: { ...outer, args } };
}

interface BoolExpr {
  readonly boolop: string;
  readonly args: readonly { readonly BoolExpr?: BoolExpr }[];
}
