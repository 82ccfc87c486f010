import type { TableStatistics } from '../statistics/database-statistics.ts';

/** A range of seconds; its ends are far apart, since disks, caches and loads are. */
export interface Duration {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** What a statement does with a whole table. */
export type WorkKind = 'rewrite' | 'index' | 'scan';

const MEGABYTE = 1024 * 1024;

/** Bytes a second, slowest and fastest, that servers were seen to do of each. */
const SPEEDS: Readonly<Record<WorkKind, readonly [number, number]>> = {
  scan: [100 * MEGABYTE, 1500 * MEGABYTE],
  index: [15 * MEGABYTE, 200 * MEGABYTE],
  rewrite: [15 * MEGABYTE, 120 * MEGABYTE],
};

/** What estimates rest on, for people. */
export const ESTIMATE_BASIS =
  'Tables read at 100 to 1,500 MB/s, indexes built over 15 to 200 MB/s of table, tables written anew with their indexes at 15 to 120 MB/s; waiting for locks not counted.';

/** The time that work on a table takes, from its size; null where the size is not known. */
export function estimateWork(kind: WorkKind, table: TableStatistics | undefined): Duration | null {
  if (table === undefined) return null;
  const [slow, fast] = SPEEDS[kind];
  const bytes = table.bytes + (kind === 'rewrite' ? table.indexBytes : 0);
  return { fromSeconds: bytes / fast, toSeconds: bytes / slow };
}

/** Adds durations; null as soon as one is not known. */
export function addDurations(durations: readonly (Duration | null)[]): Duration | null {
  return durations.reduce<Duration | null>(
    (sum, it) =>
      sum === null || it === null
        ? null
        : {
            fromSeconds: sum.fromSeconds + it.fromSeconds,
            toSeconds: sum.toSeconds + it.toSeconds,
          },
    { fromSeconds: 0, toSeconds: 0 },
  );
}
