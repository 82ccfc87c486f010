import type { Statement } from './read-statements.ts';

/** Tells whether a statement is of a `CONCURRENTLY` form that transactions refuse. */
export function isConcurrent(node: Statement['node']): boolean {
  if ('IndexStmt' in node) return node.IndexStmt.concurrent === true;
  if ('DropStmt' in node) return node.DropStmt.concurrent === true;
  if ('ReindexStmt' in node) return hasOption(node.ReindexStmt.params);
  if (!('AlterTableStmt' in node)) return false;
  return (node.AlterTableStmt.cmds ?? []).some(
    (command) =>
      'AlterTableCmd' in command &&
      command.AlterTableCmd.def !== undefined &&
      'PartitionCmd' in command.AlterTableCmd.def &&
      command.AlterTableCmd.def.PartitionCmd.concurrent === true,
  );
}

function hasOption(params: readonly Statement['node'][] = []): boolean {
  return params.some((it) => 'DefElem' in it && it.DefElem.defname === 'concurrently');
}
