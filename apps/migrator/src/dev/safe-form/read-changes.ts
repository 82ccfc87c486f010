import { InternalError } from '@holovitals/errors';
import type { AlterTableCmd, ConstrType } from '@pgsql/types';
import { readStatements, treeOf, type Statement } from '../../statements/read-statements.ts';
import { splitActions } from './split-actions.ts';

/** What a change does, as far as its safe form is another. */
export type ChangeKind =
  | 'create-index'
  | 'drop-index'
  | 'add-constraint'
  | 'drop-constraint'
  | 'require'
  | 'release'
  | 'change-type'
  | 'add-column'
  | 'drop-column'
  | 'drop-expression'
  | 'drop-table'
  | 'create-type'
  | 'drop-type'
  | 'add-value'
  | 'other';

/** A statement of a script, or one action of an `ALTER TABLE`. */
export interface Change {
  readonly kind: ChangeKind;
  /** The table that it is about, or an empty text. */
  readonly table: string;
  /** The index, constraint, type or column that it is about, or an empty text. */
  readonly name: string;
  /** Of an index: no two rows alike. */
  readonly isUnique: boolean;
  readonly constraint: ConstrType | null;
  /** The table that a foreign key refers to. */
  readonly references: string | null;
  /** `ALTER TABLE "items"` before an action; an empty text before a whole statement. */
  readonly head: string;
  /** Without the semicolon. */
  readonly text: string;
  readonly comments: readonly string[];
  /** The place of its statement: actions of one stay together. */
  readonly statement: number;
}

/** Reads a script that was generated: what each statement, and each action of one, changes. */
export async function readChanges(script: string): Promise<Change[]> {
  const statements = await readStatements(script);
  return statements.flatMap((statement, place) => changesOf(statement, place));
}

/** Writes changes as a script; actions of one statement that are left side by side stay one. */
export function writeChanges(changes: readonly Change[]): string {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (change.head !== '' && last?.[0]?.statement === change.statement) last.push(change);
    else groups.push([change]);
  }
  return groups.map(writeGroup).join('\n\n');
}

function writeGroup(group: readonly Change[]): string {
  const { head, comments } = group[0] as Change;
  const actions = group.map(({ text }) => text).join(',\n');
  return [...new Set(comments), `${head === '' ? '' : `${head} `}${actions};`].join('\n');
}

const PLAIN: Omit<Change, 'text' | 'comments' | 'statement'> = {
  kind: 'other',
  ...{ table: '', name: '', isUnique: false, constraint: null, references: null, head: '' },
};

function changesOf(statement: Statement, place: number): Change[] {
  const { node, text } = statement;
  const comments = statement.comments.map((comment) => comment.text);
  const whole = { ...PLAIN, text, comments, statement: place };
  const index = treeOf(node, 'IndexStmt');
  if (index !== undefined) {
    const { idxname: name = '', relation, unique: isUnique = false } = index;
    return [{ ...whole, kind: 'create-index', table: relation?.relname ?? '', name, isUnique }];
  }
  const drop = treeOf(node, 'DropStmt');
  if (drop !== undefined) {
    const names = (drop.objects ?? []).map((object) => lastName(object));
    const [name = ''] = names;
    if (names.length > 1) return [whole];
    if (drop.removeType === 'OBJECT_INDEX') return [{ ...whole, kind: 'drop-index', name }];
    if (drop.removeType === 'OBJECT_TABLE') return [{ ...whole, kind: 'drop-table', table: name }];
    const type = treeOf(drop.objects?.[0], 'TypeName')?.names?.at(-1);
    if (drop.removeType === 'OBJECT_TYPE') {
      return [{ ...whole, kind: 'drop-type', name: treeOf(type, 'String')?.sval ?? '' }];
    }
  }
  const made = treeOf(node, 'CreateEnumStmt')?.typeName?.at(-1);
  if (made !== undefined) {
    return [{ ...whole, kind: 'create-type', name: treeOf(made, 'String')?.sval ?? '' }];
  }
  const grown = treeOf(node, 'AlterEnumStmt');
  if (grown?.newVal !== undefined && grown.oldVal === undefined) {
    const type = treeOf(grown.typeName?.at(-1), 'String')?.sval ?? '';
    return [{ ...whole, kind: 'add-value', name: type }];
  }
  const alter = treeOf(node, 'AlterTableStmt');
  if (alter?.objtype !== 'OBJECT_TABLE') return [whole];
  const { head, actions } = splitActions(text);
  const commands = alter.cmds ?? [];
  if (actions.length !== commands.length)
    throw new InternalError('An ALTER TABLE was cut wrongly.');
  const table = alter.relation?.relname ?? '';
  return commands.map((command, at) => ({
    ...{ ...whole, table, head, text: actions[at] ?? '' },
    ...actionOf(treeOf(command, 'AlterTableCmd') ?? {}),
  }));
}

const ACTIONS: Partial<Record<NonNullable<AlterTableCmd['subtype']>, ChangeKind>> = {
  AT_AddConstraint: 'add-constraint',
  AT_DropConstraint: 'drop-constraint',
  AT_SetNotNull: 'require',
  AT_DropNotNull: 'release',
  AT_AlterColumnType: 'change-type',
  AT_AddColumn: 'add-column',
  AT_DropColumn: 'drop-column',
  AT_DropExpression: 'drop-expression',
};

function actionOf({ subtype, name = '', def }: AlterTableCmd): Partial<Change> {
  const kind = (subtype === undefined ? undefined : ACTIONS[subtype]) ?? 'other';
  if (kind === 'add-column') return { kind, name: treeOf(def, 'ColumnDef')?.colname ?? '' };
  const constraint = treeOf(def, 'Constraint');
  if (kind !== 'add-constraint' || constraint === undefined) return { kind, name };
  return {
    ...{ kind, name: constraint.conname ?? '', constraint: constraint.contype ?? null },
    references: constraint.pktable?.relname ?? null,
  };
}

function lastName(object: Parameters<typeof treeOf>[0]): string {
  const items = treeOf(object, 'List')?.items ?? [];
  return treeOf(items.at(-1), 'String')?.sval ?? '';
}
