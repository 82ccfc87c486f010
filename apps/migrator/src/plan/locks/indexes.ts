import type { IndexStmt, Node, ReindexStmt } from '@pgsql/types';
import { indexesOf, newRelation, withDescendants, type Relation } from './catalog.ts';
import { build, takeLock } from './impact.ts';
import { findRelation, relationOf, visit, wordsOf, type ScriptContext } from './script-context.ts';

/** Reads `CREATE INDEX`. */
export function createIndex(context: ScriptContext, tree: IndexStmt): void {
  const { impact, catalog } = context;
  const table = relationOf(context, tree.relation);
  if (table === undefined) return;
  const isConcurrent = tree.concurrent === true;
  const name = tree.idxname ?? [table.name, ...columnsOf(tree), 'idx'].join('_');
  const isThere = findRelation(context, { schemaname: table.schema, relname: name }) !== undefined;
  const parts = tree.relation?.inh === true ? withDescendants(catalog, table) : [table];
  if (isConcurrent) impact.waitsForTransactions = true;
  if (isThere && tree.if_not_exists === true) {
    takeLock(impact, table, isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE');
    return;
  }
  for (const part of parts) {
    takeLock(impact, part, isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE');
    build(impact, part);
    const indexName = part === table ? name : `${part.name}_${columnsOf(tree).join('_')}_idx`;
    catalog.relations.add(
      newRelation({
        ...{ schema: part.schema, name: indexName, kind: part.kind === 'p' ? 'I' : 'i' },
        ...{ indexOf: part, indexColumns: columnsOf(tree), isFresh: true },
      }),
    );
  }
}

/** Drops an index, as a statement or with its table. */
export function dropIndex(context: ScriptContext, index: Relation, isConcurrent: boolean): void {
  const { impact, catalog } = context;
  const mode = isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  if (isConcurrent) impact.waitsForTransactions = true;
  takeLock(impact, index, mode);
  const table = index.indexOf;
  if (table === null) impact.unknown.add('Its table is not known, which is locked as well.');
  for (const part of table === null ? [] : withDescendants(catalog, table)) {
    if (part === table || index.kind === 'I') takeLock(impact, part, mode);
  }
  catalog.relations.delete(index);
}

/** Reads `REINDEX`. */
export function reindex(context: ScriptContext, tree: ReindexStmt): void {
  const { impact, catalog } = context;
  const isConcurrent = (tree.params ?? []).some(
    (node) => 'DefElem' in node && node.DefElem.defname === 'concurrently',
  );
  const [onTable, onIndex] = isConcurrent
    ? (['SHARE UPDATE EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE'] as const)
    : (['SHARE', 'ACCESS EXCLUSIVE'] as const);
  if (isConcurrent) impact.waitsForTransactions = true;
  if (tree.kind === 'REINDEX_OBJECT_INDEX') {
    const index = relationOf(context, tree.relation, { kind: 'i' });
    if (index === undefined) return;
    takeLock(impact, index, onIndex);
    if (index.indexOf === null)
      impact.unknown.add('Its table is not known, which is locked as well.');
    else {
      takeLock(impact, index.indexOf, onTable);
      build(impact, index.indexOf);
    }
    return;
  }
  const named = relationOf(context, tree.relation);
  const tables =
    tree.kind === 'REINDEX_OBJECT_TABLE'
      ? named === undefined
        ? []
        : withDescendants(catalog, named)
      : [...catalog.relations].filter(
          ({ kind, schema }) =>
            /[rm]/.test(kind) && (tree.kind !== 'REINDEX_OBJECT_SCHEMA' || schema === tree.name),
        );
  if (tree.kind !== 'REINDEX_OBJECT_TABLE')
    impact.unknown.add('Each table is locked in turn, also those not listed.');
  for (const table of tables) {
    takeLock(impact, table, onTable);
    if (indexesOf(catalog, table).length > 0) build(impact, table);
    for (const index of indexesOf(catalog, table)) takeLock(impact, index, onIndex);
  }
}

function columnsOf({ indexParams = [], whereClause }: IndexStmt): string[] {
  const names = new Set<string>();
  for (const node of indexParams) {
    if ('IndexElem' in node && node.IndexElem.name !== undefined) names.add(node.IndexElem.name);
  }
  visit([indexParams, whereClause], 'ColumnRef', (ref) => {
    const name = ((ref as { fields?: Node[] }).fields ?? []).flatMap(wordsOf).at(-1);
    if (name !== undefined) names.add(name);
  });
  return [...names];
}
