import type { Node, RangeVar } from '@pgsql/types';
import { keyOf, newRelation, type Catalog, type Relation } from './catalog.ts';
import type { Impact } from './impact.ts';

/** What the reading of a statement works with: the database as it stands, and what it finds. */
export interface ScriptContext {
  readonly catalog: Catalog;
  readonly impact: Impact;
}

/** The schema in which a new relation is made. */
export function schemaOf({ catalog }: ScriptContext, schema: string | undefined): string {
  return schema ?? catalog.searchPath[0] ?? 'public';
}

/** Finds what a name means at this place; undefined where there is nothing of that name. */
export function findRelation(
  { catalog }: ScriptContext,
  name: { readonly schemaname?: string; readonly relname?: string },
): Relation | undefined {
  // Temporary tables come before all others of their name.
  const schemas =
    name.schemaname === undefined ? ['pg_temp', ...catalog.searchPath] : [name.schemaname];
  for (const schema of schemas) {
    for (const relation of catalog.relations) {
      if (relation.name === name.relname && relation.schema === schema) return relation;
    }
  }
  return undefined;
}

/**
 * The relation that a statement is about. One that is not known is taken to be there where not all
 * is known, and else told to be unknown.
 */
export function relationOf(
  context: ScriptContext,
  name: RangeVar | undefined,
  { kind = 'r', isOptional = false } = {},
): Relation | undefined {
  if (name?.relname === undefined) return undefined;
  const found = findRelation(context, name);
  if (found !== undefined) return found;
  const { catalog, impact } = context;
  const schema = schemaOf(context, name.schemaname);
  const key = keyOf(schema, name.relname);
  if (!catalog.isComplete) {
    const assumed = newRelation({ schema, name: name.relname, kind, isFresh: false, origin: key });
    catalog.relations.add(assumed);
    return assumed;
  }
  if (!isOptional) impact.unknown.add(`There is no ${key} at this place.`);
  return undefined;
}

/** A name of a list of words, as `DROP` and others hold it. */
export function nameOfWords(node: Node | undefined): { schemaname?: string; relname?: string } {
  const words = wordsOf(node);
  const relname = words.at(-1);
  const schemaname = words.at(-2);
  return {
    ...(relname !== undefined && { relname }),
    ...(schemaname !== undefined && { schemaname }),
  };
}

/** The words of a list, a name of a type, or one string. */
export function wordsOf(node: Node | undefined): string[] {
  if (node === undefined) return [];
  if ('String' in node) return [node.String.sval ?? ''];
  if ('List' in node) return (node.List.items ?? []).flatMap(wordsOf);
  if ('TypeName' in node) return (node.TypeName.names ?? []).flatMap(wordsOf);
  return [];
}

/** Calls for every node of a kind in a tree, at any depth. */
export function visit(tree: unknown, kind: string, found: (node: unknown) => void): void {
  if (Array.isArray(tree)) for (const item of tree) visit(item, kind, found);
  else if (typeof tree === 'object' && tree !== null) {
    for (const [key, value] of Object.entries(tree)) {
      if (key === kind) found(value);
      visit(value, kind, found);
    }
  }
}

/** The name that the server gives to a constraint that has none. */
export function nameOfNew(table: string, columns: readonly string[], kind: string): string {
  const ending =
    { c: 'check', f: 'fkey', n: 'not_null', p: 'pkey', u: 'key', x: 'excl' }[kind] ?? kind;
  return [table, ...(kind === 'p' ? [] : columns), ending].join('_');
}
