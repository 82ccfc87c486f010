import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { describeDatabaseError } from '../connection/database-error.ts';
import { inTransaction } from '../connection/connect.ts';
import { migrationFailed } from '../errors.ts';
import { sha256 } from '../history/checksum.ts';
import type { Migration } from '../history/read-history.ts';

const LOCK_NOT_AVAILABLE = '55P03';
const ACTIVE_SQL_TRANSACTION = '25001';
const ATTEMPTS = 5;

/**
 * Applies one migration and its row in Prisma's table in one transaction: killed at any moment, it
 * was applied whole or not at all. A lock that is not to be had in time is tried again, with a
 * growing pause. A statement that refuses transactions runs alone, its row before and after it.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_FAILED`
 */
export async function applyMigration(
  client: pg.Client,
  migration: Migration,
  lockTimeoutMs: number,
): Promise<void> {
  const id = randomUUID();
  const started = new Date();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await inTransaction(client, async () => {
        await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
        await client.query(migration.sql);
        await client.query('reset search_path');
        await insertRow(client, { id, migration, started, finished: true });
      });
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === ACTIVE_SQL_TRANSACTION) return await applyAlone(client, id, migration, started);
      if (code === LOCK_NOT_AVAILABLE && attempt < ATTEMPTS) {
        await wait(2 ** attempt * 100 * (0.5 + Math.random()));
        continue;
      }
      throw await recordFailure(client, id, migration, started, error);
    }
  }
}

async function applyAlone(
  client: pg.Client,
  id: string,
  migration: Migration,
  started: Date,
): Promise<void> {
  await insertRow(client, { id, migration, started, finished: false });
  try {
    await client.query(migration.sql);
  } catch (error) {
    const why = describeDatabaseError(error, migration.sql);
    await client.query('update _prisma_migrations set logs = $2 where id = $1', [id, why]);
    throw migrationFailed(migration.name, why);
  }
  await client.query(
    'update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = $1',
    [id],
  );
}

async function recordFailure(
  client: pg.Client,
  id: string,
  migration: Migration,
  started: Date,
  error: unknown,
): Promise<Error> {
  const why = describeDatabaseError(error, migration.sql);
  await insertRow(client, { id, migration, started, finished: false, logs: why }).catch(
    () => undefined,
  );
  return migrationFailed(migration.name, why);
}

interface Row {
  readonly id: string;
  readonly migration: Migration;
  readonly started: Date;
  readonly finished: boolean;
  readonly logs?: string;
}

async function insertRow(client: pg.Client, row: Row): Promise<void> {
  await client.query(
    `insert into _prisma_migrations
       (id, checksum, migration_name, started_at, finished_at, applied_steps_count, logs)
     values ($1, $2, $3, $4, case when $5 then clock_timestamp() end, case when $5 then 1 else 0 end, $6)`,
    [
      row.id,
      sha256(row.migration.sql),
      row.migration.name,
      row.started,
      row.finished,
      row.logs ?? null,
    ],
  );
}
