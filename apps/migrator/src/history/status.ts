import type { AppliedRow } from './applied.ts';
import { matchesChecksum } from './checksum.ts';
import type { Migration } from './read-history.ts';

/** Where a database stands beside the history on disk. No set hides another. */
export interface HistoryStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Begun and neither finished nor rolled back. */
  readonly failed: readonly string[];
  /** Applied, and changed on disk since. */
  readonly edited: readonly string[];
  /** Applied, and gone from disk. */
  readonly missing: readonly string[];
  readonly rolledBack: readonly string[];
  /** Without companions or with another sum than `migrations.sum` says. */
  readonly unsealed: readonly string[];
  /** Pending, and older than one that is applied. */
  readonly outOfOrder: readonly string[];
}

/** Compares the history on disk with what the database recorded, by checksums alone. */
export function compareHistory(
  history: readonly Migration[],
  rows: readonly AppliedRow[],
): HistoryStatus {
  const live = rows.filter((row) => !row.rolledBack);
  const finished = new Map(
    live.filter((row) => row.finished).map((row) => [row.name, row.checksum]),
  );
  const failed = unique(live.filter((row) => !row.finished).map((row) => row.name));
  const onDisk = new Map(history.map((migration) => [migration.name, migration]));
  const pending = history
    .map(({ name }) => name)
    .filter((name) => !finished.has(name) && !failed.includes(name));
  const newest = [...finished.keys()].sort().at(-1) ?? '';
  return {
    applied: [...finished.keys()].sort(),
    pending,
    failed,
    edited: [...finished]
      .filter(([name, checksum]) => {
        const migration = onDisk.get(name);
        return migration !== undefined && !matchesChecksum(migration.sql, checksum);
      })
      .map(([name]) => name),
    missing: [...finished.keys()].filter((name) => !onDisk.has(name)),
    rolledBack: unique(rows.filter((row) => row.rolledBack).map((row) => row.name)).filter(
      (name) => !finished.has(name),
    ),
    unsealed: history.filter(({ sealed }) => !sealed).map(({ name }) => name),
    outOfOrder: pending.filter((name) => name < newest),
  };
}

/** Tells whether nothing is left to do and nothing is wrong. */
export function isUpToDate(status: HistoryStatus): boolean {
  const { pending, failed, edited, missing } = status;
  return [pending, failed, edited, missing].every((names) => names.length === 0);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
