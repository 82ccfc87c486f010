import type { ColumnDef, Constraint as ConstraintTree } from '@pgsql/types';
import {
  constraintsOf,
  foreignKeysTo,
  indexesOf,
  withDescendants,
  viewsOver,
  type Relation,
} from './catalog.ts';
import { domainOf, readType } from './column-types.ts';
import { addConstraint, dropConstraint, dropForeignKey } from './constraints.ts';
import { kindOfDefault } from './defaults.ts';
import { rewrite, scan, takeLock } from './impact.ts';
import { wordsOf, type ScriptContext } from './script-context.ts';

const SERIALS = new Set(['serial', 'serial2', 'serial4', 'serial8', 'smallserial', 'bigserial']);

/** Adds a column: rows are written anew only where each gets a value of its own. */
export function addColumn(
  context: ScriptContext,
  table: Relation,
  tree: ColumnDef,
  isOptional: boolean,
): void {
  const { catalog, impact } = context;
  const name = tree.colname ?? '';
  if (isOptional && table.columns.has(name)) return;
  if (isOptional && !catalog.isComplete)
    impact.notes.add('Nothing is done where the column is there.');
  const constraints = constraintsIn(tree);
  const value = valueOf(context, tree, constraints);
  const type = readType(catalog, tree.typeName);
  for (const part of withDescendants(catalog, table)) {
    part.columns.set(name, { ...type, notNull: false });
    if (value === 'each') rewrite(impact, part);
  }
  if (value === 'unknown') {
    for (const part of withDescendants(catalog, table)) rewrite(impact, part);
    impact.notes.add('Written anew unless every function of the default is stable or immutable.');
  }
  for (const constraint of constraints) {
    if (constraint.contype === 'CONSTR_NOTNULL') {
      if (value === 'none') {
        for (const part of withDescendants(catalog, table)) scan(impact, part);
        impact.notes.add('Fails where the table has a row: there is no default.');
      }
      markNotNull(context, table, name);
    } else addConstraint(context, table, constraint, { column: name, isEmpty: value === 'none' });
  }
}

/** Drops a column, with all that stands on it. */
export function dropColumn(
  context: ScriptContext,
  table: Relation,
  name: string,
  cascade: boolean,
): void {
  const { catalog, impact } = context;
  for (const part of withDescendants(catalog, table)) {
    part.columns.delete(name);
    for (const constraint of constraintsOf(catalog, part)) {
      if (constraint.columns.includes(name)) dropConstraint(context, part, constraint);
    }
    for (const index of indexesOf(catalog, part)) {
      if (index.indexColumns.includes(name)) catalog.relations.delete(index);
    }
    for (const relation of catalog.relations) {
      const { ownedBy } = relation;
      if (ownedBy?.relation !== part || ownedBy.column !== name) continue;
      takeLock(impact, relation, 'ACCESS EXCLUSIVE');
      catalog.relations.delete(relation);
    }
  }
  for (const key of foreignKeysTo(catalog, table)) {
    if (key.referencedColumns.includes(name)) dropForeignKey(context, key);
  }
  if (!cascade) return;
  for (const view of viewsOver(catalog, table, name)) {
    takeLock(impact, view, 'ACCESS EXCLUSIVE');
    catalog.relations.delete(view);
  }
}

/** The constraints at a column. */
export function constraintsIn({ constraints = [] }: ColumnDef): ConstraintTree[] {
  return constraints.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
}

/** What the rows that are there get: nothing, one value for all, or each its own. */
function valueOf(
  { catalog }: ScriptContext,
  tree: ColumnDef,
  constraints: readonly ConstraintTree[],
): 'none' | 'one' | 'each' | 'unknown' {
  const words = (tree.typeName?.names ?? []).flatMap(wordsOf);
  if (SERIALS.has(words.at(-1) ?? '')) return 'each';
  if (constraints.some(({ contype }) => contype === 'CONSTR_IDENTITY')) return 'each';
  const generated = constraints.find(({ contype }) => contype === 'CONSTR_GENERATED');
  if (generated !== undefined) return generated.generated_kind === 'v' ? 'one' : 'each';
  if (domainOf(catalog, readType(catalog, tree.typeName))?.isConstrained === true) return 'each';
  const given = constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT');
  const kind = kindOfDefault(catalog, given?.raw_expr);
  return ({ none: 'none', constant: 'one', volatile: 'each', unknown: 'unknown' } as const)[kind];
}

function markNotNull({ catalog }: ScriptContext, table: Relation, name: string): void {
  for (const part of withDescendants(catalog, table)) {
    const column = part.columns.get(name);
    if (column !== undefined) part.columns.set(name, { ...column, notNull: true });
  }
}
