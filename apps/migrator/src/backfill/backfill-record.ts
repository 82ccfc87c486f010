import type pg from 'pg';

/** The first key of the advisory locks under which backfills run; the second tells their names. */
const LOCK_CLASS = 727_073;

const RECORD = `create schema if not exists migrator;
create table if not exists migrator.backfills (
  name text primary key,
  hash text not null,
  table_name text,
  migration_id text,
  cursor text[],
  pass integer not null default 1,
  pass_worked bigint not null default 0,
  pass_changed bigint not null default 0,
  batches bigint not null default 0,
  rows bigint not null default 0,
  changed bigint not null default 0,
  estimate bigint,
  paused boolean not null default false,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  completed_at timestamptz
);`;

/** What is recorded of a backfill that was begun. */
export interface BackfillRecord {
  readonly name: string;
  /** Of the file that was run. */
  readonly hash: string;
  /** Null where a database without rows had nothing to do. */
  readonly table: string | null;
  /** The key of the last row that was done; null at the start of a pass. */
  readonly cursor: readonly string[] | null;
  /** How often it goes through the table, from 1. */
  readonly pass: number;
  /** Rows of this pass in batches that had something to do, and those that were changed. */
  readonly passWorked: number;
  readonly passChanged: number;
  readonly batches: number;
  /** Rows it went over, and those that it changed. */
  readonly rows: number;
  readonly changed: number;
  /** Rows of the table when it began, as the planner thought. */
  readonly estimate: number | null;
  readonly paused: boolean;
  readonly startedAt: Date;
  readonly completedAt: Date | null;
  /** A session runs it now. */
  readonly held: boolean;
}

// A record belongs to the migrations it ran upon: when they are undone, or the schema was reset, what
// it did is gone with them.
const VALID = `(migration_id is null or exists (
  select from _prisma_migrations m where m.id = migration_id
    and m.finished_at is not null and m.rolled_back_at is null))`;

const COLUMNS = `name, hash, table_name as table, cursor, pass, paused,
  pass_worked::float8 as "passWorked", pass_changed::float8 as "passChanged",
  batches::float8 as batches, rows::float8 as rows, changed::float8 as changed,
  estimate::float8 as estimate, started_at as "startedAt", completed_at as "completedAt"`;

/** Makes the record where it is not there yet. */
export async function ensureBackfillRecord(client: pg.Client): Promise<void> {
  if (await hasBackfillRecord(client)) return;
  await client.query(RECORD).catch(async (error: unknown) => {
    // Another session may have made it at the same moment.
    if (!(await hasBackfillRecord(client))) throw error;
  });
}

async function hasBackfillRecord(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('migrator.backfills') is not null
        and to_regclass('_prisma_migrations') is not null as there`,
  );
  return rows[0]?.there === true;
}

/** Reads what is recorded and holds, by name. */
export async function readBackfillRecords(
  client: pg.Client,
): Promise<ReadonlyMap<string, BackfillRecord>> {
  if (!(await hasBackfillRecord(client))) return new Map();
  const { rows } = await client.query<BackfillRecord>(
    `select ${COLUMNS},
       exists (select from pg_locks l
         where l.locktype = 'advisory' and l.granted and l.objsubid = 2
           and l.classid = ${LOCK_CLASS} and l.objid = hashtext(name)::oid
           and l.database = (select oid from pg_database where datname = current_database())) as held
     from migrator.backfills where ${VALID} order by name`,
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** Reads which backfills began when one of these migrations was the newest. */
export async function readBackfillsUpon(
  client: pg.Client,
  migrations: readonly string[],
): Promise<string[]> {
  if (!(await hasBackfillRecord(client))) return [];
  const { rows } = await client.query<{ name: string }>(
    `select b.name from migrator.backfills b join _prisma_migrations m on m.id = b.migration_id
     where m.migration_name = any ($1) and m.finished_at is not null and m.rolled_back_at is null
     order by b.name`,
    [migrations],
  );
  return rows.map(({ name }) => name);
}

/** Takes the lock of one backfill for this session; false where another has it. */
export async function lockBackfill(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1, hashtext($2)) as locked',
    [LOCK_CLASS, name],
  );
  return rows[0]?.locked === true;
}

/** Gives the lock of one backfill back. */
export async function unlockBackfill(client: pg.Client, name: string): Promise<void> {
  await client.query('select pg_advisory_unlock($1, hashtext($2))', [LOCK_CLASS, name]);
}

/** What is known of a backfill when it begins. */
export interface BackfillBeginning {
  readonly name: string;
  readonly hash: string;
  readonly table: string | null;
  readonly estimate: number | null;
  /** There is nothing to do. */
  readonly complete?: boolean;
}

/** Records that a backfill begins, whatever was recorded before. */
export async function beginRecord(client: pg.Client, beginning: BackfillBeginning): Promise<void> {
  const { name, hash, table, estimate, complete = false } = beginning;
  await forgetRecord(client, name);
  await client.query(
    `insert into migrator.backfills (name, hash, table_name, estimate, completed_at, migration_id)
     values ($1, $2, $3, $4, case when $5 then now() end,
       (select id from _prisma_migrations where finished_at is not null and rolled_back_at is null
        order by migration_name desc, started_at desc limit 1))`,
    [name, hash, table, estimate, complete],
  );
}

/** Reads and locks one record in the open transaction, whose number it answers too. */
export async function holdRecord(
  client: pg.Client,
  name: string,
): Promise<(Omit<BackfillRecord, 'held'> & { readonly transaction: string }) | undefined> {
  const { rows } = await client.query<
    Omit<BackfillRecord, 'held'> & { readonly transaction: string }
  >(
    `select ${COLUMNS}, pg_current_xact_id()::text as transaction
     from migrator.backfills where name = $1 and ${VALID} for update`,
    [name],
  );
  return rows[0];
}

/** What one batch did. */
export interface BatchDone {
  readonly transaction: string;
  readonly cursor: readonly string[];
  readonly rows: number;
  /** Of these rows, those in a batch that had something to do. */
  readonly worked: number;
  readonly changed: number;
}

/** Records a batch; false where the transaction is not the one that the batch began in. */
export async function recordBatch(
  client: pg.Client,
  name: string,
  { transaction, cursor, rows, worked, changed }: BatchDone,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update migrator.backfills
     set cursor = $2, batches = batches + 1, updated_at = now(),
         rows = rows + $3, pass_worked = pass_worked + $4,
         changed = changed + $5, pass_changed = pass_changed + $5
     where name = $1 and pg_current_xact_id()::text = $6`,
    [name, cursor, rows, worked, changed, transaction],
  );
  return rowCount === 1;
}

/** Records that a pass is over: all is done, or another begins. */
export async function recordPass(
  client: pg.Client,
  name: string,
  isComplete: boolean,
): Promise<void> {
  await client.query(
    isComplete
      ? `update migrator.backfills set cursor = null, updated_at = now(), completed_at = now()
         where name = $1`
      : `update migrator.backfills set cursor = null, updated_at = now(), completed_at = null,
           pass = pass + 1, pass_worked = 0, pass_changed = 0 where name = $1`,
    [name],
  );
}

/** Marks a backfill as paused, or takes the mark away; false where it is not begun, or done. */
export async function markPaused(
  client: pg.Client,
  name: string,
  paused: boolean,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update migrator.backfills set paused = $2 where name = $1 and completed_at is null and ${VALID}`,
    [name, paused],
  );
  return rowCount === 1;
}

/** Forgets a backfill: the next run begins at the first row. */
export async function forgetRecord(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from migrator.backfills where name = $1', [name]);
  return rowCount === 1;
}
