import type pg from 'pg';

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
