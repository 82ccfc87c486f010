import type { AlterTableCmd, AlterTableStmt, AlterTableType } from '@pgsql/types';
import { runCommand } from './alter-commands.ts';
import { withDescendants, type Relation } from './catalog.ts';
import { lockToAdd } from './constraints.ts';
import { takeLock } from './impact.ts';
import { strongerOf, type LockMode } from './lock-mode.ts';
import { relationOf, type ScriptContext } from './script-context.ts';

/** Subcommands weaker than ACCESS EXCLUSIVE, as `AlterTableGetLockLevel` has them. */
const MODES: Partial<Record<AlterTableType, LockMode>> = {
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_ClusterOn: 'SHARE UPDATE EXCLUSIVE',
  AT_DropCluster: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ValidateConstraint: 'SHARE UPDATE EXCLUSIVE',
  AT_AttachPartition: 'SHARE UPDATE EXCLUSIVE',
  AT_DetachPartitionFinalize: 'SHARE UPDATE EXCLUSIVE',
  AT_EnableTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableAlwaysTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableReplicaTrig: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigUser: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigUser: 'SHARE ROW EXCLUSIVE',
};

/** Storage parameters that may change beside readers and writers; others need the table alone. */
const GENTLE_PARAMETERS =
  /^(fillfactor|parallel_workers|autovacuum_.*|log_autovacuum_.*|vacuum_.*|toast_tuple_target|deduplicate_items|n_distinct.*)$/;

/** Subcommands that reach partitions and heirs too, unless `ONLY` is written. */
const REACHES_CHILDREN = new Set<AlterTableType>([
  ...(['AT_AddColumn', 'AT_DropColumn', 'AT_ColumnDefault', 'AT_DropNotNull'] as const),
  ...(['AT_SetNotNull', 'AT_SetExpression', 'AT_DropExpression', 'AT_SetStatistics'] as const),
  ...(['AT_SetStorage', 'AT_AddConstraint', 'AT_DropConstraint', 'AT_AlterConstraint'] as const),
  ...(['AT_ValidateConstraint', 'AT_AlterColumnType'] as const),
]);

/** Reads `ALTER TABLE`, `ALTER INDEX`, `ALTER VIEW` and their like. */
export function alterTable(context: ScriptContext, tree: AlterTableStmt): void {
  const { impact, catalog } = context;
  const kinds: Partial<Record<string, string>> = {
    OBJECT_INDEX: 'i',
    OBJECT_VIEW: 'v',
    OBJECT_MATVIEW: 'm',
    OBJECT_SEQUENCE: 'S',
    OBJECT_TYPE: 'c',
  };
  const table = relationOf(context, tree.relation, {
    kind: kinds[tree.objtype ?? ''] ?? 'r',
    isOptional: tree.missing_ok === true,
  });
  if (table === undefined) return;
  const commands = (tree.cmds ?? []).flatMap((node) =>
    'AlterTableCmd' in node ? [node.AlterTableCmd] : [],
  );
  const mode = commands.map((command) => modeOf(command, table)).reduce(strongerOf, 'ACCESS SHARE');
  const reaches =
    tree.relation?.inh === true && commands.some((it) => reachesChildren(context, it, table));
  for (const part of reaches ? withDescendants(catalog, table) : [table])
    takeLock(impact, part, mode);
  if (commands.some(({ subtype = '' }) => /^AT_(En|Dis)able.*Trig/.test(subtype))) {
    // Partitions have a trigger of their parent too.
    for (const part of withDescendants(catalog, table)) {
      takeLock(impact, part, mode, { isPossible: part !== table });
    }
  }
  for (const command of commands) runCommand(context, table, command);
}

function modeOf(command: AlterTableCmd, table: Relation): LockMode {
  const { subtype = 'AT_AddColumn', def } = command;
  if (subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def) {
    return lockToAdd(def.Constraint);
  }
  if (subtype === 'AT_DetachPartition' && def !== undefined && 'PartitionCmd' in def) {
    return def.PartitionCmd.concurrent === true ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  }
  if (/^AT_(Set|Reset)RelOptions$/.test(subtype) && table.kind !== 'v') {
    const names = def !== undefined && 'List' in def ? (def.List.items ?? []) : [];
    const isGentle = names.every(
      (node) => 'DefElem' in node && GENTLE_PARAMETERS.test(node.DefElem.defname ?? ''),
    );
    return isGentle ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  }
  return MODES[subtype] ?? 'ACCESS EXCLUSIVE';
}

function reachesChildren(
  { catalog }: ScriptContext,
  { subtype, name, def }: AlterTableCmd,
  table: Relation,
): boolean {
  if (subtype === undefined) return true;
  if (subtype === 'AT_DropNotNull') {
    return catalog.majorVersion < 18 || table.columns.get(name ?? '')?.notNull !== false;
  }
  if (subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def) {
    return (
      catalog.majorVersion >= 18 ||
      !/^CONSTR_(UNIQUE|EXCLUSION)$/.test(def.Constraint.contype ?? '')
    );
  }
  return REACHES_CHILDREN.has(subtype);
}
