import type { AlterObjectSchemaStmt, AlterOwnerStmt, RenameStmt } from '@pgsql/types';
import { constraintsOf, indexesOf, withDescendants, type Relation } from './catalog.ts';
import { takeLock } from './impact.ts';
import { relationOf, type ScriptContext } from './script-context.ts';

const KINDS: Readonly<Record<string, string>> = {
  OBJECT_INDEX: 'i',
  OBJECT_VIEW: 'v',
  OBJECT_MATVIEW: 'm',
  OBJECT_SEQUENCE: 'S',
};

/** Reads `… RENAME …`. */
export function rename(context: ScriptContext, tree: RenameStmt): void {
  const { impact, catalog } = context;
  const { renameType = 'OBJECT_TABLE', newname = '', subname = '' } = tree;
  if (renameType === 'OBJECT_SCHEMA') {
    for (const relation of catalog.relations)
      if (relation.schema === subname) relation.schema = newname;
    return;
  }
  // Types, functions, roles: a row of a system catalog, and no table.
  if (tree.relation === undefined) return;
  const kind = KINDS[renameType] ?? 'r';
  const relation = relationOf(context, tree.relation, {
    kind,
    isOptional: tree.missing_ok === true,
  });
  if (relation === undefined) return;
  takeLock(
    impact,
    relation,
    relation.indexOf !== null ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE',
  );
  if (renameType === 'OBJECT_COLUMN' || renameType === 'OBJECT_ATTRIBUTE') {
    for (const part of withDescendants(catalog, relation)) {
      takeLock(impact, part, 'ACCESS EXCLUSIVE');
      renameColumn(context, part, subname, newname);
    }
  } else if (renameType === 'OBJECT_TABCONSTRAINT') {
    for (const part of withDescendants(catalog, relation)) {
      for (const it of constraintsOf(catalog, part)) if (it.name === subname) it.name = newname;
    }
  } else if (
    renameType in KINDS ||
    renameType === 'OBJECT_TABLE' ||
    renameType === 'OBJECT_FOREIGN_TABLE'
  ) {
    relation.name = newname;
  }
}

function renameColumn({ catalog }: ScriptContext, table: Relation, from: string, to: string): void {
  const column = table.columns.get(from);
  if (column !== undefined) {
    table.columns.delete(from);
    table.columns.set(to, column);
  }
  const renamed = (names: readonly string[]) => names.map((name) => (name === from ? to : name));
  for (const it of [...catalog.constraints]) {
    const isOwn = it.relation === table;
    if (!isOwn && it.references !== table) continue;
    catalog.constraints.delete(it);
    catalog.constraints.add({
      ...it,
      ...(isOwn && {
        columns: renamed(it.columns),
        notNull: it.notNull === from ? to : it.notNull,
      }),
      ...(it.references === table && { referencedColumns: renamed(it.referencedColumns) }),
    });
  }
  for (const index of indexesOf(catalog, table))
    Object.assign(index, { indexColumns: renamed(index.indexColumns) });
  for (const relation of catalog.relations) {
    if (relation.ownedBy?.relation === table && relation.ownedBy.column === from) {
      relation.ownedBy = { relation: table, column: to };
    }
  }
}

/** Reads `… SET SCHEMA`. */
export function setSchema(context: ScriptContext, tree: AlterObjectSchemaStmt): void {
  const { impact, catalog } = context;
  if (tree.relation === undefined) return;
  const relation = relationOf(context, tree.relation, {
    kind: KINDS[tree.objectType ?? ''] ?? 'r',
    isOptional: tree.missing_ok === true,
  });
  if (relation === undefined) return;
  takeLock(impact, relation, 'ACCESS EXCLUSIVE');
  relation.schema = tree.newschema ?? relation.schema;
  for (const other of catalog.relations) {
    if (other.indexOf !== relation && other.ownedBy?.relation !== relation) continue;
    if (other.indexOf === null) takeLock(impact, other, 'ACCESS EXCLUSIVE');
    other.schema = relation.schema;
  }
}

/** Reads `… OWNER TO` of what is not a table. */
export function changeOwner(context: ScriptContext, tree: AlterOwnerStmt): void {
  if (tree.relation === undefined) return;
  const relation = relationOf(context, tree.relation);
  if (relation !== undefined) takeLock(context.impact, relation, 'ACCESS EXCLUSIVE');
}
