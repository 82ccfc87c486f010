import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { readCatalog } from '../catalog/read-catalog.ts';
import { inTransaction, withConnection } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { PATIENCE } from '../connection/lock-patience.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { withMigrationLock } from '../deploy/migration-lock.ts';
import { replayHistory } from '../dev/plan-migration.ts';
import { withReplayDatabase } from '../dev/replay-database.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { migrationCutOff, nothingToResolve, resolutionUnproven } from '../errors.ts';
import { insertRow, readApplied } from '../history/applied.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import { compareHistory } from '../history/status.ts';
import { readWayBack } from '../rollback/choose-migrations.ts';
import { runScript } from '../statements/run-script.ts';
import { judgeStatements, type JudgedStatement } from './judge-statements.ts';
import { traceMigration, type TracedStatement } from './trace-migration.ts';

/** What to do with a failed migration. */
export type Resolution = 'continue' | 'rolled-back' | 'applied';

/** How {@link resolve} runs. */
export interface ResolveOptions {
  /** The failed migration; needed where there are several. */
  readonly name?: string | undefined;
  /** Only tell, unless given. */
  readonly resolution?: Resolution | undefined;
  /** Take the word of whoever calls for statements that leave no trace in the catalog. */
  readonly force?: boolean;
  readonly waitMs?: number;
  readonly onProgress?: (line: string) => void;
}

/** A failed migration, and what may be done with it. */
export interface ResolveResult {
  readonly name: string;
  readonly statements: readonly JudgedStatement[];
  /** The resolutions that the catalog proves right, best first. */
  readonly possible: readonly Resolution[];
  /** What was done; null where it was only told. */
  readonly resolved: Resolution | null;
}

/**
 * Shows which statements of a failed migration took effect, as the catalog proves it, and resolves
 * it: `rolled-back` where none did, or where `down.sql` leads back from what did; `applied` where
 * all did; `continue` runs those that did not. Nothing is marked that the catalog does not prove.
 *
 * @throws CodedError `MIGRATOR.NOTHING_TO_RESOLVE`, `MIGRATOR.RESOLUTION_UNPROVEN`,
 * `MIGRATOR.MIGRATION_CUT_OFF`, `MIGRATOR.HISTORY_NOT_REPLAYABLE`
 */
export async function resolve(
  workspace: Workspace,
  target: DatabaseTarget,
  options: ResolveOptions = {},
): Promise<ResolveResult> {
  const { resolution, force = false, waitMs = 600_000 } = options;
  const onProgress = options.onProgress ?? (() => undefined);
  const history = readHistory(workspace);
  await refusePooler(target);
  return withConnection(target.ownerUrl, (client) =>
    withMigrationLock(client, { waitMs, onWait: onProgress }, async () => {
      const { failed } = compareHistory(history, await readApplied(client));
      const migration = chooseFailed(history, failed, options.name);
      onProgress(`tracing ${migration.name} in a database of its own`);
      const traced = await withReplayDatabase(target, async (replay) => {
        await replay.wipe();
        await replayHistory(replay.client, history.slice(0, history.indexOf(migration)));
        return traceMigration(replay.client, migration);
      });
      const statements = judgeStatements(traced, await readCatalog(client));
      const { name } = migration;
      const possible = possibleOf(statements);
      if (resolution === undefined) return { name, statements, possible, resolved: null };
      const untraced = statements.filter(({ state }) => state === 'untraced');
      if (resolution !== 'rolled-back' && untraced.length > 0 && !force) {
        const lines = untraced.map(({ line, summary }) => `line ${line}: ${summary}`);
        throw resolutionUnproven(name, resolution, lines, true);
      }
      await carryOut(client, { migration, traced, resolution, workspace, statements });
      return { name, statements, possible, resolved: resolution };
    }),
  );
}

