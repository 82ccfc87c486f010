import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { connectPlain } from './connect.ts';
import { findBlockers, type Blocker } from './find-blockers.ts';

const LONGEST_LOOK_MS = 1_000;

/** Sees who keeps a session waiting, which that session cannot ask while it waits. */
export interface BlockerWatch {
  /** Does work of the watched session and answers who kept it waiting when it fails. */
  during<T>(work: () => Promise<T>, look: Look): Promise<T>;
  end(): Promise<void>;
}

/** How to look. */
export interface Look {
  /** How long the session may wait for a lock at most, in milliseconds; 0: for ever. */
  readonly lockTimeoutMs: number;
  /** Told each time that others keep it waiting than before. */
  readonly onBlocked: (blockers: readonly Blocker[]) => void;
}

/** For a database that nobody else uses. */
export const NO_WATCH: BlockerWatch = {
  during: (work) => work(),
  end: () => Promise.resolve(),
};

/** Watches a session from another one, which is opened when work first takes its time. */
export async function watchBlockers(client: pg.Client, url: string): Promise<BlockerWatch> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  let session: Promise<pg.Client> | undefined;
  return {
    async during(work, { lockTimeoutMs, onBlocked }) {
      const stop = new AbortController();
      const pause = Math.min(lockTimeoutMs / 3 || LONGEST_LOOK_MS, LONGEST_LOOK_MS);
      const looking = async () => {
        for (let known = ''; ;) {
          await wait(pause, undefined, { signal: stop.signal, ref: false });
          session ??= connectPlain(url);
          const blockers = await findBlockers(await session, pid);
          const seen = blockers.map((blocker) => blocker.pid).join();
          if (seen !== '' && seen !== known && !stop.signal.aborted) onBlocked(blockers);
          if (seen !== '') known = seen;
        }
      };
      // It ends by the signal, or where there is no connection to be had: then nobody is named.
      looking().catch(() => undefined);
      try {
        return await work();
      } finally {
        stop.abort();
      }
    },
    async end() {
      await session?.then((opened) => opened.end()).catch(() => undefined);
    },
  };
}
