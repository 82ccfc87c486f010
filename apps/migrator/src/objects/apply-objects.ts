import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { inTransaction } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { Workspace } from '../environment/workspace.ts';
import { objectInvalid } from '../errors.ts';
import { readObjects } from './read-objects.ts';
import type { SqlObject } from './sql-object.ts';

const LEDGER = `create schema if not exists migrator;
create table if not exists migrator.objects (
  file text primary key,
  hash text not null,
  applied_at timestamptz not null default now()
)`;

/**
 * Applies the SQL objects whose text differs from what was last applied, each file in one
 * transaction. A changed file reapplies those after it that name it in `@needs`, by its order.
 *
 * @throws CodedError `MIGRATOR.OBJECT_INVALID`
 */
export async function applyObjects(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
  options: { readonly lockTimeoutMs: number; readonly progress: (line: string) => void },
): Promise<string[]> {
  const pending = await readPendingObjects(client, workspace, manifest);
  if (pending.length > 0) await client.query(LEDGER);
  for (const object of pending) {
    options.progress(`applying ${object.file}`);
    await applyObject(client, object, options.lockTimeoutMs);
  }
  return pending.map(({ file }) => file);
}

/** The SQL objects that differ from what the database recorded. */
export async function readPendingObjects(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
): Promise<SqlObject[]> {
  const recorded = await readLedger(client);
  return readObjects(workspace, manifest).filter(({ file, hash }) => recorded.get(file) !== hash);
}

async function readLedger(client: pg.Client): Promise<Map<string, string>> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('migrator.objects') is not null as there`,
  );
  if (found[0]?.there !== true) return new Map();
  const { rows } = await client.query<{ file: string; hash: string }>(
    'select file, hash from migrator.objects',
  );
  return new Map(rows.map(({ file, hash }) => [file, hash]));
}

async function applyObject(client: pg.Client, object: SqlObject, lockTimeoutMs: number) {
  try {
    await inTransaction(client, async () => {
      await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
      await client.query(object.sql);
      await client.query(
        `insert into migrator.objects (file, hash) values ($1, $2)
         on conflict (file) do update set hash = excluded.hash, applied_at = now()`,
        [object.file, object.hash],
      );
    });
  } catch (error) {
    throw objectInvalid(object.file, describeDatabaseError(error, object.sql));
  }
}
