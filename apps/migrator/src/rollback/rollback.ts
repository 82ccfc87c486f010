import { isCodedError } from '@holovitals/errors';
import { readBackfillsUpon } from '../backfill/backfill-record.ts';
import { withConnection } from '../connection/connect.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { PATIENCE, type LockPatience } from '../connection/lock-patience.ts';
import {
  withLockDiscipline,
  withLockRetries,
  type LockDiscipline,
} from '../connection/lock-retries.ts';
import { withMigrationLock } from '../deploy/migration-lock.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { rollbackIrreversible, rollbackUnsaved } from '../errors.ts';
import { readApplied } from '../history/applied.ts';
import { readHistory, refuseConflictingSums } from '../history/read-history.ts';
import { compareHistory } from '../history/status.ts';
import { readObjects } from '../objects/read-objects.ts';
import {
  chooseMigrations,
  restOfChange,
  type RollbackRange,
  type WayBack,
} from './choose-migrations.ts';
import type { LostColumn } from './lost-values.ts';
import { refuseLosses } from './refuse-losses.ts';
import { tryUndo, undoMigrations } from './undo-migrations.ts';

/** How {@link rollback} runs. */
export interface RollbackOptions extends RollbackRange {
  /** Tell what would be done and lost, and change nothing. */
  readonly dryRun?: boolean;
  /** Go on although values are lost, or `down.sql` does not lead all the way back. */
  readonly acceptDataLoss?: boolean;
  /**
   * Makes a backup before anything is changed, and answers where it is; none unless given. It runs
   * under the migration lock.
   */
  readonly backUp?: () => Promise<string>;
  /** How long statements may wait for locks, and how often work is tried again. */
  readonly patience?: LockPatience;
  /** Milliseconds to wait for another migrator; 600,000 unless told. */
  readonly waitMs?: number;
  readonly onProgress?: (line: string) => void;
}

/** What {@link rollback} did, or in a dry run would do. */
export interface RollbackResult {
  /** Newest first. */
  readonly migrations: readonly string[];
  readonly lost: readonly LostColumn[];
  readonly deletedRows: number;
  /** Files of objects that need what went; the next deploy brings them back. */
  readonly waitingObjects: readonly string[];
  /** Migrations of the same change that stay applied. */
  readonly restOfChange: readonly string[];
  /** Backfills that ran upon what goes: their records go with it, and they are to run anew. */
  readonly undoneBackfills: readonly string[];
  readonly backup: string | null;
  readonly dryRun: boolean;
}

/**
 * Undoes the newest migrations by their `down.sql`. First all of it is tried in a transaction that is
 * undone, which tells the values that would be lost; then a backup is made; then it is done.
 *
 * @throws CodedError `MIGRATOR.NOTHING_TO_ROLL_BACK`, `MIGRATOR.ROLLBACK_LOSES`,
 * `MIGRATOR.ROLLBACK_IRREVERSIBLE`, `MIGRATOR.ROLLBACK_UNSAVED`, `MIGRATOR.ROLLBACK_FAILED`,
 * `MIGRATOR.HISTORY_BROKEN`
 */
export async function rollback(
  workspace: Workspace,
  target: DatabaseTarget,
  options: RollbackOptions = {},
): Promise<RollbackResult> {
  const { dryRun = false, acceptDataLoss = false, backUp } = options;
  const { patience = PATIENCE, waitMs = 600_000 } = options;
  const onProgress = options.onProgress ?? (() => undefined);
  const history = readHistory(workspace);
  refuseConflictingSums(workspace, history);
  const objects = readObjects(workspace, loadManifest(workspace));
  await refusePooler(target);
  return withConnection(target.ownerUrl, (client) => {
    const session = { client, url: target.ownerUrl };
    const work = async (locks: LockDiscipline) => {
      const status = compareHistory(history, await readApplied(client));
      const ways = chooseMigrations(workspace, history, status, options);
      const run = { client, objects, locks };
      const trial = await withLockRetries(locks, 'the trial', () => tryUndo(run, ways));
      const { lost, deletedRows } = trial;
      const migrations = ways.map(({ name }) => name);
      const undoneBackfills = await readBackfillsUpon(client, migrations);
      const rest = restOfChange(workspace, status.applied, migrations);
      const result = {
        ...{ migrations, lost, deletedRows, undoneBackfills, dryRun },
        restOfChange: rest,
      };
      if (dryRun) return { ...result, waitingObjects: [], backup: null };
      if (!acceptDataLoss) {
        refuseLosses(lost, deletedRows);
        refuseIrreversible(ways);
      }
      const backup = ways.length > 0 && backUp ? await saveFirst(backUp) : null;
      const how = { acceptDataLoss, onProgress };
      const waitingObjects = await undoMigrations(run, ways, trial, how);
      return { ...result, waitingObjects, backup };
    };
    return withMigrationLock(client, { waitMs, onWait: onProgress }, () =>
      withLockDiscipline(session, { patience, onProgress }, work),
    );
  });
}

function refuseIrreversible(ways: readonly WayBack[]): void {
  const reasons = ways.flatMap(({ name, irreversible }) =>
    irreversible === null ? [] : [`${name}: ${irreversible}`],
  );
  if (reasons.length > 0) throw rollbackIrreversible(reasons);
}

/** Whatever keeps a backup from being made keeps the database as it is. */
async function saveFirst(backUp: () => Promise<string>): Promise<string> {
  try {
    return await backUp();
  } catch (error) {
    if (!isCodedError(error) || error.code === 'MIGRATOR.ROLLBACK_UNSAVED') throw error;
    throw rollbackUnsaved(error);
  }
}
