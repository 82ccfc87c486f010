import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { withReplayDatabase } from '../dev/replay-database.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { writeMigrationFiles } from '../dev/write-migration.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { migrationUnknown, migrationUnsealed, nameInvalid, squashRefused } from '../errors.ts';
import { sha256 } from '../history/checksum.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import type { Replaced } from '../history/replaced.ts';
import { writeSums } from '../history/write-sums.ts';
import { git } from '../rebase/git.ts';
import { generateSquash } from './generate-squash.ts';

/** How {@link squash} runs. */
export interface SquashOptions {
  /** The newest migration to replace; all of them unless told. */
  readonly to?: string | undefined;
  /** Lower-case words with underscores; `squashed` unless told. */
  readonly name?: string | undefined;
  /** Prove it and change nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: (line: string) => void;
}

/** What {@link squash} wrote, or in a dry run would write. */
export interface SquashResult {
  readonly name: string;
  readonly replaces: readonly string[];
  readonly statements: number;
  readonly rows: number;
  readonly dryRun: boolean;
}

/**
 * Replaces the first migrations of a history by one that makes the same structure, rows and
 * sequences, as scratch databases prove. What it replaces stands in its `meta.json`: a database that
 * applied all of it counts as having applied the squash, which `deploy` records.
 *
 * @throws CodedError `MIGRATOR.SQUASH_REFUSED`, `MIGRATOR.SQUASH_UNPROVEN`,
 * `MIGRATOR.HISTORY_NOT_REPLAYABLE`, `MIGRATOR.MIGRATION_UNKNOWN`, `MIGRATOR.MIGRATION_UNSEALED`,
 * `MIGRATOR.NAME_INVALID`, `MIGRATOR.REPLAY_NOT_PERMITTED`
 */
export async function squash(
  workspace: Workspace,
  target: DatabaseTarget,
  options: SquashOptions = {},
): Promise<SquashResult> {
  const { to, name: word = 'squashed', dryRun = false } = options;
  const onProgress = options.onProgress ?? (() => undefined);
  if (!/^[a-z0-9][a-z0-9_]{0,80}$/.test(word)) throw nameInvalid(word);
  const left = dryRun ? 0 : removeReplaced(workspace);
  if (left > 0) onProgress(`removed ${left} migration(s) that a squash replaces: it was cut off`);
  const history = readHistory(workspace);
  const replaced = prefixUpTo(history, to);
  const name = nameFor(history, replaced, word);
  await refusePooler(target);
  onProgress(`replaying ${replaced.length} migration(s)`);
  const scripts = await withReplayDatabase(target, (replay) =>
    generateSquash(replay, replaced, onProgress),
  );
  const { up, down, statements, rows } = scripts;
  const replaces = replaced.map((it) => it.name);
  if (!dryRun) {
    const from = `-- Stands for ${replaced.length} migrations, from ${replaces[0] ?? ''} to ${replaces.at(-1) ?? ''}.`;
    const meta = {
      domains: domainsOf(workspace, replaces),
      ...{ reversible: true, losses: [], release: await describeRelease(workspace) },
      replaces: replaced.map(entryOf),
    };
    writeMigrationFiles(workspace, [{ name, up: `${from}\n\n${up}`, down, meta }]);
    removeReplaced(workspace);
  }
  return { name, replaces, statements, rows, dryRun };
}

/** Removes what a squash on disk replaces: also where one was cut off before it could. */
function removeReplaced(workspace: Workspace): number {
  const history = readHistory(workspace);
  const replaced = new Map(
    history.flatMap(({ origin }) => origin?.replaces ?? []).map((it) => [it.name, it.checksum]),
  );
  const gone = history.filter(({ name, sql }) => replaced.get(name) === sha256(sql));
  for (const { name } of gone) {
    rmSync(path.join(workspace.migrationsDirectory, name), { recursive: true });
  }
  if (gone.length > 0) writeSums(workspace);
  return gone.length;
}

function prefixUpTo(history: readonly Migration[], to: string | undefined): readonly Migration[] {
  const end = to === undefined ? history.length - 1 : history.findIndex(({ name }) => name === to);
  if (to !== undefined && end < 0) throw migrationUnknown(to);
  const prefix = history.slice(0, end + 1);
  if (prefix.length < 2) throw squashRefused('It takes two migrations or more.');
  const unsealed = prefix.filter(({ sealed }) => !sealed).map((it) => it.name);
  if (unsealed.length > 0) throw migrationUnsealed(unsealed);
  return prefix;
}

/** It stands where the last of those it replaces stood. */
function nameFor(
  history: readonly Migration[],
  replaced: readonly Migration[],
  word: string,
): string {
  const last = replaced.at(-1)?.name ?? '';
  const next = history[replaced.length]?.name;
  const name = `${/^\d+/.exec(last)?.[0] ?? '0'}_${word}`;
  if (next !== undefined && name >= next) {
    throw squashRefused(`${name} would come after ${next}: choose another \`--name\`.`);
  }
  if (history.some((it) => it.name === name)) {
    throw squashRefused(`${name} is the name of a migration: choose another \`--name\`.`);
  }
  return name;
}

function entryOf({ name, sql, origin }: Migration): Replaced {
  return { name, checksum: sha256(sql), ...(origin && { replaces: origin.replaces }) };
}

function domainsOf({ migrationsDirectory }: Workspace, names: readonly string[]): string[] {
  const domains = names.flatMap((name) => {
    const file = path.join(migrationsDirectory, name, 'meta.json');
    const meta = JSON.parse(readFileSync(file, 'utf8')) as { readonly domains?: string[] };
    return meta.domains ?? [];
  });
  return [...new Set(domains)];
}

/** The release that operators must have deployed; null where there is no git to ask. */
async function describeRelease({ root }: Workspace): Promise<string | null> {
  const answer = await git(root, ['describe', '--tags', '--always']).catch(() => null);
  return answer?.toString('utf8').trim() ?? null;
}
