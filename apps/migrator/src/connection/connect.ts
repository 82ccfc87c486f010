import { isCodedError } from '@holovitals/errors';
import pg from 'pg';
import { databaseFault } from '../errors.ts';
import { connectionError, describeDatabaseError, isDatabaseError } from './database-error.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * What a session of the migrator is: a row filter is an error, never an empty result; times are UTC;
 * the server ends a statement whose migrator was killed, where its platform can tell.
 */
const SETTINGS = `set row_security = off; set timezone = 'UTC'; set client_min_messages = warning;
do $$ begin
  perform set_config('client_connection_check_interval', '1000', false);
exception when others then null; end $$`;

/**
 * Opens one session for the migrator. End it with `client.end()`.
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
    await client.query(SETTINGS);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw connectionError(error, url);
  }
  return client;
}

/** Undoes what a script may have set for its session: role, search path, timeouts. */
export async function resetSession(client: pg.Client): Promise<void> {
  await client.query(`reset session authorization; reset role; reset all; ${SETTINGS}`);
}

/**
 * Opens a session, works with it, and ends it whatever happens.
 *
 * @throws CodedError `MIGRATOR.DATABASE_FAULT` for what the work did not tell better: the server's
 * own texts carry values of rows
 */
export async function withConnection<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } catch (error) {
    if (isCodedError(error) || !isDatabaseError(error)) throw error;
    throw databaseFault('a statement of this command', describeDatabaseError(error));
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