function chooseFailed(
  history: readonly Migration[],
  failed: readonly string[],
  name: string | undefined,
): Migration {
  if (failed.length === 0) throw nothingToResolve('No migration has failed.');
  const chosen = name ?? failed[0];
  if (chosen === undefined || !failed.includes(chosen)) {
    throw nothingToResolve(`"${name ?? ''}" has not failed. Failed: ${failed.join(', ')}.`);
  }
  const migration = history.find((it) => it.name === chosen);
  if (migration === undefined) throw nothingToResolve(`${chosen} is not on disk.`);
  return migration;
}

function possibleOf(statements: readonly JudgedStatement[]): Resolution[] {
  const states = new Set(statements.map(({ state }) => state));
  states.delete('untraced');
  if (states.has('partly') || states.has('fails') || statements.length === 0)
    return ['rolled-back'];
  if (!states.has('done')) return ['rolled-back', 'continue'];
  return states.has('not-done') ? ['continue', 'rolled-back'] : ['applied', 'rolled-back'];
}

interface Work {
  readonly workspace: Workspace;
  readonly migration: Migration;
  readonly traced: readonly TracedStatement[];
  readonly statements: readonly JudgedStatement[];
  readonly resolution: Resolution;
}

async function carryOut(client: pg.Client, work: Work): Promise<void> {
  const { migration, traced, statements, resolution } = work;
  const unproven = (lines: readonly string[]) =>
    resolutionUnproven(migration.name, resolution, lines, false);
  const isSomewhere = statements.some(({ state }) => state === 'done' || state === 'partly');
  if (resolution === 'rolled-back') {
    if (isSomewhere) await goBack(client, work, unproven);
    return markRolledBack(client, migration.name);
  }
  const hindering = statements.filter(({ state }) => state === 'partly' || state === 'fails');
  if (hindering.length > 0 || statements.length === 0) throw unproven(hindering.map(lineOf));
  if (resolution === 'continue') {
    await runRest(client, migration, traced, statements);
  }
  const left = judgeStatements(traced, await readCatalog(client)).filter(
    ({ state }) => state === 'not-done' || state === 'partly',
  );
  if (left.length > 0) throw unproven(left.map(lineOf));
  await inTransaction(client, async () => {
    await markRolledBack(client, migration.name);
    await insertRow(client, {
      ...{ id: randomUUID(), migration, started: new Date(), finished: true },
    });
  });
}

/** Runs `down.sql` on what took effect; it must lead to where the migration began. */
async function goBack(
  client: pg.Client,
  { workspace, migration, traced }: Work,
  unproven: (lines: readonly string[]) => Error,
): Promise<void> {
  const { sql } = readWayBack(workspace, migration.name, false);
  await runScript(client, sql, PATIENCE).catch((error: unknown) => {
    if (!isDatabaseError(error)) throw error;
    throw unproven([
      `down.sql does not run on what there is: ${describeDatabaseError(error, sql)}`,
    ]);
  });
  const left = judgeStatements(traced, await readCatalog(client)).filter(
    ({ state }) => state === 'done' || state === 'partly',
  );
  if (left.length > 0) throw unproven(left.map(lineOf));
}

/** Runs the statements that did not take effect: in one transaction, or, where one refuses, alone. */
async function runRest(
  client: pg.Client,
  migration: Migration,
  traced: readonly TracedStatement[],
  statements: readonly JudgedStatement[],
): Promise<void> {
  const rest = traced.filter((_, index) => statements[index]?.state !== 'done');
  try {
    await runScript(client, rest.map(({ sql }) => `${sql};`).join('\n'), PATIENCE);
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    throw migrationCutOff(migration.name, describeDatabaseError(error));
  }
}

/** As Prisma does. */
async function markRolledBack(client: pg.Client, name: string): Promise<void> {
  await client.query(
    `update _prisma_migrations set rolled_back_at = now()
     where migration_name = $1 and finished_at is null and rolled_back_at is null`,
    [name],
  );
}

function lineOf({ line, summary, missing }: JudgedStatement): string {
  const what = missing.length === 0 ? '' : ` (${missing.join(', ')})`;
  return `line ${line}: ${summary}${what}`;
}
