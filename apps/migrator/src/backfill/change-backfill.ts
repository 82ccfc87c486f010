import { withConnection } from '../connection/connect.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { backfillNotBegun, backfillRunning } from '../errors.ts';
import { forgetRecord, lockBackfill, markPaused, readBackfillRecords } from './backfill-record.ts';

/**
 * Pauses backfills: whoever runs one ends after the batch it is in, and nobody begins another.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_NOT_BEGUN`
 */
export function pauseBackfills(target: DatabaseTarget, names: readonly string[]): Promise<void> {
  return setPaused(target, names, true);
}

/**
 * Takes the marks of paused backfills away, so that they can be run.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_NOT_BEGUN`
 */
export function unpauseBackfills(target: DatabaseTarget, names: readonly string[]): Promise<void> {
  return setPaused(target, names, false);
}

/**
 * Forgets how far a backfill was: the next run begins at the first row.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_NOT_BEGUN`, `MIGRATOR.BACKFILL_RUNNING`
 */
export function resetBackfill(target: DatabaseTarget, name: string): Promise<void> {
  return withConnection(target.ownerUrl, async (client) => {
    if (!(await readBackfillRecords(client)).has(name)) throw backfillNotBegun(name);
    if (!(await lockBackfill(client, name))) throw backfillRunning(name);
    await forgetRecord(client, name);
  });
}

function setPaused(
  target: DatabaseTarget,
  names: readonly string[],
  paused: boolean,
): Promise<void> {
  return withConnection(target.ownerUrl, async (client) => {
    const records = await readBackfillRecords(client);
    for (const name of names) {
      const isOpen = records.get(name)?.completedAt === null;
      if (!isOpen || !(await markPaused(client, name, paused))) throw backfillNotBegun(name);
    }
  });
}
