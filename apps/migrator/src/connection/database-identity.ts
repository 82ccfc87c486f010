import type pg from 'pg';

/** Tells one database from any other, whatever name or address its URL gives the server. */
export async function databaseIdentity(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ identity: string }>(
    `select concat(system_identifier, '/', (select oid from pg_database where datname = current_database())) as identity
     from pg_control_system()`,
  );
  return rows[0]?.identity ?? '';
}
