import type { Node, RangeVar } from '@pgsql/types';
import { constraintsOf, nameOf, type Catalog, type Relation } from '../plan/locks/catalog.ts';
import { noImpact } from '../plan/locks/impact.ts';
import { nameOfWords, relationOf } from '../plan/locks/script-context.ts';
import { treeOf } from '../statements/read-statements.ts';
import type { Subject } from './rule.ts';

/** A relation that a statement is about, by its name. */
interface Named {
  readonly name: RangeVar;
  /** What it is where nobody knows: a letter of `pg_class.relkind`. */
  readonly kind: string;
}

const KINDS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'r',
  OBJECT_FOREIGN_TABLE: 'f',
  OBJECT_VIEW: 'v',
  OBJECT_MATVIEW: 'm',
  OBJECT_SEQUENCE: 'S',
  OBJECT_INDEX: 'i',
  OBJECT_TYPE: 'c',
};

/** What stands on a table and is named after it. */
const ON_TABLES = /^OBJECT_(TRIGGER|POLICY|RULE)$/;

/** The relations that a statement is about, as they are before it; what it makes is none of them. */
export function subjectsOf(node: Node, catalog: Catalog): Subject[] {
  // Where not all is known, what is named is taken to be there.
  const context = { catalog, impact: noImpact() };
  return namesIn(node).flatMap(({ name, kind }) => {
    const relation = relationOf(context, name, { kind });
    return relation === undefined ? [] : [subjectOf(relation, catalog)];
  });
}

function subjectOf(relation: Relation, catalog: Catalog): Subject {
  return {
    relation,
    name: nameOf(relation),
    columns: new Map(relation.columns),
    constraints: constraintsOf(catalog, relation).map((it) => ({ ...it })),
  };
}

function namesIn(node: Node): Named[] {
  const altered = treeOf(node, 'AlterTableStmt');
  if (altered !== undefined) return named(altered.relation, KINDS[altered.objtype ?? '']);
  const renamed = treeOf(node, 'RenameStmt');
  if (renamed !== undefined) {
    const type = renamed.renameType === 'OBJECT_COLUMN' ? renamed.relationType : renamed.renameType;
    return named(renamed.relation, KINDS[type ?? '']);
  }
  const dropped = treeOf(node, 'DropStmt');
  if (dropped !== undefined) {
    const type = dropped.removeType ?? '';
    if (ON_TABLES.test(type)) return (dropped.objects ?? []).flatMap(tableOf);
    const kind = KINDS[type];
    if (kind === undefined || kind === 'c') return [];
    return (dropped.objects ?? []).flatMap((it) => named(nameOfWords(it), kind));
  }
  const reindexed = treeOf(node, 'ReindexStmt');
  if (reindexed !== undefined) {
    return named(reindexed.relation, reindexed.kind === 'REINDEX_OBJECT_INDEX' ? 'i' : 'r');
  }
  const moved = treeOf(node, 'AlterObjectSchemaStmt');
  if (moved !== undefined) return named(moved.relation, KINDS[moved.objectType ?? '']);
  const listed = treeOf(node, 'TruncateStmt')?.relations ?? treeOf(node, 'LockStmt')?.relations;
  if (listed !== undefined) return listed.flatMap((it) => named(treeOf(it, 'RangeVar')));
  const vacuumed = treeOf(node, 'VacuumStmt')?.rels ?? [];
  const one =
    treeOf(node, 'IndexStmt')?.relation ??
    treeOf(node, 'CreateTrigStmt')?.relation ??
    treeOf(node, 'ClusterStmt')?.relation ??
    treeOf(node, 'UpdateStmt')?.relation ??
    treeOf(node, 'DeleteStmt')?.relation ??
    treeOf(node, 'MergeStmt')?.relation ??
    treeOf(node, 'InsertStmt')?.relation ??
    treeOf(node, 'CopyStmt')?.relation ??
    treeOf(node, 'CreatePolicyStmt')?.table ??
    treeOf(node, 'AlterPolicyStmt')?.table ??
    treeOf(node, 'RuleStmt')?.relation;
  return [
    ...named(one),
    ...named(treeOf(node, 'RefreshMatViewStmt')?.relation, 'm'),
    ...vacuumed.flatMap((it) => named(treeOf(it, 'VacuumRelation')?.relation)),
  ];
}

function named(name: RangeVar | undefined, kind = 'r'): Named[] {
  return name?.relname === undefined ? [] : [{ name, kind }];
}

/** The table in the name of what stands on it. */
function tableOf(node: Node): Named[] {
  const items = treeOf(node, 'List')?.items ?? [];
  return named(nameOfWords({ List: { items: items.slice(0, -1) } }));
}
