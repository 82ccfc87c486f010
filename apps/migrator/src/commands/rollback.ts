import { resolveTarget } from '../environment/database-target.ts';
import { resolvePatience, type LockOptions } from '../environment/lock-settings.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printJson, talk } from '../output.ts';
import { rollback as runRollback } from '../rollback/rollback.ts';

export async function rollback(
  options: LockOptions & {
    readonly json?: boolean;
    readonly to?: string;
    readonly steps?: number;
    readonly dryRun?: boolean;
    readonly acceptDataLoss?: boolean;
  },
): Promise<void> {
  const workspace = openWorkspace();
  const { to, steps, dryRun = false, acceptDataLoss = false } = options;
  const result = await runRollback(workspace, await resolveTarget(workspace), {
    ...{ to, steps, dryRun, acceptDataLoss, patience: resolvePatience(options) },
    onProgress: talk,
  });
  if (options.json) return printJson(result);
  const { migrations, lost, deletedRows, waitingObjects, undoneBackfills } = result;
  if (dryRun) for (const name of migrations) talk(`  undo ${name}`);
  for (const { name, values, becomes } of lost) {
    talk(`  ${becomes === null ? 'lose' : `turn into ${becomes}`} ${values} value(s) of ${name}`);
  }
  if (deletedRows > 0) talk(`  delete ${deletedRows} row(s)`);
  for (const file of waitingObjects) talk(`  ${file} waits for what it needs`);
  for (const name of undoneBackfills) talk(`  backfill ${name} ran upon it, and is to run anew`);
  talk(`${dryRun ? 'to undo' : 'undone'}: ${migrations.length} migration(s)`);
  if (!dryRun && migrations.length > 0) talk('`pnpm migrator deploy` would apply them again');
}
