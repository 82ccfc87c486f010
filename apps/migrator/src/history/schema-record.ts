import type pg from 'pg';
import { readApplied, type AppliedRow } from './applied.ts';
import { sha256 } from './checksum.ts';
import type { Migration } from './read-history.ts';
import { checksumsOf, compareHistory, isUpToDate } from './status.ts';

const RECORD = `create schema if not exists migrator;
create table if not exists migrator.schemas (
  migrations text primary key,
  schema_hash text not null,
  recorded_at timestamptz not null default now()
);`;

/** The composed schemas of a database and of a workspace, by the hashes of their manifests. */
export interface SchemaHashes {
  /** Null where no deploy left the migrations as they stand: it is the schema of no release. */
  readonly database: string | null;
  readonly workspace: string;
}

/**
 * Records which composed schema a database has with the migrations that are applied to it, where none
 * is missing of those on disk. The record is of that set of migrations: what another tool applies or
 * takes back makes it no lie, and a rollback finds the schema of the release before.
 *
 * @returns whether the record itself was made
 */
export async function recordSchema(
  client: pg.Client,
  history: readonly Migration[],
  schemaHash: string,
): Promise<boolean> {
  const rows = await readApplied(client);
  if (history.length === 0 || !isUpToDate(compareHistory(history, rows), [])) return false;
  if ((await readSchemaHash(client, rows)) === schemaHash) return false;
  const isNew = !(await hasRecord(client));
  if (isNew) await client.query(RECORD);
  await client.query(
    `insert into migrator.schemas (migrations, schema_hash) values ($1, $2)
     on conflict (migrations) do update
     set schema_hash = excluded.schema_hash, recorded_at = excluded.recorded_at`,
    [hashOf(rows), schemaHash],
  );
  return isNew;
}

/** The hash of the composed schema that was recorded for the applied migrations; null where none was. */
export async function readSchemaHash(
  client: pg.Client,
  rows: readonly AppliedRow[],
): Promise<string | null> {
  if (!(await hasRecord(client))) return null;
  const { rows: found } = await client.query<{ hash: string }>(
    'select schema_hash as hash from migrator.schemas where migrations = $1',
    [hashOf(rows)],
  );
  return found[0]?.hash ?? null;
}

/** Also false for a role that may not read it. */
async function hasRecord(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select coalesce(has_table_privilege(to_regclass('migrator.schemas'), 'SELECT'), false) as there`,
  );
  return rows[0]?.there === true;
}

function hashOf(rows: readonly AppliedRow[]): string {
  const applied = [...checksumsOf(rows)].map(([name, checksum]) => `${name} ${checksum}\n`);
  return sha256(applied.sort().join(''));
}
