import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { lockUnavailable } from '../errors.ts';
import { describeDatabaseError } from './database-error.ts';
import { describeBlockers, inUnits, wayPast, type Blocker } from './find-blockers.ts';
import { PATIENCE, pauseAfter, type LockPatience } from './lock-patience.ts';
import { NO_WATCH, watchBlockers, type BlockerWatch } from './watch-blockers.ts';

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';

/** What work that takes locks is done with. */
export interface LockDiscipline {
  readonly patience: LockPatience;
  readonly watch: BlockerWatch;
  readonly onProgress: (line: string) => void;
}

/** For a database that nobody else uses. */
export const UNCONTENDED: LockDiscipline = {
  patience: { ...PATIENCE, lockTimeoutMs: 0, statementTimeoutMs: 0, attempts: 1 },
  watch: NO_WATCH,
  onProgress: () => undefined,
};

/** Works under a discipline whose second session is ended whatever happens. */
export async function withLockDiscipline<T>(
  session: { readonly client: pg.Client; readonly url: string },
  options: { readonly patience: LockPatience; readonly onProgress: (line: string) => void },
  work: (locks: LockDiscipline) => Promise<T>,
): Promise<T> {
  const watch = await watchBlockers(session.client, session.url);
  try {
    return await work({ ...options, watch });
  } finally {
    await watch.end();
  }
}

/**
 * Runs work that is undone when it fails, and runs it again after a growing pause where only a lock
 * was not to be had. Nobody queues behind a migrator for longer than its lock timeout.
 *
 * @param doing what it is, for messages: `migration 2026…`
 * @param waits `for ever` where the work's statement has no lock timeout: then it is told who it waits for
 * @throws CodedError `MIGRATOR.LOCK_UNAVAILABLE` after the last attempt
 */
export async function withLockRetries<T>(
  { patience, watch, onProgress }: LockDiscipline,
  doing: string,
  work: () => Promise<T>,
  waits: 'briefly' | 'for ever' = 'briefly',
): Promise<T> {
  const { attempts } = patience;
  const lockTimeoutMs = waits === 'for ever' ? 0 : patience.lockTimeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    let blockers: readonly Blocker[] = [];
    const onBlocked = (seen: readonly Blocker[]) => {
      blockers = seen;
      if (lockTimeoutMs === 0) onProgress(`${doing} waits. ${describeBlockers(seen)}`);
    };
    try {
      return await watch.during(work, { lockTimeoutMs, onBlocked });
    } catch (error) {
      const refusal = findLockRefusal(error);
      if (refusal === null) throw error;
      if (attempt >= attempts) {
        const why = `${describeDatabaseError(refusal)} ${describeBlockers(blockers)}`;
        throw lockUnavailable(doing, attempts, why, wayPast(blockers));
      }
      const pause = pauseAfter(patience, attempt);
      onProgress(
        `${doing}: no lock at attempt ${attempt} of ${attempts}. ${describeBlockers(blockers)} Again in ${inUnits(pause)}`,
      );
      await wait(pause);
    }
  }
}

/** Tells whether an error is the server's refusal of a lock, for now. */
export function isLockRefusal(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === LOCK_NOT_AVAILABLE || code === DEADLOCK_DETECTED;
}

/** The refusal of a lock in an error or what caused it, or null. */
function findLockRefusal(error: unknown): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isLockRefusal(cause)) return cause;
  }
  return null;
}
