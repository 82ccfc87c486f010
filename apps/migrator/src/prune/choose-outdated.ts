import type { FoundBackup } from './find-backups.ts';

/** What may go. Where both are given, only what both let go does. */
export interface PruneRules {
  /** So many of each database stay, the newest. */
  readonly keep?: number | undefined;
  /** What is older than so many days may go. */
  readonly olderThanDays?: number | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Chooses what rules let go, of each database by itself; its newest stays whatever they say.
 *
 * @param backups newest first
 */
export function chooseOutdated(
  backups: readonly FoundBackup[],
  { keep = 1, olderThanDays = 0 }: PruneRules,
  now: Date,
): FoundBackup[] {
  const seen = new Map<string, number>();
  return backups.filter(({ database, takenAt }) => {
    const newer = seen.get(database) ?? 0;
    seen.set(database, newer + 1);
    const isOld = now.getTime() - takenAt.getTime() > olderThanDays * DAY_MS;
    return newer >= Math.max(keep, 1) && isOld;
  });
}
