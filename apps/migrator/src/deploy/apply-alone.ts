import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { describeDatabaseError } from '../connection/database-error.ts';
import { migrationFailed } from '../errors.ts';
import { insertRow } from '../history/applied.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';

/**
 * Applies a migration whose one statement refuses transactions: its row before and after it, so that
 * one that was cut off is seen as failed.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_FAILED`
 */
export async function applyAlone(client: pg.Client, migration: Migration): Promise<void> {
  const sql = withoutByteOrderMark(migration.sql);
  const id = randomUUID();
  await insertRow(client, { id, migration, started: new Date(), finished: false });
  try {
    await client.query(sql);
  } catch (error) {
    const why = describeDatabaseError(error, sql);
    await client
      .query('update _prisma_migrations set logs = $2 where id = $1', [id, why])
      .catch(() => undefined);
    throw migrationFailed(migration.name, why);
  }
  await client.query(
    'update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = $1',
    [id],
  );
}
