import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

const WRITERS = 4;
const WARM_MS = 2_000;
const CALM_MS = 2_000;
const LOOK_MS = 10;
const OWN = 'bench';
const OTHERS = `select count(*)::int as others from pg_stat_activity
  where datname = current_database() and backend_type = 'client backend' and application_name <> '${OWN}'`;
const UPDATE = 'update parts set touched = touched + 1 where id = $1';

/**
 * Writes to table `parts` over several connections, first alone and then while something runs.
 * Answers the longest that a write took meanwhile, in milliseconds, and the part of the writes of
 * calm times that was lost while it was connected: a program that starts takes processors, and no locks.
 */
export async function watchWriters(url, rows, work) {
  const pool = new pg.Pool({ connectionString: url, max: WRITERS, application_name: OWN });
  let [isOver, isWatched, worst, done] = [false, false, 0, 0];
  const write = async () => {
    while (!isOver) {
      const began = performance.now();
      await pool.query(UPDATE, [1 + Math.floor(Math.random() * rows)]);
      done += 1;
      if (isWatched) worst = Math.max(worst, performance.now() - began);
    }
  };
  const writers = Array.from({ length: WRITERS }, write);
  try {
    await wait(WARM_MS);
    done = 0;
    await wait(CALM_MS);
    const calm = done / CALM_MS;
    [isWatched, done] = [true, 0];
    const during = await rateWhileConnected(url, () => done, work);
    return {
      worst: await ended(
        writers,
        () => (isOver = true),
        () => worst,
      ),
      lost: during === null ? 0 : 1 - during / calm,
    };
  } finally {
    isOver = true;
    await Promise.allSettled(writers);
    await pool.end();
  }
}

/** Writes in a millisecond while others than the writers are connected; null where nobody was seen. */
async function rateWhileConnected(url, count, work) {
  const client = new pg.Client({ connectionString: url, application_name: OWN });
  await client.connect();
  let [first, last, isOver] = [null, null, false];
  const look = async () => {
    while (!isOver) {
      const { rows } = await client.query(OTHERS);
      const now = { at: performance.now(), count: count() };
      if (rows[0].others > 0) [first, last] = [first ?? now, now];
      await wait(LOOK_MS);
    }
  };
  const looking = look();
  try {
    await work();
  } finally {
    isOver = true;
    await looking.finally(() => client.end());
  }
  return first === null || last.at === first.at
    ? null
    : (last.count - first.count) / (last.at - first.at);
}

/** A write that still waits when the work ends counts to its end. */
async function ended(writers, stop, read) {
  stop();
  await Promise.all(writers);
  return read();
}
