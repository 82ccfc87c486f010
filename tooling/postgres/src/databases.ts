import { isCodedError } from '@holovitals/errors';
import pg from 'pg';
import { databaseFault, databaseNameInvalid, databaseProtected } from './errors.ts';

/** Where sessions begin, and what hosted servers keep; their object ids do not always tell. */
const SERVER_DATABASES = [
  ...['postgres', 'template0', 'template1'],
  ...['rdsadmin', 'cloudsqladmin', 'azure_maintenance', 'azure_sys'],
];

/** Quotes an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A role that owns a database; it is made where it is missing. */
export interface DatabaseOwner {
  readonly name: string;
  readonly password: string;
}

/**
 * Creates an empty database, for an owner or for the role of the URL.
 *
 * @throws CodedError `POSTGRES.DATABASE_NAME_INVALID`, `POSTGRES.DATABASE_FAULT`
 */
export async function createDatabase(
  serverUrl: string,
  name: string,
  owner?: DatabaseOwner,
): Promise<void> {
  await onServer('create', serverUrl, name, async (client) => {
    if (owner !== undefined) await ensureOwner(client, owner);
    await create(client, name, owner?.name);
  });
}

/**
 * Drops a database, ending its sessions.
 *
 * @returns whether there was one
 * @throws CodedError `POSTGRES.DATABASE_PROTECTED`, `DATABASE_NAME_INVALID`, `DATABASE_FAULT`
 */
export async function dropDatabase(serverUrl: string, name: string): Promise<boolean> {
  return onServer('drop', serverUrl, name, async (client) => {
    const found = await findDatabase(client, name);
    if (found !== undefined) await drop(client, name);
    return found !== undefined;
  });
}

/**
 * Drops a database where there is one and creates it anew, empty, for an owner or for the one it had.
 *
 * @throws CodedError `POSTGRES.DATABASE_PROTECTED`, `DATABASE_NAME_INVALID`, `DATABASE_FAULT`
 */
export async function resetDatabase(
  serverUrl: string,
  name: string,
  owner?: DatabaseOwner,
): Promise<void> {
  await onServer('reset', serverUrl, name, async (client) => {
    const found = await findDatabase(client, name);
    if (owner !== undefined) await ensureOwner(client, owner);
    if (found !== undefined) await drop(client, name);
    await create(client, name, owner?.name ?? found?.owner);
  });
}

/** The owner may create databases, for the shadow ones of migrations, and nothing else. */
async function ensureOwner(client: pg.Client, owner: DatabaseOwner): Promise<void> {
  const found = await client.query('select 1 from pg_roles where rolname = $1', [owner.name]);
  if (found.rowCount !== 0) return;
  await client.query(
    `create role ${quoteName(owner.name)} login createdb nosuperuser nocreaterole nobypassrls
       password ${client.escapeLiteral(owner.password)}`,
  );
}

/** Finds a database, and refuses the server's own: its templates and where sessions begin. */
async function findDatabase(
  client: pg.Client,
  name: string,
): Promise<{ readonly owner: string } | undefined> {
  const found = await client.query<{ owner: string; is_system: boolean }>(
    `select pg_get_userbyid(datdba) as owner,
            oid < 16384 or datistemplate or datname = any ($2) as is_system
       from pg_database where datname = $1`,
    [name, SERVER_DATABASES],
  );
  if (found.rows[0]?.is_system === true) throw databaseProtected(name);
  return found.rows[0];
}

async function create(client: pg.Client, name: string, owner: string | undefined): Promise<void> {
  const ownedBy = owner === undefined ? '' : ` owner ${quoteName(owner)}`;
  await client.query(`create database ${quoteName(name)}${ownedBy}`);
}

async function drop(client: pg.Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${quoteName(name)} with (force)`);
}

async function onServer<T>(
  action: string,
  serverUrl: string,
  name: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > 63)
    throw databaseNameInvalid();
  const client = new pg.Client({ connectionString: serverUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw isCodedError(error) ? error : databaseFault(action, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
