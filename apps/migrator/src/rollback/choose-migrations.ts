import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Workspace } from '../environment/workspace.ts';
import { historyBroken, migrationUnreadable, nothingToRollBack } from '../errors.ts';
import { decodeScript, withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import type { HistoryStatus } from '../history/status.ts';

/** How far back. */
export interface RollbackRange {
  /** The migration that is to be the newest one afterwards. */
  readonly to?: string | undefined;
  /** How many migrations to undo; 1 unless told. */
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
  const names = namesToUndo(status.applied, range);
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

function namesToUndo(applied: readonly string[], { to, steps = 1 }: RollbackRange): string[] {
  const newestFirst = [...applied].reverse();
  if (applied.length === 0) throw nothingToRollBack('No migration is applied.');
  if (to !== undefined) {
    const place = newestFirst.indexOf(to);
    if (place < 0) throw nothingToRollBack(`"${to}" is not applied.`);
    return newestFirst.slice(0, place);
  }
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw nothingToRollBack('A number of steps is 1 or more.');
  }
  if (steps > applied.length) {
    throw nothingToRollBack(`Only ${applied.length} migration(s) are applied.`);
  }
  return newestFirst.slice(0, steps);
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
  const metaFile = path.join(folder, 'meta.json');
  const reason = existsSync(metaFile) ? reasonOf(name, metaFile) : null;
  return {
    ...{ name, sql: withoutByteOrderMark(sql) },
    irreversible: unsealed
      ? 'It is not sealed: down.sql may not be the one that was reviewed.'
      : reason,
  };
}

const metaSchema = z.object({
  reversible: z.boolean().optional(),
  irreversible: z.string().optional(),
  losses: z.array(z.string()).optional(),
});

function reasonOf(name: string, metaFile: string): string | null {
  let meta: z.infer<typeof metaSchema>;
  try {
    meta = metaSchema.parse(JSON.parse(readFileSync(metaFile, 'utf8')));
  } catch {
    const why = 'Its meta.json is not JSON, or a value in it has the wrong type.';
    throw migrationUnreadable(name, why, 'meta.json');
  }
  if (meta.reversible !== false) return null;
  return meta.irreversible ?? `It destroyed data: ${(meta.losses ?? []).join(' ')}`;
}
