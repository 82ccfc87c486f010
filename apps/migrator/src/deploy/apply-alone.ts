import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { resetSession } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { migrationCutOff, migrationFailed } from '../errors.ts';
import { insertRow } from '../history/applied.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';

const ACTIVE_SQL_TRANSACTION = '25001';

/**
 * Applies a migration outside a transaction of ours, since its one statement refuses them or it
 * begins and ends its own: its row is written before and after it, so that one that was cut off is
 * seen as failed.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_CUT_OFF`, `MIGRATOR.MIGRATION_FAILED`
 */
export async function applyAlone(
  client: pg.Client,
  migration: Migration,
  lockTimeoutMs: number,
): Promise<void> {
  const sql = withoutByteOrderMark(migration.sql);
  const id = randomUUID();
  await insertRow(client, { id, migration, started: new Date(), finished: false });
  try {
    await client.query(`set lock_timeout = ${lockTimeoutMs}`);
    await client.query(sql);
    // What it began and did not end is its own, and meant to stay.
    await client.query('commit');
    await resetSession(client);
  } catch (error) {
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
