import type { AlterTableCmd, AlterTableType, ATAlterConstraint, Node } from '@pgsql/types';
import { addColumn, dropColumn } from './alter-columns.ts';
import { constraintsOf, ownedSequences, withDescendants, type Relation } from './catalog.ts';
import { changeType } from './change-type.ts';
import { addConstraint, dropConstraint, setNotNull, validateConstraint } from './constraints.ts';
import { rewrite, scan, takeLock } from './impact.ts';
import { attachPartition, detachPartition } from './partitions.ts';
import { relationOf, type ScriptContext } from './script-context.ts';

type Command = (context: ScriptContext, table: Relation, command: AlterTableCmd) => void;

/** What a subcommand does beyond locking its table. */
const COMMANDS: Partial<Record<AlterTableType, Command>> = {
  AT_AddColumn: (context, table, { def, missing_ok }) => {
    const column = partOf(def, 'ColumnDef');
    if (column !== undefined) addColumn(context, table, column, missing_ok === true);
  },
  AT_DropColumn: (context, table, { name = '', behavior }) =>
    dropColumn(context, table, name, behavior === 'DROP_CASCADE'),
  AT_AlterColumnType: (context, table, { name = '', def }) => {
    const column = partOf(def, 'ColumnDef');
    if (column !== undefined) changeType(context, table, name, column);
  },
  AT_SetNotNull: (context, table, { name = '' }) => setNotNull(context, table, name),
  AT_DropNotNull: ({ catalog }, table, { name = '' }) => {
    for (const part of withDescendants(catalog, table)) {
      const column = part.columns.get(name);
      if (column !== undefined) part.columns.set(name, { ...column, notNull: false });
    }
  },
  AT_DropIdentity: (context, table, { name }) =>
    lockSequences(context, table, 'ACCESS EXCLUSIVE', name),
  AT_SetIdentity: (context, table, { name }) =>
    lockSequences(context, table, 'SHARE ROW EXCLUSIVE', name),
  AT_SetExpression: ({ catalog, impact }, table) => {
    for (const part of withDescendants(catalog, table)) rewrite(impact, part);
  },
  AT_AddConstraint: (context, table, { def }) => {
    const constraint = partOf(def, 'Constraint');
    if (constraint !== undefined) addConstraint(context, table, constraint);
  },
  AT_AlterConstraint: (context, table, { def }) => {
    const change = partOf(def, 'ATAlterConstraint');
    if (change !== undefined) alterConstraint(context, table, change);
  },
  AT_ValidateConstraint: (context, table, { name = '' }) =>
    validateConstraint(context, table, name),
  AT_DropConstraint: dropNamedConstraint,
  AT_SetLogged: (context, table) => setLogged(context, table, false),
  AT_SetUnLogged: (context, table) => setLogged(context, table, true),
  AT_SetAccessMethod: ({ impact }, table, { name }) => {
    if (name !== 'heap') rewrite(impact, table);
  },
  AT_SetTableSpace: ({ impact }, table, { name }) => {
    if (name !== 'pg_default') rewrite(impact, table);
  },
  AT_AttachPartition: (context, table, { def }) => {
    const part = partOf(def, 'PartitionCmd');
    if (part !== undefined) attachPartition(context, table, part);
  },
  AT_EnableRowSecurity: (context, table) => {
    table.isRowSecured = true;
  },
  AT_DisableRowSecurity: (context, table) => {
    table.isRowSecured = false;
  },
  AT_DetachPartition: detach,
  AT_DetachPartitionFinalize: detach,
  AT_AddInherit: (context, table, { def }) => {
    const parent = relationOf(context, partOf(def, 'RangeVar'));
    if (parent === undefined) return;
    takeLock(context.impact, parent, 'SHARE UPDATE EXCLUSIVE');
    table.parents.add(parent);
  },
  AT_DropInherit: (context, table, { def }) => {
    const parent = relationOf(context, partOf(def, 'RangeVar'));
    if (parent === undefined) return;
    takeLock(context.impact, parent, 'ACCESS SHARE');
    table.parents.delete(parent);
  },
  AT_ChangeOwner: ({ catalog, impact }, table) => {
    for (const sequence of ownedSequences(catalog, table)) {
      takeLock(impact, sequence, 'ACCESS EXCLUSIVE', { isPossible: true });
    }
  },
};

