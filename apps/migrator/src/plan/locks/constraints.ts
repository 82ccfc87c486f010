import type { Constraint as ConstraintTree, Node } from '@pgsql/types';
import {
  constraintsOf,
  foreignKeysTo,
  withDescendants,
  type Constraint,
  type Relation,
} from './catalog.ts';
import { build, scan, takeLock } from './impact.ts';
import type { LockMode } from './lock-mode.ts';
import { nameOfNew, relationOf, visit, wordsOf, type ScriptContext } from './script-context.ts';

/** The lock on the table itself that adding a constraint takes. */
export function lockToAdd(tree: ConstraintTree): LockMode {
  return tree.contype === 'CONSTR_FOREIGN' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
}

/**
 * Adds a constraint to a table: what it locks beside the table, and what of it is read.
 *
 * @param column of a constraint that stands at a column
 * @param isEmpty the column is new and null in every row
 */
export function addConstraint(
  context: ScriptContext,
  table: Relation,
  tree: ConstraintTree,
  { column, isEmpty = false }: { readonly column?: string; readonly isEmpty?: boolean } = {},
): void {
  const { impact, catalog } = context;
  const isChecked = tree.skip_validation !== true && tree.is_enforced !== false;
  const parts = withDescendants(catalog, table);
  if (tree.contype === 'CONSTR_CHECK') {
    if (isChecked) for (const part of parts) scan(impact, part);
    const columns = columnsIn(tree.raw_expr);
    note(context, table, tree, {
      ...{ kind: 'c', columns, isValidated: isChecked },
      notNull: columnOfNotNull(tree.raw_expr),
    });
  } else if (tree.contype === 'CONSTR_NOTNULL') {
    const name = column ?? tree.keys?.flatMap(wordsOf)[0] ?? '';
    setNotNull(context, table, name, { isChecked });
    note(context, table, tree, { kind: 'n', columns: [name], isValidated: isChecked });
  } else if (tree.contype === 'CONSTR_FOREIGN') {
    addForeignKey(context, table, tree, { column, isChecked: isChecked && !isEmpty });
  } else if (/^CONSTR_(PRIMARY|UNIQUE|EXCLUSION)$/.test(tree.contype ?? '')) {
    addKey(context, table, tree, column);
  }
}

/** Makes a column not null: rows are read unless what is known of them says enough. */
export function setNotNull(
  { impact, catalog }: ScriptContext,
  table: Relation,
  name: string,
  { isChecked = true } = {},
): void {
  for (const part of withDescendants(catalog, table)) {
    const column = part.columns.get(name);
    const isProven = constraintsOf(catalog, part).some(
      (it) => it.notNull === name && it.isValidated,
    );
    if (column?.notNull !== true && !isProven && isChecked) scan(impact, part);
    if (column !== undefined && isChecked) part.columns.set(name, { ...column, notNull: true });
  }
}

/** Validates a constraint that was added without being checked. */
export function validateConstraint(context: ScriptContext, table: Relation, name: string): void {
  const { impact, catalog } = context;
  const found = constraintsOf(catalog, table).find((it) => it.name === name);
  if (found?.isValidated === true) return;
  if (found === undefined) {
    impact.unknown.add(
      `What constraint ${name} is, is not known: another table may be locked too.`,
    );
  }
  for (const part of withDescendants(catalog, table)) {
    takeLock(impact, part, 'SHARE UPDATE EXCLUSIVE');
    scan(impact, part);
  }
  if (found === undefined) return;
  found.isValidated = true;
  if (found.references === null) return;
  for (const part of withDescendants(catalog, found.references)) {
    takeLock(impact, part, 'ROW SHARE', { isPossible: part !== found.references });
    impact.mayScan.add(part);
  }
}

/** Drops a constraint; a foreign key locks the table it refers to as well. */
export function dropConstraint(
  context: ScriptContext,
  table: Relation,
  constraint: Constraint,
): void {
  const { catalog } = context;
  catalog.constraints.delete(constraint);
  for (const part of withDescendants(catalog, table)) {
    for (const own of constraintsOf(catalog, part)) {
      if (part !== table && own.name === constraint.name) catalog.constraints.delete(own);
    }
  }
  if (constraint.index !== null) catalog.relations.delete(constraint.index);
  dropForeignKey(context, constraint);
  if (constraint.kind !== 'p' && constraint.kind !== 'u') return;
  for (const key of foreignKeysTo(catalog, table)) {
    if (sameNames(key.referencedColumns, constraint.columns)) dropForeignKey(context, key);
  }
}

