import pg from 'pg';
import { connectionError } from './database-error.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens one session for the migrator: a row filter is an error here, never an empty result, and
 * times are UTC. End it with `client.end()`.
 *
 * @throws CodedError `MIGRATOR.CONNECTION_FAILED`
 */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'migrator',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(
      `set row_security = off; set timezone = 'UTC'; set client_min_messages = warning`,
    );
  } catch (error) {
    await client.end().catch(() => undefined);
    throw connectionError(error, url);
  }
  return client;
}

/** Opens a session, works with it, and ends it whatever happens. */
export async function withConnection<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Runs work in one transaction: all of it, or nothing. */
export async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
