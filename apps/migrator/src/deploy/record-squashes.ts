import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../connection/connect.ts';
import { matchesChecksum, sha256 } from '../history/checksum.ts';
import type { Migration } from '../history/read-history.ts';
import type { AppliedSquash } from '../history/squashes.ts';
import { ensureRecord } from '../objects/object-record.ts';

const TABLE = `create table if not exists migrator.replaced_migrations (
  id varchar(36) primary key,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null,
  applied_steps_count integer not null,
  replaced_by varchar(255) not null,
  replaced_at timestamptz not null default now()
)`;

const COLUMNS = `id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at,
  applied_steps_count`;

/**
 * Records squashes as applied where what they stand for is: their rows take the place of the old
 * ones, which move to `migrator.replaced_migrations`. All in one transaction.
 */
export async function recordSquashes(
  client: pg.Client,
  history: readonly Migration[],
  squashes: readonly AppliedSquash[],
): Promise<void> {
  await inTransaction(client, async () => {
    await ensureRecord(client);
    await client.query(TABLE);
    for (const { name, applied } of squashes) {
      const { sql = '' } = history.find((it) => it.name === name) ?? {};
      await client.query(
        `insert into _prisma_migrations
           (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
         select $1, $2, $3, min(started_at), max(finished_at), 1 from _prisma_migrations
         where migration_name = any ($4) and finished_at is not null and rolled_back_at is null`,
        [randomUUID(), sha256(sql), name, applied],
      );
      await client.query(
        `with moved as (delete from _prisma_migrations where migration_name = any ($2) returning *)
         insert into migrator.replaced_migrations (${COLUMNS}, replaced_by)
         select ${COLUMNS}, $1 from moved`,
        [name, applied],
      );
    }
  });
}

/**
 * Takes squashes back that are no longer on disk, where all that they replaced is there again: a
 * release from before them is deployed. Answers their names.
 */
export async function restoreReplaced(
  client: pg.Client,
  history: readonly Migration[],
  missing: readonly string[],
): Promise<string[]> {
  if (missing.length === 0 || !(await hasReplaced(client))) return [];
  const { rows } = await client.query<{ squash: string; name: string; checksum: string }>(
    `select replaced_by as squash, migration_name as name, checksum
     from migrator.replaced_migrations
     where replaced_by = any ($1) and finished_at is not null and rolled_back_at is null`,
    [missing],
  );
  const isThere = (row: { readonly name: string; readonly checksum: string }) =>
    history.some(({ name, sql }) => name === row.name && matchesChecksum(sql, row.checksum));
  const restored = missing.filter((squash) => {
    const replaced = rows.filter((row) => row.squash === squash);
    return replaced.length > 0 && replaced.every(isThere);
  });
  if (restored.length === 0) return [];
  await inTransaction(client, async () => {
    await client.query('delete from _prisma_migrations where migration_name = any ($1)', [
      restored,
    ]);
    await client.query(
      `with moved as (delete from migrator.replaced_migrations where replaced_by = any ($1) returning *)
       insert into _prisma_migrations (${COLUMNS}) select ${COLUMNS} from moved`,
      [restored],
    );
  });
  return restored;
}

async function hasReplaced(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('migrator.replaced_migrations') is not null as there`,
  );
  return rows[0]?.there === true;
}
