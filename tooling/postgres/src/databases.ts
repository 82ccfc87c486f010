import pg from 'pg';
import { databaseFault, databaseProtected } from './errors.ts';

const PROTECTED = new Set(['postgres', 'template0', 'template1']);

/** Quotes an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Creates an empty database. */
export async function createDatabase(serverUrl: string, name: string): Promise<void> {
  await run('create', serverUrl, `create database ${quoteName(name)}`);
}

/**
 * Drops a database where there is one, ending its sessions.
 *
 * @throws CodedError `POSTGRES.DATABASE_PROTECTED`
 */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  if (PROTECTED.has(name)) throw databaseProtected(name);
  await run('drop', serverUrl, `drop database if exists ${quoteName(name)} with (force)`);
}

async function run(action: string, serverUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } catch (error) {
    throw databaseFault(action, (error as { code?: string }).code);
  } finally {
    await client.end().catch(() => undefined);
  }
}
