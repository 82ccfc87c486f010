import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

const WRITERS = 4;
const WARM_MS = 2_000;
const CALM_MS = 2_000;
const UPDATE = 'update parts set touched = touched + 1 where id = $1';

/**
 * Writes to table `parts` over several connections, first alone and then while something runs.
 * Answers the longest that a write took meanwhile, in milliseconds, and the part of the writes of
 * calm times that was lost.
 */
export async function watchWriters(url, rows, work) {
  const pool = new pg.Pool({ connectionString: url, max: WRITERS });
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
    const began = performance.now();
    await work();
    const during = done / (performance.now() - began);
    return {
      worst: await ended(
        writers,
        () => (isOver = true),
        () => worst,
      ),
      lost: 1 - during / calm,
    };
  } finally {
    isOver = true;
    await Promise.allSettled(writers);
    await pool.end();
  }
}

/** A write that still waits when the work ends counts to its end. */
async function ended(writers, stop, read) {
  stop();
  await Promise.all(writers);
  return read();
}