/** Subcommands whose lock on the table is all that there is. */
const LOCK_ALONE = new Set<AlterTableType>([
  ...(['AT_ColumnDefault', 'AT_DropExpression', 'AT_AddIdentity', 'AT_SetStatistics'] as const),
  ...(['AT_SetOptions', 'AT_ResetOptions', 'AT_SetRelOptions', 'AT_ResetRelOptions'] as const),
  ...(['AT_SetStorage', 'AT_SetCompression', 'AT_ClusterOn', 'AT_DropCluster'] as const),
  ...(['AT_EnableTrig', 'AT_EnableAlwaysTrig', 'AT_EnableReplicaTrig', 'AT_DisableTrig'] as const),
  ...([
    'AT_EnableTrigAll',
    'AT_DisableTrigAll',
    'AT_EnableTrigUser',
    'AT_DisableTrigUser',
  ] as const),
  ...(['AT_EnableRule', 'AT_EnableAlwaysRule', 'AT_EnableReplicaRule', 'AT_DisableRule'] as const),
  ...(['AT_ForceRowSecurity', 'AT_NoForceRowSecurity', 'AT_ReplicaIdentity'] as const),
  ...(['AT_AddOf', 'AT_DropOf'] as const),
]);

/** Reads one subcommand of `ALTER TABLE`, whose table is locked already. */
export function runCommand(context: ScriptContext, table: Relation, command: AlterTableCmd): void {
  const { subtype = 'AT_AddColumn' } = command;
  const run = COMMANDS[subtype];
  if (run !== undefined) run(context, table, command);
  else if (!LOCK_ALONE.has(subtype)) {
    context.impact.unknown.add(`What ${subtype} does is not known.`);
  }
}

/** What a subcommand is about, where it is of this kind. */
function partOf<Kind extends string>(
  def: Node | undefined,
  kind: Kind,
): Extract<Node, Record<Kind, unknown>>[Kind] | undefined {
  return (def as Record<Kind, Extract<Node, Record<Kind, unknown>>[Kind]> | undefined)?.[kind];
}

function lockSequences(
  { catalog, impact }: ScriptContext,
  table: Relation,
  mode: 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE',
  column: string | undefined,
): void {
  for (const sequence of ownedSequences(catalog, table, column)) takeLock(impact, sequence, mode);
}

function setLogged({ catalog, impact }: ScriptContext, table: Relation, isUnlogged: boolean): void {
  if (table.isUnlogged !== isUnlogged || !catalog.isComplete) rewrite(impact, table);
  table.isUnlogged = isUnlogged;
}

function detach(context: ScriptContext, table: Relation, { def }: AlterTableCmd): void {
  const part = partOf(def, 'PartitionCmd');
  if (part !== undefined) detachPartition(context, table, part);
}

/** `NOT ENFORCED` and back takes the triggers of a foreign key off both tables, or sets them again. */
function alterConstraint(context: ScriptContext, table: Relation, tree: ATAlterConstraint): void {
  const { impact, catalog } = context;
  if (tree.alterEnforceability !== true) return;
  const found = constraintsOf(catalog, table).find(({ name }) => name === tree.conname);
  if (found?.references == null) {
    impact.unknown.add(`What constraint ${tree.conname ?? ''} refers to, is not known.`);
    return;
  }
  for (const part of withDescendants(catalog, found.references)) {
    takeLock(impact, part, 'ACCESS EXCLUSIVE');
    if (tree.is_enforced === true) impact.mayScan.add(part);
  }
  if (tree.is_enforced === true) scan(impact, table);
}

function dropNamedConstraint(
  context: ScriptContext,
  table: Relation,
  { name, missing_ok }: AlterTableCmd,
): void {
  const { impact, catalog } = context;
  const found = constraintsOf(catalog, table).find((it) => it.name === name);
  if (found !== undefined) dropConstraint(context, table, found);
  else if (!catalog.isComplete) {
    impact.unknown.add(
      `What constraint ${name ?? ''} is, is not known: another table may be locked too.`,
    );
  } else if (missing_ok !== true)
    impact.unknown.add(`There is no constraint ${name ?? ''} at this place.`);
}
