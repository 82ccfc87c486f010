import { randomUUID } from 'node:crypto';
import { isCodedError } from '@holovitals/errors';
import { resetSession } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { boundAlone } from '../connection/lock-patience.ts';
import { isLockRefusal, withLockRetries } from '../connection/lock-retries.ts';
import { migrationCutOff, migrationFailed } from '../errors.ts';
import { insertRow } from '../history/applied.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import { isConcurrent } from '../statements/is-concurrent.ts';
import { readStatements, type Statement } from '../statements/read-statements.ts';
import type { MigrationRun } from './apply-together.ts';
import { watchIndexBuild, type Sweep } from './half-built-index.ts';

const ACTIVE_SQL_TRANSACTION = '25001';

/**
 * Applies a migration outside a transaction of ours, since its one statement refuses them or it
 * begins and ends its own: its row is written before and after it, so that one that was cut off is
 * seen as failed. A single statement that gets no lock leaves nothing, and is tried again.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_CUT_OFF`, `MIGRATOR.MIGRATION_FAILED`, `MIGRATOR.LOCK_UNAVAILABLE`
 */
export async function applyAlone(run: MigrationRun, migration: Migration): Promise<void> {
  const { client } = run;
  const sql = withoutByteOrderMark(migration.sql);
  const id = randomUUID();
  await insertRow(client, { id, migration, started: new Date(), finished: false });
  try {
    await runAlone(run, `migration ${migration.name}`, sql);
  } catch (error) {
    if (isCodedError(error)) {
      await client.query('delete from _prisma_migrations where id = $1', [id]);
      throw error;
    }
    if (!isDatabaseError(error)) throw error;
    const why = describeDatabaseError(error, sql);
    await client.query('rollback').catch(() => undefined);
    await client
      .query('update _prisma_migrations set logs = $2 where id = $1', [id, why])
      .catch(() => undefined);
    // Refused as one of several statements, it was undone with the others.
    const isUndone = (error as { code?: string }).code === ACTIVE_SQL_TRANSACTION;
    throw isUndone ? migrationFailed(migration.name, why) : migrationCutOff(migration.name, why);
  }
  await client.query(
    'update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = $1',
    [id],
  );
}

/**
 * Runs a script outside a transaction of ours. Where it is one statement that does nothing by
 * halves, it is tried again when it gets no lock.
 *
 * @throws CodedError `MIGRATOR.LOCK_UNAVAILABLE` where nothing of it was done
 */
export async function runAlone(
  { client, locks }: Pick<MigrationRun, 'client' | 'locks'>,
  doing: string,
  sql: string,
): Promise<void> {
  const statement = await wholeStatement(sql);
  const isHarmless = statement !== null && isConcurrent(statement.node);
  const attempt = async () => {
    await client.query(boundAlone(locks.patience, isHarmless));
    await client.query(sql);
  };
  if (statement === null) await attempt();
  else {
    const sweep = await watchIndexBuild(client, statement);
    const waits = isHarmless ? 'for ever' : 'briefly';
    await withLockRetries(locks, doing, () => sweeping(attempt, sweep), waits);
  }
  // What it began and did not end is its own, and meant to stay.
  await client.query('commit');
  await resetSession(client);
}

async function sweeping(attempt: () => Promise<void>, sweep: Sweep): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (isLockRefusal(error)) await sweep();
    throw error;
  }
}

/** The only statement of a script, where it happens as a whole or not at all; else null. */
async function wholeStatement(sql: string): Promise<Statement | null> {
  // What does not parse is told by the server, with its place.
  const statements = await readStatements(sql).catch(() => []);
  const [only] = statements;
  if (only === undefined || statements.length > 1) return null;
  return /^(TransactionStmt|DoStmt|CallStmt)$/.test(only.kind) ? null : only;
}

const TRANSACTION_WORDS = /\b(begin|start|commit|end|rollback|abort|prepare)\b/i;
const TRANSACTION_STATEMENT =
  /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*(?:begin|start\s+transaction|commit|end|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b)|abort|prepare\s+transaction)\b/i;

/** Tells whether a script begins or ends transactions by itself; bodies of functions do not count. */
export async function managesTransactions(sql: string): Promise<boolean> {
  if (!TRANSACTION_WORDS.test(sql)) return false;
  const { splitStatements } = await import('@holovitals/schema-engine');
  // What does not parse is told by the server, with its place.
  const statements = await splitStatements(withoutByteOrderMark(sql)).catch(() => []);
  return statements.some((statement) => TRANSACTION_STATEMENT.test(statement));
}
