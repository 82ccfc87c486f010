import type pg from 'pg';
import { queryCatalog, CATALOG, type Fingerprints } from './object-catalog.ts';
import type { SqlObject } from './sql-object.ts';

const RECORD = `create schema if not exists migrator;
create table if not exists migrator.objects (
  file text primary key,
  hash text not null,
  applied_at timestamptz not null default now()
);
alter table migrator.objects
  add column if not exists objects jsonb not null default '{}',
  add column if not exists left_behind jsonb not null default '{}';`;

/** What is recorded of a file, beside what the catalog holds. */
export interface RecordedFile {
  readonly file: string;
  /** The hash of the text that was applied last. */
  readonly hash: string;
  /** Objects that it made and that are gone. */
  readonly missing: readonly string[];
  /** Objects that it made and that have another definition now. */
  readonly changed: readonly string[];
}

/** Makes the record where it is not there yet. */
export async function ensureRecord(client: pg.Client): Promise<void> {
  if (!(await hasRecord(client))) await client.query(RECORD);
}

/** Tells whether anything can be recorded yet. */
export async function hasRecord(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select exists (select from pg_attribute
       where attrelid = to_regclass('migrator.objects') and attname = 'left_behind') as there`,
  );
  return rows[0]?.there === true;
}

/** The files that were ever applied. */
export async function readRecordedFiles(client: pg.Client): Promise<ReadonlySet<string>> {
  if (!(await hasRecord(client))) return new Set();
  const { rows } = await client.query<{ file: string }>('select file from migrator.objects');
  return new Set(rows.map(({ file }) => file));
}

/**
 * Reads the record and compares it with the catalog, on the server: a record is believed only where
 * the catalog agrees. A definition printed by another major version is not compared.
 */
export async function readRecord(client: pg.Client): Promise<RecordedFile[]> {
  if (!(await hasRecord(client))) return [];
  return queryCatalog<RecordedFile>(
    client,
    `with ${CATALOG},
     made as materialized (
       select r.file, m.key as identity, m.value as fingerprint
       from migrator.objects r, jsonb_each_text(r.objects) m
     ),
     differing as (
       select made.file,
              array_agg(made.identity order by made.identity) filter (where c.identity is null) as missing,
              array_agg(made.identity order by made.identity) filter (where c.identity is not null) as changed
       from made left join catalog c using (identity)
       where c.identity is null
          or (split_part(c.fingerprint, ':', 1) = split_part(made.fingerprint, ':', 1)
              and c.fingerprint <> made.fingerprint)
       group by made.file
     )
     select r.file, r.hash, coalesce(d.missing, '{}') as missing, coalesce(d.changed, '{}') as changed
     from migrator.objects r left join differing d using (file)
     order by r.file collate "C"`,
  );
}

/** Records that a file is applied, and answers the number of the transaction that does so. */
export async function recordHash(client: pg.Client, object: SqlObject): Promise<string> {
  await client.query(
    `insert into migrator.objects (file, hash) values ($1, $2)
     on conflict (file) do update set hash = excluded.hash, applied_at = now()`,
    [object.file, object.hash],
  );
  const { rows } = await client.query<{ number: string }>(
    'select xmin::text as number from migrator.objects where file = $1',
    [object.file],
  );
  return rows[0]?.number ?? '';
}

/** Records what applying a file made; what it made before and makes no more is left behind. */
export async function recordMade(
  client: pg.Client,
  object: SqlObject,
  made: Fingerprints,
): Promise<void> {
  await client.query(
    `update migrator.objects
     set objects = $2::jsonb,
         left_behind = (left_behind || objects) - array(select jsonb_object_keys($2::jsonb))
     where file = $1`,
    [object.file, JSON.stringify(made)],
  );
}

/** The objects that are still there and that no file makes any more. */
export async function readLeftBehind(
  client: pg.Client,
  files: readonly string[],
): Promise<string[]> {
  if (!(await mayHaveLeft(client, files))) return [];
  const left = await queryCatalog<{ identity: string }>(
    client,
    `with ${CATALOG}, made as (
       select m.identity from migrator.objects r, jsonb_object_keys(r.objects) m(identity)
       where r.file = any ($1)
     )
     select distinct identity from (
       select m.identity from migrator.objects r, jsonb_object_keys(r.left_behind) m(identity)
       union select m.identity from migrator.objects r, jsonb_object_keys(r.objects) m(identity)
     ) as ever
     join catalog using (identity)
     where identity not in (select identity from made) and identity not like 'comment on %'
     order by identity`,
    [files],
  );
  return left.map(({ identity }) => identity);
}

async function mayHaveLeft(client: pg.Client, files: readonly string[]): Promise<boolean> {
  if (!(await hasRecord(client))) return false;
  const { rows } = await client.query<{ some: boolean }>(
    `select exists (select from migrator.objects
       where left_behind <> '{}' or not file = any ($1)) as some`,
    [files],
  );
  return rows[0]?.some === true;
}

/** Forgets files that are gone and objects that no file makes, save those that are still there. */
export async function forgetGone(
  client: pg.Client,
  files: readonly string[],
  left: readonly string[],
): Promise<void> {
  if (!(await mayHaveLeft(client, files))) return;
  await client.query(
    `update migrator.objects
     set left_behind = left_behind - array(select k from jsonb_object_keys(left_behind) k where not k = any ($1))
     where left_behind <> '{}'`,
    [left],
  );
  await client.query(
    `delete from migrator.objects
     where not file = any ($1) and not (left_behind || objects) ?| $2::text[]`,
    [files, left],
  );
}
