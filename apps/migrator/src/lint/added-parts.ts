import type { ColumnDef, Constraint, Node } from '@pgsql/types';
import { constraintsIn } from '../plan/locks/alter-columns.ts';
import { wordsOf } from '../plan/locks/script-context.ts';
import { treeOf } from '../statements/read-statements.ts';
import type { LintedStatement } from './rule.ts';

/** A constraint that a statement adds to a table that is there. */
export interface AddedConstraint {
  readonly tree: Constraint;
  /** The columns it names; of a check none. */
  readonly columns: readonly string[];
}

/** The constraints that a subcommand of `ALTER TABLE` adds, also with a new column. */
export function addedConstraints({ command }: LintedStatement): AddedConstraint[] {
  if (command?.subtype === 'AT_AddConstraint') {
    const tree = treeOf(command.def, 'Constraint');
    if (tree === undefined) return [];
    return [{ tree, columns: [...(tree.keys ?? []), ...(tree.fk_attrs ?? [])].flatMap(wordsOf) }];
  }
  const column = addedColumn(command);
  if (column === undefined) return [];
  return constraintsIn(column).map((tree) => ({ tree, columns: [column.colname ?? ''] }));
}

/** The column that a subcommand of `ALTER TABLE` adds. */
export function addedColumn(command: LintedStatement['command']): ColumnDef | undefined {
  return command?.subtype === 'AT_AddColumn' ? treeOf(command.def, 'ColumnDef') : undefined;
}

/** A column whose type a statement says. */
export interface TypedColumn {
  readonly name: string;
  readonly type: string;
  readonly tree: ColumnDef;
}

/** The columns that a statement makes or gives another type; of temporary tables none. */
export function typedColumns({ node, command }: LintedStatement): TypedColumn[] {
  const table = treeOf(node, 'CreateStmt');
  const made = table?.relation?.relpersistence === 't' ? [] : (table?.tableElts ?? []);
  const composite = treeOf(node, 'CompositeTypeStmt')?.coldeflist ?? [];
  const listed = [...made, ...composite].flatMap((it) => treeOf(it, 'ColumnDef') ?? []);
  const retyped =
    command?.subtype === 'AT_AlterColumnType' ? treeOf(command.def, 'ColumnDef') : undefined;
  return [
    ...[...listed, addedColumn(command)].flatMap((it) =>
      it === undefined ? [] : typed(it.colname, it),
    ),
    ...(retyped === undefined ? [] : typed(command?.name, retyped)),
  ];
}

function typed(name = '', tree: ColumnDef): TypedColumn[] {
  const words = (tree.typeName?.names ?? []).flatMap(wordsOf);
  const type = words.at(-1);
  return type === undefined ? [] : [{ name, type, tree }];
}

/** Whether an option of a list is given, and as what. */
export function optionOf(nodes: readonly Node[] | undefined, name: string): Node | 'alone' | null {
  for (const node of nodes ?? []) {
    const option = treeOf(node, 'DefElem');
    if (option?.defname === name) return option.arg ?? 'alone';
  }
  return null;
}

/** Tells whether an option that is given says `false`. */
export function isOff(option: Node | 'alone' | null): boolean {
  if (option === null || option === 'alone') return false;
  const [word] = wordsOf(option);
  const text =
    word ?? String(treeOf(option, 'Integer')?.ival ?? treeOf(option, 'Boolean')?.boolval ?? 0);
  return /^(false|off|no|0|f|n)$/i.test(text);
}
