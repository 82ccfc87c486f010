import { isCodedError } from '@holovitals/errors';
import pg from 'pg';
import { databaseFault, replicaRefused, serverUnsupported } from '../errors.ts';
import { resolveKeepAlive } from '../environment/keep-alive.ts';
import { resolvePatience } from '../environment/lock-settings.ts';
import { connectionError, describeDatabaseError, isDatabaseError } from './database-error.ts';
import { boundTransaction } from './lock-patience.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const OLDEST_SERVER = 140_000;

/**
 * What a session of the migrator is: a row filter is an error, never an empty result; times are UTC;
 * the server ends a statement whose migrator was killed, where its platform can tell.
 */
const SETTINGS = `set row_security = off; set timezone = 'UTC'; set client_min_messages = warning;
do $$ begin
  perform set_config('client_connection_check_interval', '1000', false);
exception when others then null; end $$`;

/**
 * Like {@link SETTINGS}, and gone with the transaction: the backend may be lent to others after it.
 * Who only looks waits no longer for a lock than who changes something.
 */
const readOnly = () => `begin transaction read only;
set local row_security = off; set local timezone = 'UTC'; set local client_min_messages = warning;
${boundTransaction(resolvePatience({}))}`;

/** Which servers a session may reach: a replica only shows. */
export type Reach = 'primary' | 'any server';

/**
 * Opens one session for the migrator. End it with `client.end()`.
 *
 * @throws CodedError `MIGRATOR.CONNECTION_FAILED`, `MIGRATOR.SERVER_UNSUPPORTED`, `MIGRATOR.REPLICA_REFUSED`
 */
export async function connect(url: string, reach: Reach = 'primary'): Promise<pg.Client> {
  const client = await open(url, SETTINGS);
  try {
    if (reach === 'primary') await refuseReplica(client, url);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw isCodedError(error) ? error : connectionError(error, url);
  }
}

/** Opens a session that sets nothing, so that nothing stays where a pooler lends its backend. */
export function connectPlain(url: string): Promise<pg.Client> {
  return open(url);
}

async function open(url: string, settings?: string): Promise<pg.Client> {
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({
      connectionString: url,
      application_name: 'migrator',
      connectionTimeoutMillis: connectTimeoutOf(url),
      ...resolveKeepAlive(),
    });
    client.on('error', () => undefined);
    await client.connect();
    if (settings !== undefined) await begin(client, settings);
  } catch (error) {
    await client?.end().catch(() => undefined);
    throw isCodedError(error) ? error : connectionError(error, url);
  }
  return client;
}

/** As libpq has it: `connect_timeout` in seconds. */
function connectTimeoutOf(url: string): number {
  const seconds = Number(new URL(url).searchParams.get('connect_timeout'));
  return seconds > 0 ? seconds * 1_000 : CONNECT_TIMEOUT_MS;
}

async function begin(client: pg.Client, settings: string): Promise<void> {
  const results = (await client.query(
    `${settings}; select current_setting('server_version') as version,
       current_setting('server_version_num')::int as number`,
  )) as unknown as pg.QueryResult<{ version: string; number: number }>[];
  const server = results.at(-1)?.rows[0];
  if (server !== undefined && server.number < OLDEST_SERVER)
    throw serverUnsupported(server.version);
}

async function refuseReplica(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{ isReplica: boolean; primary: string | null }>(
    `select pg_is_in_recovery() as "isReplica",
       (select concat(sender_host, ':', sender_port) from pg_stat_wal_receiver
        where sender_host is not null) as primary`,
  );
  const { isReplica = false, primary = null } = rows[0] ?? {};
  if (isReplica) throw replicaRefused(new URL(url).host, primary);
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
  reach: Reach = 'primary',
): Promise<T> {
  return use(await connect(url, reach), work);
}

/**
 * Reads in one transaction that leaves nothing behind on its backend: through a pooler, others have
 * it next. Otherwise like {@link withConnection}.
 */
export async function withReadTransaction<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return use(await open(url, readOnly()), async (client) => {
    try {
      return await work(client);
    } finally {
      await client.query('rollback').catch(() => undefined);
    }
  });
}

async function use<T>(client: pg.Client, work: (client: pg.Client) => Promise<T>): Promise<T> {
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