/** The locks of dropping a foreign key: its triggers stand on both tables, and on their partitions. */
export function dropForeignKey({ impact, catalog }: ScriptContext, constraint: Constraint): void {
  catalog.constraints.delete(constraint);
  if (constraint.kind !== 'f') return;
  for (const part of withDescendants(catalog, constraint.relation))
    takeLock(impact, part, 'ACCESS EXCLUSIVE');
  if (constraint.references === null) return;
  for (const part of withDescendants(catalog, constraint.references)) {
    // PostgreSQL 14 sets the triggers on partitions with rows alone.
    const isPossible = catalog.majorVersion < 15 && part.kind === 'p';
    takeLock(impact, part, 'ACCESS EXCLUSIVE', { isPossible });
  }
}

function addKey(
  context: ScriptContext,
  table: Relation,
  tree: ConstraintTree,
  column: string | undefined,
): void {
  const { impact, catalog } = context;
  const index =
    tree.indexname === undefined
      ? null
      : (relationOf(
          context,
          { schemaname: table.schema, relname: tree.indexname },
          { kind: 'i' },
        ) ?? null);
  const columns =
    index?.indexColumns ?? (column === undefined ? (tree.keys ?? []).flatMap(wordsOf) : [column]);
  if (index === null) {
    for (const part of withDescendants(catalog, table)) {
      takeLock(impact, part, 'SHARE');
      build(impact, part);
    }
  }
  if (tree.contype === 'CONSTR_PRIMARY') {
    for (const name of columns) setNotNull(context, table, name);
  }
  const kind =
    { CONSTR_PRIMARY: 'p', CONSTR_UNIQUE: 'u', CONSTR_EXCLUSION: 'x' }[tree.contype as string] ??
    'u';
  note(context, table, tree, { kind, columns, index });
}

function addForeignKey(
  context: ScriptContext,
  table: Relation,
  tree: ConstraintTree,
  { column, isChecked }: { readonly column: string | undefined; readonly isChecked: boolean },
): void {
  const { impact, catalog } = context;
  const references = relationOf(context, tree.pktable) ?? null;
  for (const part of withDescendants(catalog, table)) {
    takeLock(impact, part, 'SHARE ROW EXCLUSIVE');
    if (isChecked) scan(impact, part);
  }
  if (references !== null) {
    for (const part of withDescendants(catalog, references)) {
      takeLock(impact, part, 'SHARE ROW EXCLUSIVE');
      if (isChecked) impact.mayScan.add(part);
    }
  }
  note(context, table, tree, {
    ...{ kind: 'f', references, isValidated: isChecked, onDelete: tree.fk_del_action ?? 'a' },
    columns: column === undefined ? (tree.fk_attrs ?? []).flatMap(wordsOf) : [column],
    referencedColumns: (tree.pk_attrs ?? []).flatMap(wordsOf),
  });
}

function note(
  { catalog }: ScriptContext,
  relation: Relation,
  tree: ConstraintTree,
  known: Partial<Constraint> & Pick<Constraint, 'kind'>,
): void {
  catalog.constraints.add({
    ...{ columns: [], references: null, referencedColumns: [], onDelete: null, isValidated: true },
    ...{ notNull: null, index: null },
    relation,
    name: tree.conname ?? nameOfNew(relation.name, known.columns ?? [], known.kind),
    ...known,
  });
}

function columnsIn(expression: Node | undefined): string[] {
  const names = new Set<string>();
  visit({ expression }, 'ColumnRef', (ref) => {
    const name = ((ref as { fields?: Node[] }).fields ?? []).flatMap(wordsOf).at(-1);
    if (name !== undefined) names.add(name);
  });
  return [...names];
}

/** The column of a check of the form `column IS NOT NULL`. */
function columnOfNotNull(expression: Node | undefined): string | null {
  if (expression === undefined || !('NullTest' in expression)) return null;
  const { nulltesttype, arg } = expression.NullTest;
  if (nulltesttype !== 'IS_NOT_NULL' || arg === undefined || !('ColumnRef' in arg)) return null;
  return (arg.ColumnRef.fields ?? []).flatMap(wordsOf).at(-1) ?? null;
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}
