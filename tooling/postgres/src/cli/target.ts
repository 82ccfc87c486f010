import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { databaseNameNeeded, productionRefused, urlMalformed } from '../errors.ts';
import { startServer, type PostgresServer } from '../start-server.ts';
import { findWorkspaceRoot } from '../workspace-root.ts';

/** The server a command speaks to. */
export interface Target {
  /** A URL to the server, at its own database `postgres`. */
  readonly serverUrl: string;
  /** The embedded server; undefined where `DATABASE_URL` names another. */
  readonly embedded: PostgresServer | undefined;
}

/** The home of this workspace's development server. */
export function developmentHome(): string {
  return path.join(findWorkspaceRoot(), '.data', 'postgres');
}

/** The default database: named as the workspace. */
export function defaultDatabase(): string {
  const file = path.join(findWorkspaceRoot(), 'package.json');
  const manifest = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { name?: string })
    : {};
  return (manifest.name ?? 'app').toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
}

/** The server of `DATABASE_URL` where that is set (also by `.env`), else the embedded one, started. */
export async function openTarget(): Promise<Target> {
  const envFile = path.join(findWorkspaceRoot(), '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') {
    if (!URL.canParse(given)) throw urlMalformed();
    return { serverUrl: atDatabase(given, 'postgres'), embedded: undefined };
  }
  const embedded = await startServer({ dataDir: developmentHome() });
  return { serverUrl: embedded.url(), embedded };
}

/** The same server and role, another database. */
export function atDatabase(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  url.searchParams.delete('schema');
  return url.toString();
}

/**
 * Decides which database a destructive command means: the embedded server's default one may be
 * left out, another server's must be named, and in production the loss must be forced.
 *
 * @throws CodedError `POSTGRES.DATABASE_NAME_NEEDED`, `POSTGRES.PRODUCTION_REFUSED`
 */
export function databaseToDestroy(
  action: string,
  target: Target,
  name: string | undefined,
  force: boolean,
): string {
  if (process.env['NODE_ENV'] === 'production' && !force) throw productionRefused(action);
  if (name === undefined && target.embedded === undefined) throw databaseNameNeeded(action);
  return name ?? defaultDatabase();
}
