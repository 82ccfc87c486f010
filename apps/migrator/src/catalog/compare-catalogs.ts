import type { CatalogEntry, DatabaseCatalog } from './read-catalog.ts';

/** One difference between two catalogs; a side that lacks the thing is null. */
export interface CatalogDifference {
  readonly kind: string;
  readonly identity: string;
  readonly schema: string | null;
  readonly relation: string | null;
  readonly left: string | null;
  readonly right: string | null;
}

/**
 * Compares two catalogs. What stands on a table that one side lacks is told with the table, not
 * again by itself.
 */
export function compareCatalogs(
  left: DatabaseCatalog,
  right: DatabaseCatalog,
): CatalogDifference[] {
  const identities = [...new Set([...left.keys(), ...right.keys()])].sort();
  const found = identities.flatMap((identity): CatalogDifference[] => {
    const [a, b] = [left.get(identity), right.get(identity)];
    const entry = a ?? b;
    if (entry === undefined || a?.definition === b?.definition) return [];
    const { kind, schema, relation } = entry;
    return [
      {
        ...{ kind, identity, schema, relation },
        left: a?.definition ?? null,
        right: b?.definition ?? null,
      },
    ];
  });
  const lacking = found.filter((it) => HOLDERS.has(it.kind) && isLacking(it));
  const tables = new Set(lacking.filter(({ kind }) => kind === 'table').map(tableKey));
  const names = lacking.map(({ kind, identity }) => identity.slice(kind.length));
  const isImplied = (it: CatalogDifference) =>
    it.kind === 'table'
      ? false
      : tables.has(tableKey(it)) ||
        (!HOLDERS.has(it.kind) &&
          isLacking(it) &&
          names.some((name) => it.identity.endsWith(name)));
  return found.filter((it) => !isImplied(it));
}

/** What owners, rights and comments are of. */
const HOLDERS = new Set([
  ...['table', 'sequence', 'view', 'materialized view', 'function', 'procedure', 'aggregate'],
  ...['enum', 'domain', 'range', 'schema', 'index', 'constraint', 'trigger', 'policy', 'column'],
]);

function isLacking({ left, right }: CatalogDifference): boolean {
  return left === null || right === null;
}

/** What stands on partitions is left out: they come and go with time. */
export function withoutPartitions(catalog: DatabaseCatalog): DatabaseCatalog {
  return new Map([...catalog].filter(([, { ofPartition }]) => !ofPartition));
}

function tableKey({ schema, relation }: Pick<CatalogEntry, 'schema' | 'relation'>): string {
  return JSON.stringify([schema, relation]);
}

/** Says a difference in one line; `sides` names where left and right were read. */
export function describeDifference(
  { identity, left, right }: CatalogDifference,
  sides: readonly [string, string],
): string {
  if (left === null) return `${identity}: only ${sides[1]} has it`;
  if (right === null) return `${identity}: only ${sides[0]} has it`;
  return `${identity}: ${sides[0]} has ${left}; ${sides[1]} has ${right}`;
}
