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
import { readStatistics, type WholeStatistics } from '../statistics/read-statistics.ts';
import { readStatisticsOf, type StatisticsSource } from '../statistics/statistics-of-history.ts';
import {
  basisOf,
  emptyBasis,
  readWorkspaceBasis,
  settle,
  type LintBasis,
  type NewTables,
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
async function lintPending(
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
  const scripts: LintedScript[] = [];
  for (const script of readNamedScripts(workspace, history, names)) {
    const basis = statistics === null ? emptyBasis(known) : basisOf(known, statistics);
    if (statistics === null) await replay(before(script, history), basis);
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
  const basis = basisOf(await readWorkspaceBasis(workspace, loadManifest(workspace)), statistics);
  const history = readHistory(workspace);
  const { pending, outOfOrder } = compareHistory(history, applied);
  const scripts: LintedScript[] = [];
  for (const migration of history.filter(({ name }) => pending.includes(name))) {
    const isOutOfOrder = outOfOrder.includes(migration.name);
    // They are applied together: what one makes is empty when the next comes.
    const options = { isOutOfOrder, tables: 'empty' } as const;
    scripts.push(await lintMigration(workspace, migration, basis, options));
  }
  return reportOf({ from, takenAt: statistics.takenAt }, scripts);
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

/** Brings a basis to where a history leads, without judging it. */
async function replay(history: readonly Migration[], basis: LintBasis): Promise<void> {
  for (const { sql } of history) {
    const statements = await readStatements(withoutByteOrderMark(sql)).catch(() => null);
    if (statements === null) basis.catalog.isComplete = false;
    for (const statement of statements ?? []) locksOfStatement(statement, basis.catalog);
    settle(basis, 'large');
  }
}
