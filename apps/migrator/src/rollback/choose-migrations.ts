import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import { historyBroken, migrationUnreadable, nothingToRollBack } from '../errors.ts';
import { decodeScript, withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import type { HistoryStatus } from '../history/status.ts';
import { firstOfChange, readMeta, type MigrationMeta } from './migration-meta.ts';

/** How far back. */
export interface RollbackRange {
  /** The migration that is to be the newest one afterwards. */
  readonly to?: string | undefined;
  /** How many migrations to undo; unless told, those of the newest change. */
  readonly steps?: number | undefined;
}

/** The way back of one migration. */
export interface WayBack {
  readonly name: string;
  readonly sql: string;
  /** Why `down.sql` does not lead all the way back, where it does not. */
  readonly irreversible: string | null;
}

/**
 * Chooses the migrations to undo, newest first, and reads their ways back.
 *
 * @throws CodedError `MIGRATOR.HISTORY_BROKEN`, `MIGRATOR.NOTHING_TO_ROLL_BACK`, `MIGRATOR.MIGRATION_UNREADABLE`
 */
export function chooseMigrations(
  workspace: Workspace,
  history: readonly Migration[],
  status: HistoryStatus,
  range: RollbackRange,
): WayBack[] {
  const names = namesToUndo(workspace, status.applied, range);
  const problems = [
    ...status.failed.map((name) => `${name} was begun and did not finish.`),
    ...status.squashed.map((name) => `${name} is not recorded yet: \`pnpm migrator deploy\` does.`),
    ...status.partlySquashed.map((name) => `A part of what ${name} replaces is applied.`),
    ...names.filter((it) => status.edited.includes(it)).map((it) => `${it} was changed since.`),
    ...names.filter((it) => status.missing.includes(it)).map((it) => `${it} is not on disk.`),
  ];
  if (problems.length > 0) {
    throw historyBroken(problems, 'Run `pnpm migrator status`, then `pnpm migrator resolve`.');
  }
  const unsealed = new Set(history.filter(({ sealed }) => !sealed).map(({ name }) => name));
  return names.map((name) => readWayBack(workspace, name, unsealed.has(name)));
}

function namesToUndo(
  workspace: Workspace,
  applied: readonly string[],
  { to, steps }: RollbackRange,
): string[] {
  const newestFirst = [...applied].reverse();
  if (applied.length === 0) throw nothingToRollBack('No migration is applied.');
  if (to !== undefined) {
    const place = newestFirst.indexOf(to);
    if (place < 0) throw nothingToRollBack(`"${to}" is not applied.`);
    return newestFirst.slice(0, place);
  }
  if (steps === undefined) return newestChange(workspace, newestFirst);
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw nothingToRollBack('A number of steps is 1 or more.');
  }
  if (steps > applied.length) {
    throw nothingToRollBack(`Only ${applied.length} migration(s) are applied.`);
  }
  return newestFirst.slice(0, steps);
}

/** One change may be a series of migrations: half of it is nobody's wish. */
function newestChange(workspace: Workspace, newestFirst: readonly string[]): string[] {
  const [newest = ''] = newestFirst;
  const first = firstOfChange(workspace, newest);
  const end = newestFirst.findIndex((name) => firstOfChange(workspace, name) !== first);
  return newestFirst.slice(0, end < 0 ? undefined : end);
}

/**
 * Tells what else is applied of the change whose newest migrations were chosen.
 *
 * @param names newest first
 */
export function restOfChange(
  workspace: Workspace,
  applied: readonly string[],
  names: readonly string[],
): string[] {
  const oldest = names.at(-1);
  if (oldest === undefined) return [];
  const first = firstOfChange(workspace, oldest);
  return applied.filter(
    (name) => !names.includes(name) && firstOfChange(workspace, name) === first,
  );
}

/** Reads `down.sql` and what `meta.json` says of it. */
export function readWayBack(workspace: Workspace, name: string, unsealed: boolean): WayBack {
  const folder = path.join(workspace.migrationsDirectory, name);
  const file = path.join(folder, 'down.sql');
  if (!existsSync(file))
    throw migrationUnreadable(name, 'Its folder holds no down.sql.', 'down.sql');
  const sql = decodeScript(readFileSync(file));
  if (sql === null) {
    throw migrationUnreadable(name, 'Its down.sql is not UTF-8, or holds a NUL.', 'down.sql');
  }
  const reason = reasonOf(readMeta(workspace, name));
  return {
    ...{ name, sql: withoutByteOrderMark(sql) },
    irreversible: unsealed
      ? 'It is not sealed: down.sql may not be the one that was reviewed.'
      : reason,
  };
}

function reasonOf({ reversible, irreversible, losses = [] }: MigrationMeta): string | null {
  if (reversible !== false) return null;
  return irreversible ?? `It destroyed data: ${losses.join(' ')}`;
}
