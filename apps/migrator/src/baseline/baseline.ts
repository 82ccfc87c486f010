import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { describeDifference } from '../catalog/compare-catalogs.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { inTransaction, withConnection } from '../connection/connect.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { withMigrationLock } from '../deploy/migration-lock.ts';
import { withReplayDatabase } from '../dev/replay-database.ts';
import { proveWays, type ProvenWays } from '../drift/prove-ways.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { baselineDiffers, baselineRecorded, historyEmpty, migrationUnknown } from '../errors.ts';
import { ensureMigrationsTable, insertRow, readApplied } from '../history/applied.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import { assertMayCreate } from '../roles/assert-may-create.ts';
import { compareUpTo, findMatch, type Match } from './find-match.ts';

/** How {@link baseline} runs. */
export interface BaselineOptions {
  /** The newest migration that the database is to hold; the newest it does hold unless told. */
  readonly to?: string | undefined;
  /** Tell what would be recorded and change nothing. */
  readonly dryRun?: boolean;
  /** Milliseconds to wait for another migrator; 600,000 unless told. */
  readonly waitMs?: number;
  readonly onProgress?: (line: string) => void;
}

/** What {@link baseline} recorded, or in a dry run would record. */
export interface BaselineResult {
  readonly migrations: readonly string[];
  /** Migrations to come with the next deploy. */
  readonly pending: readonly string[];
  /** Tables into which recorded migrations write rows: whether they are there nothing proves. */
  readonly withRows: readonly string[];
  /** Recorded migrations without which the catalog is the same: they change rows, or nothing. */
  readonly traceless: readonly string[];
  readonly dryRun: boolean;
}

const SIDES = ['the history', 'the database'] as const;

/**
 * Records the migrations that a database holds which was made by other means: a push of the schema,
 * or by hand. That it holds them its catalog proves, beside one that the history makes. Rows of
 * tables are neither read nor written; objects of `sql/` are the next deploy's.
 *
 * @throws CodedError `MIGRATOR.BASELINE_DIFFERS`, `MIGRATOR.BASELINE_RECORDED`,
 * `MIGRATOR.MIGRATION_UNKNOWN`, `MIGRATOR.HISTORY_EMPTY`, `MIGRATOR.HISTORY_NOT_REPLAYABLE`,
 * `MIGRATOR.REPLAY_NOT_PERMITTED`
 */
export async function baseline(
  workspace: Workspace,
  target: DatabaseTarget,
  options: BaselineOptions = {},
): Promise<BaselineResult> {
  const { dryRun = false } = options;
  return compareWithHistory(workspace, target, options, async ({ client, history, match }) => {
    const { to, migrations, differences, withRows, traceless } = match;
    if (differences.length > 0) {
      const lines = differences.map((it) => describeDifference(it, SIDES));
      throw baselineDiffers(to.name, lines);
    }
    if (!dryRun) {
      await assertMayCreate(client, target);
      await record(client, migrations);
    }
    return {
      migrations: migrations.map(({ name }) => name),
      pending: history.slice(migrations.length).map(({ name }) => name),
      ...{ withRows, traceless, dryRun },
    };
  });
}

/** SQL that makes a database what the history up to a migration makes. */
export interface BaselineWay extends Pick<ProvenWays, 'byHand'> {
  readonly to: string;
  /** Tried in a database of its own, in which no row stands in the way. */
  readonly statements: readonly string[];
}

/**
 * Writes the SQL that makes of a database what {@link baseline} asks for. Changes nothing.
 *
 * @throws CodedError as {@link baseline}, but for `MIGRATOR.BASELINE_DIFFERS`
 */
export function findBaselineWay(
  workspace: Workspace,
  target: DatabaseTarget,
  options: BaselineOptions = {},
): Promise<BaselineWay> {
  return compareWithHistory(workspace, target, options, async ({ match, replay }) => {
    const [expected, actual] = match.sides;
    const { toHistory, byHand } = await proveWays(replay, expected, actual);
    const isCompared = (identity: string) => expected.has(identity) || actual.has(identity);
    return {
      ...{ to: match.to.name, statements: toHistory },
      byHand: byHand.filter(isCompared),
    };
  });
}

interface Comparison {
  readonly client: pg.Client;
  readonly history: readonly Migration[];
  readonly match: Match;
  /** A database in which the matching migrations stand. */
  readonly replay: pg.Client;
}

async function compareWithHistory<T>(
  workspace: Workspace,
  target: DatabaseTarget,
  { to, waitMs = 600_000, onProgress = () => undefined }: BaselineOptions,
  use: (comparison: Comparison) => Promise<T>,
): Promise<T> {
  const history = readHistory(workspace);
  if (history.length === 0) throw historyEmpty();
  const last = to === undefined ? undefined : history.findIndex(({ name }) => name === to);
  if (last === -1) throw migrationUnknown(to ?? '');
  await refusePooler(target);
  return withConnection(target.ownerUrl, (client) =>
    withMigrationLock(client, { waitMs, onWait: onProgress }, async () => {
      const live = (await readApplied(client)).filter((row) => !row.rolledBack);
      if (live.length > 0) throw baselineRecorded(live.length);
      const actual = await readCatalog(client);
      onProgress('building what the history makes, in a database of its own');
      return withReplayDatabase(target, async (replay) => {
        const match =
          last === undefined
            ? await findMatch(replay, history, actual, onProgress)
            : await compareUpTo(replay, history.slice(0, last + 1), actual, onProgress);
        return use({ client, history, match, replay: replay.client });
      });
    }),
  );
}

/** All rows or none, in the order of the history. */
async function record(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  const now = Date.now() - migrations.length;
  await inTransaction(client, async () => {
    await ensureMigrationsTable(client);
    for (const [place, migration] of migrations.entries()) {
      const started = new Date(now + place);
      await insertRow(client, { id: randomUUID(), migration, started, finished: true });
    }
  });
}
