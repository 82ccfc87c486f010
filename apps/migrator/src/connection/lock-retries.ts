import { setTimeout as wait } from 'node:timers/promises';

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';
const ATTEMPTS = 5;

/**
 * Runs work that is undone when it fails, and runs it again after a growing pause where only a lock
 * was not to be had. Nobody queues behind a migrator for longer than its lock timeout.
 */
export async function withLockRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { code?: string };
      const isLock = code === LOCK_NOT_AVAILABLE || code === DEADLOCK_DETECTED;
      if (!isLock || attempt === ATTEMPTS) throw error;
      await wait(2 ** attempt * 100 * (0.5 + Math.random()));
    }
  }
}
