import { randomUUID } from 'node:crypto';
import { dropDatabase } from '@holovitals/schema-engine';
import type pg from 'pg';
import { connect, withConnection } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { replayNotPermitted } from '../errors.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/** A database to try schemas in, without rows. */
export interface ReplayDatabase {
  readonly client: pg.Client;
  /** Takes away all that was made in it. */
  wipe(): Promise<void>;
}

/**
 * Opens a database to try schemas in: `SHADOW_DATABASE_URL`, or else one that is created for the
 * work and dropped after it, for which the role needs CREATEDB.
 *
 * @throws CodedError `MIGRATOR.REPLAY_NOT_PERMITTED`
 */
export async function withReplayDatabase<T>(
  target: DatabaseTarget,
  work: (database: ReplayDatabase) => Promise<T>,
): Promise<T> {
  const shadowUrl = process.env['SHADOW_DATABASE_URL'];
  if (shadowUrl !== undefined && shadowUrl !== '') return await workIn(shadowUrl, work);
  const name = `migrator_replay_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(target.ownerUrl);
  url.pathname = `/${name}`;
  return withConnection(target.ownerUrl, async (server) => {
    await server.query(`create database ${name} template template0`).catch((error: unknown) => {
      const { code } = error as { code?: string };
      throw code === INSUFFICIENT_PRIVILEGE
        ? replayNotPermitted(describeDatabaseError(error))
        : error;
    });
    try {
      return await workIn(url.toString(), work);
    } finally {
      await dropDatabase(server, name);
    }
  });
}

async function workIn<T>(url: string, work: (database: ReplayDatabase) => Promise<T>): Promise<T> {
  const client = await connect(url);
  const wipe = () => wipeDatabase(client);
  try {
    return await work({ client, wipe });
  } finally {
    await client.end();
  }
}

/**
 * Before PostgreSQL 15 schema `public` belongs to the server's own role, and a shadow database's may
 * belong to anyone: then its contents are dropped, and it stays.
 */
async function wipeDatabase(client: pg.Client): Promise<void> {
  await client.query(`do $$ declare s text; begin
    for s in select extname from pg_extension where extname <> 'plpgsql'
    loop execute format('drop extension if exists %I cascade', s); end loop;
    for s in select nspname from pg_namespace
      where nspname !~ '^pg_' and nspname <> 'information_schema' and pg_has_role(nspowner, 'USAGE')
    loop execute format('drop schema %I cascade', s); end loop;
    for s in
      select format('%s if exists public.%I', case relkind when 'v' then 'view'
               when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end, relname)
      from pg_class where relnamespace = to_regnamespace('public') and relkind in ('r', 'p', 'v', 'm', 'S')
      union all
      select format('routine if exists %s', oid::regprocedure)
      from pg_proc where pronamespace = to_regnamespace('public')
      union all
      select format('type if exists public.%I', typname)
      from pg_type where typnamespace = to_regnamespace('public') and typtype in ('e', 'd', 'r')
    loop execute 'drop ' || s || ' cascade'; end loop;
    if to_regnamespace('public') is null then create schema public; end if;
  end $$`);
}
