import { isCodedError } from '@holovitals/errors';
import type pg from 'pg';
import { inTransaction } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import { boundTransaction } from '../connection/lock-patience.ts';
import { withLockRetries, type LockDiscipline } from '../connection/lock-retries.ts';
import { databaseFault } from '../errors.ts';
import { forgetGone, readLeftBehind } from './object-record.ts';
import { setAside } from './set-aside.ts';
import type { SqlObject } from './sql-object.ts';

/** What {@link pruneObjects} found. */
export interface PruneResult {
  readonly dropped: readonly string[];
  /** Objects that no file makes any more, and that stay. */
  readonly left: readonly string[];
}

/**
 * Finds objects that no file makes any more. With `prune` they are dropped, in one transaction and
 * never with `cascade`: where something that a file makes still needs one, that is an error.
 *
 * @throws CodedError `MIGRATOR.LOCK_UNAVAILABLE`, `MIGRATOR.DATABASE_FAULT`
 */
export async function pruneObjects(
  client: pg.Client,
  objects: readonly SqlObject[],
  options: { readonly prune: boolean; readonly locks: LockDiscipline },
): Promise<PruneResult> {
  const files = objects.map(({ file }) => file);
  const left = await readLeftBehind(client, files);
  if (!options.prune || left.length === 0) {
    await forgetGone(client, files, left);
    return { dropped: [], left };
  }
  const doing = `dropping ${left.join(', ')}`;
  try {
    await withLockRetries(options.locks, doing, () =>
      inTransaction(client, async () => {
        await client.query(boundTransaction(options.locks.patience));
        const aside = await setAside(client, { names: [], identities: left });
        const needed = aside.identities.filter((identity) => !left.includes(identity));
        if (needed.length > 0) throw Object.assign(new Error('still needed'), { code: '2BP01' });
        await forgetGone(client, files, []);
      }),
    );
  } catch (error) {
    if (isCodedError(error)) throw error;
    throw databaseFault(doing, describeDatabaseError(error));
  }
  return { dropped: left, left: [] };
}
