import { isCodedError } from '@holovitals/errors';
import { readRecipients } from '../backup/keys.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { resolvePatience, type LockOptions } from '../environment/lock-settings.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { rollbackRecipientsMissing } from '../errors.ts';
import { printJson, talk } from '../output.ts';
import { rollback as runRollback, type RollbackResult } from '../rollback/rollback.ts';
import { describeBackup, newBackupFile, writeBackup } from './write-backup.ts';

interface SavingOptions {
  /** Where to; a new file in `backups/` where it is true. */
  readonly backup: string | boolean;
  readonly plainBackup?: boolean;
}

export async function rollback(
  options: LockOptions &
    SavingOptions & {
      readonly json?: boolean;
      readonly to?: string;
      readonly steps?: number;
      readonly dryRun?: boolean;
      readonly acceptDataLoss?: boolean;
    },
): Promise<void> {
  const workspace = openWorkspace();
  const { to, steps, dryRun = false, acceptDataLoss = false } = options;
  const target = await resolveTarget(workspace);
  const { plainBackup: plain = false } = options;
  const file =
    options.backup === true ? newBackupFile(target.database, plain) : options.backup || null;
  const save = async (to: string) => {
    const recipients = readBackupRecipients(options);
    const order = { recipients, plain, file: to, isUnderLock: true };
    talk(`backup: ${describeBackup(await writeBackup(target, order), recipients)}`);
    return to;
  };
  const result = await runRollback(workspace, target, {
    ...{ to, steps, dryRun, acceptDataLoss, patience: resolvePatience(options) },
    ...(file !== null && { backUp: () => save(file) }),
    onProgress: talk,
  });
  if (options.json) return printJson(result);
  describeResult(result);
  if (dryRun && result.migrations.length > 0) announceBackup(file, options);
}

function describeResult(result: RollbackResult): void {
  const { migrations, lost, deletedRows, waitingObjects, undoneBackfills, backup, dryRun } = result;
  if (dryRun) for (const name of migrations) talk(`  undo ${name}`);
  for (const { name, values, becomes } of lost) {
    talk(`  ${becomes === null ? 'lose' : `turn into ${becomes}`} ${values} value(s) of ${name}`);
  }
  if (deletedRows > 0) talk(`  delete ${deletedRows} row(s)`);
  for (const file of waitingObjects) talk(`  ${file} waits for what it needs`);
  for (const name of undoneBackfills) talk(`  backfill ${name} ran upon it, and is to run anew`);
  talk(`${dryRun ? 'to undo' : 'undone'}: ${migrations.length} migration(s)`);
  if (result.restOfChange.length > 0) {
    const steps = result.restOfChange.length;
    talk(`${dryRun ? 'would stay' : 'still'} applied of the same change: ${steps} migration(s)`);
    if (!dryRun) talk('`pnpm migrator rollback` undoes them too');
  }
  if (dryRun || migrations.length === 0) return;
  talk('`pnpm migrator deploy` would apply them again');
  if (backup !== null) {
    talk(`as it was before: ${backup}; \`pnpm migrator restore ${backup} --replace\``);
  }
}

/** Says in a dry run what would be saved, and where the rollback itself would stop. */
function announceBackup(file: string | null, options: SavingOptions): void {
  if (file === null) return talk('without a backup first');
  try {
    readBackupRecipients(options);
    talk(`after a backup to ${file}`);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    talk(`it would stop there: ${[error.message, error.why, error.fix].join(' ')}`);
  }
}

/** Nobody where nothing is encrypted. */
function readBackupRecipients({ plainBackup = false }: SavingOptions): string[] {
  const recipients = plainBackup ? [] : readRecipients([]);
  if (recipients.length === 0 && !plainBackup) throw rollbackRecipientsMissing();
  return recipients;
}
