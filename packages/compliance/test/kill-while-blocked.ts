import { once } from 'node:events';
import type { Database } from '@holovitals/database';
import type { SchemaDatabase } from '@holovitals/database/testing';
import { expect } from 'vitest';
import { startMigrator } from './run-migrator.ts';

/**
 * Runs the real binary until it waits for a lock that somebody else holds, and kills it there.
 *
 * @param watcher sees who waits
 * @param blocker takes the lock
 */
export async function killWhileBlocked(
  database: SchemaDatabase,
  { watcher, blocker }: { readonly watcher: Database; readonly blocker: Database },
  { lock, args }: { readonly lock: string; readonly args: readonly string[] },
): Promise<void> {
  await blocker.$transaction(
    async (tx) => {
      await tx.$queryRawUnsafe(lock);
      const [holder] = await tx.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`;
      const running = startMigrator(database, args);
      const exited = once(running, 'exit');
      await expect
        .poll(
          () =>
            // It may wait for autovacuum before it comes to this lock.
            watcher.$queryRaw`select from pg_stat_activity
              where application_name = 'migrator' and datname = current_database()
                and ${holder?.pid} = any (pg_blocking_pids(pid))`,
          { timeout: 60_000, interval: 20 },
        )
        .not.toEqual([]);
      running.kill('SIGKILL');
      await exited;
    },
    { timeout: 120_000 },
  );
  // What the server was told before is done or undone once its sessions have ended.
  await expect
    .poll(
      () =>
        watcher.$queryRaw`select from pg_stat_activity
          where application_name = 'migrator' and datname = current_database()`,
      { timeout: 60_000, interval: 20 },
    )
    .toEqual([]);
}
