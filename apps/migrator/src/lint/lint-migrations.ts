import path from 'node:path';
import type pg from 'pg';
import { withConnection } from '../connection/connect.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { readApplied, type AppliedRow } from '../history/applied.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import { compareHistory } from '../history/status.ts';
import { locksOfStatement } from '../plan/locks/locks-of-statement.ts';
import { readStatements } from '../statements/read-statements.ts';
import type { DatabaseStatistics } from '../statistics/database-statistics.ts';
import { readStatistics, type WholeStatistics } from '../statistics/read-statistics.ts';
import { readStatisticsOf, type StatisticsSource } from '../statistics/statistics-of-history.ts';
import type { ScriptFindings } from './finding.ts';
import {
  basisOf,
  emptyBasis,
  readWorkspaceBasis,
  settle,
  type LintBasis,
  type NewTables,
  type WorkspaceBasis,
} from './lint-basis.ts';
import { reportOf, type LintedScript, type LintReport } from './lint-report.ts';
import { lintScript } from './lint-script.ts';
import { readNamedScripts, type NamedScript } from './named-scripts.ts';

/**
 * Judges the migrations that a database lacks, by its tables and their sizes as they are now.
 *
 * @throws CodedError `MIGRATOR.*`
 */
export async function lintDatabase(
  workspace: Workspace,
  target: DatabaseTarget,
  now: Date,
): Promise<LintReport> {
  return withConnection(target.ownerUrl, (client) => lintPending(workspace, client, now));
}

/** As {@link lintDatabase}, over a connection that is there. */
export async function lintPending(
  workspace: Workspace,
  client: pg.Client,
  now: Date,
): Promise<LintReport> {
  const applied = await readApplied(client);
  const statistics = await readStatistics(client, now);
  return lintUnapplied(workspace, { from: 'database', statistics, applied });
}

/**
 * Judges the migrations that the database lacks which statistics were taken from.
 *
 * @throws CodedError `MIGRATOR.STATISTICS_*` and those of the rules
 */
export async function lintOffline(
  workspace: Workspace,
  source: StatisticsSource,
): Promise<LintReport> {
  const { statistics, applied } = readStatisticsOf(readHistory(workspace), source);
  return lintUnapplied(workspace, { from: 'file', statistics, applied });
}

/** Judges the whole history, each migration as if the tables before it were large. */
export async function lintHistory(workspace: Workspace): Promise<LintReport> {
  const basis = emptyBasis(await readWorkspaceBasis(workspace, loadManifest(workspace)));
  const scripts: LintedScript[] = [];
  for (const migration of readHistory(workspace)) {
    scripts.push(await lintMigration(workspace, migration, basis, { tables: 'large' }));
  }
  return reportOf({ from: 'history', takenAt: null }, scripts);
}

/**
 * Judges scripts that are named: a migration after those before it, any other script after the whole
 * history; or in the database that statistics were taken from.
 *
 * @throws CodedError `MIGRATOR.SCRIPT_UNREADABLE`, `MIGRATOR.STATISTICS_*` and those of the rules
 */
export async function lintNamed(
  workspace: Workspace,
  names: readonly string[],
  source: StatisticsSource | null,
): Promise<LintReport> {
  const history = readHistory(workspace);
  const known = await readWorkspaceBasis(workspace, loadManifest(workspace));
  const statistics = source === null ? null : readStatisticsOf(history, source).statistics;
  const ends = new Map<string, LintBasis>();
  const scripts: LintedScript[] = [];
  for (const script of readNamedScripts(workspace, history, names)) {
    const basis =
      statistics === null
        ? await endOf(before(script, history), known, ends)
        : basisOf(known, statistics);
    scripts.push({ file: script.file, ...(await lintScript(script.sql, basis)) });
  }
  return reportOf(
    { from: statistics === null ? 'history' : 'file', takenAt: statistics?.takenAt ?? null },
    scripts,
  );
}

interface Database {
  readonly from: 'database' | 'file';
  readonly statistics: WholeStatistics;
  readonly applied: readonly AppliedRow[];
}

async function lintUnapplied(
  workspace: Workspace,
  { from, statistics, applied }: Database,
): Promise<LintReport> {
  const history = readHistory(workspace);
  const { pending, outOfOrder } = compareHistory(history, applied);
  const migrations = history.filter(({ name }) => pending.includes(name));
  const scripts = await lintTogether(workspace, migrations, { statistics, outOfOrder });
  return reportOf({ from, takenAt: statistics.takenAt }, scripts);
}

/**
 * Judges migrations that are applied one after the other to the database that statistics are of:
 * what one makes is empty when the next comes.
 *
 * @throws CodedError those of the rules
 */
export async function lintTogether(
  workspace: Workspace,
  migrations: readonly Migration[],
  judged: { readonly statistics: DatabaseStatistics; readonly outOfOrder?: readonly string[] },
): Promise<LintedScript[]> {
  const known = await readWorkspaceBasis(workspace, loadManifest(workspace));
  const basis = basisOf(known, judged.statistics);
  const scripts: LintedScript[] = [];
  for (const migration of migrations) {
    const isOutOfOrder = judged.outOfOrder?.includes(migration.name) === true;
    const options = { isOutOfOrder, tables: 'empty' } as const;
    scripts.push(await lintMigration(workspace, migration, basis, options));
  }
  return scripts;
}

/**
 * Judges scripts that are to follow a history, as if every table of it were large.
 *
 * @throws CodedError those of the rules
 */
export async function lintFollowing(
  workspace: Workspace,
  history: readonly Migration[],
  scripts: readonly string[],
): Promise<ScriptFindings[]> {
  const basis = emptyBasis(await readWorkspaceBasis(workspace, loadManifest(workspace)));
  await replay(history, basis);
  const found: ScriptFindings[] = [];
  for (const script of scripts) {
    found.push(await lintScript(script, basis));
    settle(basis, 'empty');
  }
  return found;
}

async function lintMigration(
  { root, migrationsDirectory }: Workspace,
  { name, sql }: Migration,
  basis: LintBasis,
  { tables, isOutOfOrder = false }: { readonly tables: NewTables; readonly isOutOfOrder?: boolean },
): Promise<LintedScript> {
  const file = path.relative(root, path.join(migrationsDirectory, name, 'migration.sql'));
  const found = await lintScript(sql, basis, { isOutOfOrder });
  settle(basis, tables);
  return { file: file.replaceAll(path.sep, '/'), ...found };
}

function before({ migration }: NamedScript, history: readonly Migration[]): readonly Migration[] {
  return migration === null ? history : history.filter(({ name }) => name < migration);
}

/** The basis at the end of a history, which is read once for all scripts that stand there. */
async function endOf(
  history: readonly Migration[],
  known: WorkspaceBasis,
  ends: Map<string, LintBasis>,
): Promise<LintBasis> {
  const newest = history.at(-1)?.name ?? '';
  const basis = ends.get(newest) ?? emptyBasis(known);
  if (!ends.has(newest)) await replay(history, basis);
  ends.set(newest, basis);
  return { ...basis, catalog: structuredClone(basis.catalog) };
}

/** Brings a basis to where a history leads, without judging it. */
async function replay(history: readonly Migration[], basis: LintBasis): Promise<void> {
  for (const { sql } of history) {
    const statements = await readStatements(withoutByteOrderMark(sql)).catch(() => null);
    if (statements === null) basis.catalog.isComplete = false;
    for (const statement of statements ?? []) locksOfStatement(statement, basis.catalog);
    settle(basis, 'large');
  }
}
