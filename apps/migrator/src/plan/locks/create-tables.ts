import type { CreateStmt, CreateTableAsStmt, Node } from '@pgsql/types';
import { constraintsOf, newRelation, type Relation } from './catalog.ts';
import { addColumn, constraintsIn } from './alter-columns.ts';
import { addConstraint } from './constraints.ts';
import { takeLock } from './impact.ts';
import { meetParent } from './partitions.ts';
import { readRows } from './rows.ts';
import { findRelation, relationOf, schemaOf, type ScriptContext } from './script-context.ts';

/** Reads `CREATE TABLE`: nobody sees the new table, but what it refers to is locked. */
export function createTable(context: ScriptContext, tree: CreateStmt): void {
  const { impact, catalog } = context;
  const { relation: name, tableElts = [], inhRelations = [] } = tree;
  if (
    tree.if_not_exists === true &&
    name !== undefined &&
    findRelation(context, name) !== undefined
  )
    return;
  if (tree.if_not_exists === true && !catalog.isComplete)
    impact.notes.add('Nothing is done where the table is there.');
  const isTemporary = name?.relpersistence === 't';
  const table = newRelation({
    ...{
      schema: isTemporary ? 'pg_temp' : schemaOf(context, name?.schemaname),
      name: name?.relname ?? '',
    },
    ...{ kind: tree.partspec === undefined ? 'r' : 'p', isUnlogged: name?.relpersistence === 'u' },
    ...{
      isPartition: tree.partbound !== undefined,
      isDefault: tree.partbound?.is_default === true,
    },
  });
  catalog.relations.add(table);
  for (const node of inhRelations) {
    if (!('RangeVar' in node)) continue;
    const parent = relationOf(context, node.RangeVar, {
      kind: tree.partbound === undefined ? 'r' : 'p',
    });
    if (parent === undefined) continue;
    inherit(context, table, parent);
  }
  for (const node of tableElts)
    if ('TableLikeClause' in node) {
      const model = relationOf(context, node.TableLikeClause.relation);
      if (model !== undefined) {
        takeLock(impact, model, 'ACCESS SHARE');
        for (const [column, it] of model.columns) table.columns.set(column, it);
      }
    }
  addElements(context, table, tableElts);
  for (const node of tree.constraints ?? [])
    if ('Constraint' in node) addConstraint(context, table, node.Constraint);
}

function inherit(context: ScriptContext, table: Relation, parent: Relation): void {
  const { impact, catalog } = context;
  table.parents.add(parent);
  for (const [column, it] of parent.columns) table.columns.set(column, it);
  if (!table.isPartition) return takeLock(impact, parent, 'SHARE UPDATE EXCLUSIVE');
  takeLock(impact, parent, 'ACCESS EXCLUSIVE');
  meetParent(context, parent, table);
  for (const constraint of constraintsOf(catalog, parent)) {
    if (constraint.kind === 'c') catalog.constraints.add({ ...constraint, relation: table });
  }
}

function addElements(context: ScriptContext, table: Relation, elements: readonly Node[]): void {
  for (const node of elements) {
    if ('ColumnDef' in node) {
      addColumn(context, table, { ...node.ColumnDef, constraints: [] }, false);
      for (const constraint of constraintsIn(node.ColumnDef)) {
        addConstraint(context, table, constraint, {
          column: node.ColumnDef.colname ?? '',
          isEmpty: true,
        });
      }
    } else if ('Constraint' in node) addConstraint(context, table, node.Constraint);
  }
}

/** Reads `CREATE TABLE … AS` and `CREATE MATERIALIZED VIEW`. */
export function createTableAs(context: ScriptContext, tree: CreateTableAsStmt): void {
  const name = tree.into?.rel;
  if (
    tree.if_not_exists === true &&
    name !== undefined &&
    findRelation(context, name) !== undefined
  )
    return;
  readRows(context, tree.query, { isRun: tree.into?.skipData !== true });
  context.catalog.relations.add(
    newRelation({
      schema: name?.relpersistence === 't' ? 'pg_temp' : schemaOf(context, name?.schemaname),
      name: name?.relname ?? '',
      kind: tree.objtype === 'OBJECT_MATVIEW' ? 'm' : 'r',
    }),
  );
}
