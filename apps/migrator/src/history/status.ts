import type { AppliedRow } from './applied.ts';
import { matchesChecksum, sha256 } from './checksum.ts';
import type { Migration } from './read-history.ts';
import { findAppliedSquashes, type AppliedSquash } from './squashes.ts';

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
  /** Squashes that stand for what is applied: the next deploy records them. */
  readonly squashed: readonly string[];
  /** Squashes of which only a part is applied: a release from before them comes first. */
  readonly partlySquashed: readonly string[];
}

/** Compares the history on disk with what the database recorded, by checksums alone. */
export function compareHistory(
  history: readonly Migration[],
  rows: readonly AppliedRow[],
): HistoryStatus {
  const live = rows.filter((row) => !row.rolledBack);
  const recorded = checksumsOf(live);
  const squashes = findAppliedSquashes(history, recorded);
  const whole = squashes.filter(({ lacking }) => lacking.length === 0);
  const partly = squashes.filter(({ lacking }) => lacking.length > 0).map(({ name }) => name);
  const finished = underNewNames(recorded, history, whole);
  const replaced = new Set(squashes.flatMap(({ applied }) => applied));
  const failed = unique(live.filter((row) => !row.finished).map((row) => row.name));
  const onDisk = new Map(history.map((migration) => [migration.name, migration]));
  const pending = history
    .map(({ name }) => name)
    .filter((name) => !finished.has(name) && !failed.includes(name) && !partly.includes(name));
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
    missing: [...finished.keys()].filter((name) => !onDisk.has(name) && !replaced.has(name)),
    rolledBack: unique(rows.filter((row) => row.rolledBack).map((row) => row.name)).filter(
      (name) => !finished.has(name),
    ),
    unsealed: history.filter(({ sealed }) => !sealed).map(({ name }) => name),
    // A contract waits for a release, and later migrations do not wait for it.
    outOfOrder: pending.filter((name) => name < newest && onDisk.get(name)?.contract == null),
    squashed: whole.map(({ name }) => name),
    partlySquashed: partly,
  };
}

/** The checksums of applied migrations by name. */
export function checksumsOf(rows: readonly AppliedRow[]): ReadonlyMap<string, string> {
  return new Map(
    rows.filter((row) => row.finished && !row.rolledBack).map((row) => [row.name, row.checksum]),
  );
}

/** A squash counts as applied in the place of what it stands for. */
function underNewNames(
  recorded: ReadonlyMap<string, string>,
  history: readonly Migration[],
  squashes: readonly AppliedSquash[],
): ReadonlyMap<string, string> {
  const replaced = new Set(squashes.flatMap(({ applied }) => applied));
  const names = new Set(squashes.map(({ name }) => name));
  return new Map([
    ...[...recorded].filter(([name]) => !replaced.has(name)),
    ...history
      .filter(({ name }) => names.has(name))
      .map(({ name, sql }) => [name, sha256(sql)] as const),
  ]);
}

/** Tells whether nothing is left to do and nothing is wrong; contracts that are held may wait. */
export function isUpToDate(status: HistoryStatus, held: readonly string[]): boolean {
  const { failed, edited, missing, squashed, partlySquashed } = status;
  const pending = status.pending.filter((name) => !held.includes(name));
  const open = [pending, failed, edited, missing, squashed, partlySquashed];
  return open.every((names) => names.length === 0);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
