import type pg from 'pg';
import { sha256 } from './checksum.ts';
import type { Migration } from './read-history.ts';

/** A row of Prisma's own table. */
export interface AppliedRow {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
  readonly rolledBack: boolean;
}

/** Reads what the database says was applied; nothing where the table does not exist yet. */
export async function readApplied(client: pg.Client): Promise<AppliedRow[]> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as there`,
  );
  if (found[0]?.there !== true) return [];
  const { rows } = await client.query<AppliedRow>(
    `select migration_name as name, checksum,
            finished_at is not null as finished, rolled_back_at is not null as "rolledBack"
     from _prisma_migrations order by started_at`,
  );
  return rows;
}

/** Creates Prisma's table as Prisma does. */
export async function ensureMigrationsTable(client: pg.Client): Promise<void> {
  await client.query(`create table if not exists _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`);
}

/** A migration's row, before it is written. */
export interface NewRow {
  readonly id: string;
  readonly migration: Migration;
  readonly started: Date;
  readonly finished: boolean;
  /** Why it failed. */
  readonly logs?: string;
}

/** Writes a row as Prisma does. */
export async function insertRow(client: pg.Client, row: NewRow): Promise<void> {
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
