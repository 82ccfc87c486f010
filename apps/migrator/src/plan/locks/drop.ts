import type { DropStmt, Node, TruncateStmt } from '@pgsql/types';
import {
  childrenOf,
  constraintsOf,
  foreignKeysTo,
  indexesOf,
  ownedSequences,
  withDescendants,
  viewsOver,
  type Relation,
} from './catalog.ts';
import { dropForeignKey } from './constraints.ts';
import { empty, takeLock } from './impact.ts';
import { dropIndex } from './indexes.ts';
import { nameOfWords, relationOf, wordsOf, type ScriptContext } from './script-context.ts';

const RELATIONS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'r',
  OBJECT_FOREIGN_TABLE: 'f',
  OBJECT_VIEW: 'v',
  OBJECT_MATVIEW: 'm',
  OBJECT_SEQUENCE: 'S',
  OBJECT_INDEX: 'i',
};

/** What stands on a table, and is dropped by its name and the table's. */
const ON_TABLES = new Set(['OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']);

/** What no table needs, or whose drop is refused while one does. */
const APART = new Set([
  ...[
    'OBJECT_FUNCTION',
    'OBJECT_PROCEDURE',
    'OBJECT_ROUTINE',
    'OBJECT_AGGREGATE',
    'OBJECT_OPERATOR',
  ],
  ...[
    'OBJECT_EXTENSION',
    'OBJECT_COLLATION',
    'OBJECT_CAST',
    'OBJECT_EVENT_TRIGGER',
    'OBJECT_PUBLICATION',
  ],
  ...['OBJECT_TSCONFIGURATION', 'OBJECT_TSDICTIONARY', 'OBJECT_TSPARSER', 'OBJECT_TSTEMPLATE'],
  ...['OBJECT_LANGUAGE', 'OBJECT_FDW', 'OBJECT_FOREIGN_SERVER', 'OBJECT_ACCESS_METHOD'],
  ...['OBJECT_TYPE', 'OBJECT_DOMAIN', 'OBJECT_OPCLASS', 'OBJECT_OPFAMILY', 'OBJECT_CONVERSION'],
]);

/** Reads `DROP` of anything but roles, databases and tablespaces. */
export function drop(context: ScriptContext, tree: DropStmt): void {
  const { impact } = context;
  const { removeType = 'OBJECT_TABLE', objects = [] } = tree;
  const cascade = tree.behavior === 'DROP_CASCADE';
  const kind = RELATIONS[removeType];
  for (const object of objects) {
    if (kind !== undefined) {
      const relation = relationOf(context, nameOfWords(object), {
        kind,
        isOptional: tree.missing_ok === true,
      });
      if (relation === undefined) continue;
      if (kind === 'i') dropIndex(context, relation, tree.concurrent === true);
      else dropRelation(context, relation, cascade);
    } else if (ON_TABLES.has(removeType)) {
      dropOnTable(context, object, tree.missing_ok === true);
    } else if (removeType === 'OBJECT_SCHEMA') dropSchema(context, object, cascade);
    else if (removeType === 'OBJECT_STATISTIC_EXT') {
      impact.unknown.add(
        'Its table, which is locked in SHARE UPDATE EXCLUSIVE mode, is not known.',
      );
    } else if (APART.has(removeType)) {
      if (cascade) impact.unknown.add('What falls with it by CASCADE, is not known.');
      dropType(context, object);
    } else impact.unknown.add(`What dropping ${removeType} locks, is not known.`);
  }
}

/** Drops a table, view or sequence with all that goes with it. */
function dropRelation(context: ScriptContext, relation: Relation, cascade: boolean): void {
  const { impact, catalog } = context;
  if (!catalog.relations.has(relation)) return;
  const parts = withDescendants(catalog, relation);
  for (const parent of relation.isPartition ? relation.parents : []) {
    takeLock(impact, parent, 'ACCESS EXCLUSIVE');
    for (const key of cascade ? foreignKeysTo(catalog, parent) : []) dropForeignKey(context, key);
    for (const child of childrenOf(catalog, parent)) {
      if (child.isDefault) takeLock(impact, child, 'ACCESS EXCLUSIVE');
    }
  }
  for (const part of parts) {
    takeLock(impact, part, 'ACCESS EXCLUSIVE');
    for (const key of constraintsOf(catalog, part)) dropForeignKey(context, key);
    for (const key of foreignKeysTo(catalog, part)) dropForeignKey(context, key);
    for (const sequence of ownedSequences(catalog, part)) {
      takeLock(impact, sequence, 'ACCESS EXCLUSIVE');
      catalog.relations.delete(sequence);
    }
    for (const index of indexesOf(catalog, part)) {
      takeLock(impact, index, 'ACCESS EXCLUSIVE');
      catalog.relations.delete(index);
    }
    for (const view of cascade ? viewsOver(catalog, part) : [])
      dropRelation(context, view, cascade);
  }
  for (const part of parts) catalog.relations.delete(part);
}

function dropOnTable(context: ScriptContext, object: Node, isOptional: boolean): void {
  const words = wordsOf(object).slice(0, -1);
  const name = nameOfWords({ List: { items: words.map((sval) => ({ String: { sval } })) } });
  const table = relationOf(context, name, { isOptional });
  if (table !== undefined) takeLock(context.impact, table, 'ACCESS EXCLUSIVE');
}

function dropSchema(context: ScriptContext, object: Node, cascade: boolean): void {
  const [schema = ''] = wordsOf(object);
  for (const relation of [...context.catalog.relations]) {
    if (relation.schema === schema && relation.indexOf === null)
      dropRelation(context, relation, cascade);
  }
}

function dropType(context: ScriptContext, object: Node): void {
  const words = wordsOf(object);
  for (const relation of [...context.catalog.relations]) {
    if (relation.kind !== 'c' || relation.name !== words.at(-1)) continue;
    takeLock(context.impact, relation, 'ACCESS EXCLUSIVE');
    context.catalog.relations.delete(relation);
  }
}

/** Reads `TRUNCATE`: files are replaced by empty ones, at once. */
export function truncate(context: ScriptContext, { relations = [], behavior }: TruncateStmt): void {
  const { impact, catalog } = context;
  const reached = new Set<Relation>();
  const reach = (table: Relation) => {
    if (reached.has(table)) return;
    reached.add(table);
    takeLock(impact, table, 'ACCESS EXCLUSIVE');
    empty(impact, table);
    if (behavior !== 'DROP_CASCADE') return;
    for (const { relation } of foreignKeysTo(catalog, table)) {
      for (const part of withDescendants(catalog, relation)) reach(part);
    }
  };
  for (const node of relations) {
    if (!('RangeVar' in node)) continue;
    const table = relationOf(context, node.RangeVar);
    if (table === undefined) continue;
    for (const part of node.RangeVar.inh === true ? withDescendants(catalog, table) : [table])
      reach(part);
  }
}
