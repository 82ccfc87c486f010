import type pg from 'pg';
import type { AppliedRow } from '../history/applied.ts';
import { matchesChecksum, sha256 } from '../history/checksum.ts';
import type { Migration } from '../history/read-history.ts';

const RECORD = `create schema if not exists migrator;
create table if not exists migrator.begun_deploy (
  migration text primary key,
  checksum text not null,
  is_fresh boolean not null
);
alter table migrator.begun_deploy
  add column if not exists begun_at timestamptz not null default '-infinity';`;

/** After it a deploy that was cut off counts no more: others have worked on the database since. */
const LONGEST = '1 day';

/** A deploy that was cut off, not long ago, after it had applied some of its migrations. */
export interface BegunDeploy {
  /** Pending migrations that it had judged, by what the tables held before any of them ran. */
  readonly judged: ReadonlySet<string>;
  /** Nothing was applied to the database before it. */
  readonly isFresh: boolean;
}

const NONE: BegunDeploy = { judged: new Set(), isFresh: false };

/**
 * Reads what a deploy before this one left undone. What it applied may have written rows, by which
 * the rest is not judged again.
 */
export async function readBegunDeploy(
  client: pg.Client,
  pending: readonly Migration[],
  applied: readonly AppliedRow[],
): Promise<BegunDeploy> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('migrator.begun_deploy') is not null as there`,
  );
  if (found[0]?.there !== true) return NONE;
  const { rows } = await client.query<{ migration: string; checksum: string; isFresh: boolean }>(
    // An older release made the record without its age.
    `select migration, checksum, is_fresh as "isFresh" from migrator.begun_deploy b
     where (to_jsonb(b) ->> 'begun_at')::timestamptz > now() - interval '${LONGEST}'`,
  );
  const record = new Map(rows.map((row) => [row.migration, row]));
  const isBegun = applied.some(
    ({ name, finished, rolledBack }) => finished && !rolledBack && record.has(name),
  );
  if (!isBegun) return NONE;
  const judged = pending.filter(({ name, sql }) => {
    const row = record.get(name);
    return row !== undefined && matchesChecksum(sql, row.checksum);
  });
  return {
    judged: new Set(judged.map(({ name }) => name)),
    isFresh: rows.some(({ isFresh }) => isFresh),
  };
}

/** Records which migrations a deploy is about to apply; what one before it left undone stays. */
export async function recordBegunDeploy(
  client: pg.Client,
  pending: readonly Migration[],
  { judged, isFresh }: BegunDeploy,
): Promise<void> {
  await client.query(RECORD);
  if (judged.size === 0) await forgetBegunDeploy(client);
  await client.query(
    `insert into migrator.begun_deploy (migration, checksum, is_fresh, begun_at)
     select name, checksum, $3, now() from unnest($1::text[], $2::text[]) as new (name, checksum)
     on conflict (migration) do update set checksum = excluded.checksum`,
    [pending.map(({ name }) => name), pending.map(({ sql }) => sha256(sql)), isFresh],
  );
}

/** Forgets a deploy that is done. */
export async function forgetBegunDeploy(client: pg.Client): Promise<void> {
  await client.query('delete from migrator.begun_deploy');
}
