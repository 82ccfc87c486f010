import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  databaseNameNeeded,
  productionNeedsUrl,
  productionRefused,
  urlMalformed,
} from '../errors.ts';
import { atDatabase, isPostgresUrl } from '../postgres-url.ts';
import { startServer, type PostgresServer } from '../start-server.ts';
import { findWorkspaceRoot } from '../workspace-root.ts';
import { talk } from './output.ts';

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

/** Tells whether this is production, where nothing embedded runs. */
export function isProduction(): boolean {
  return process.env['NODE_ENV'] === 'production';
}

/** The default database: named as the workspace. */
export function defaultDatabase(): string {
  const file = path.join(findWorkspaceRoot(), 'package.json');
  const manifest = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { name?: string })
    : {};
  return (manifest.name ?? 'app').toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
}

/**
 * `DATABASE_URL` where it is set.
 *
 * @throws CodedError `POSTGRES.URL_MALFORMED`
 */
export function givenUrl(): string | undefined {
  const given = process.env['DATABASE_URL'];
  if (given === undefined || given === '') return undefined;
  if (!isPostgresUrl(given)) throw urlMalformed();
  return given;
}

/**
 * Opens the server of `DATABASE_URL` where that is set, else the embedded one, started.
 *
 * @throws CodedError `POSTGRES.PRODUCTION_NEEDS_URL`
 */
export async function openTarget(): Promise<Target> {
  const given = givenUrl();
  if (given !== undefined) return { serverUrl: atDatabase(given, 'postgres'), embedded: undefined };
  if (isProduction()) throw productionNeedsUrl();
  const embedded = await startServer({ dataDir: developmentHome(), log: talk });
  return { serverUrl: embedded.url(), embedded };
}

/**
 * Decides which database a destructive command means, before anything is opened: the embedded
 * server's default one may be left out, another server's must be named, and in production the
 * loss must be forced.
 *
 * @throws CodedError `POSTGRES.DATABASE_NAME_NEEDED`, `POSTGRES.PRODUCTION_REFUSED`
 */
export function databaseToDestroy(
  action: string,
  name: string | undefined,
  force: boolean,
): string {
  if (isProduction() && !force) throw productionRefused(action);
  if (name === undefined && givenUrl() !== undefined) throw databaseNameNeeded(action);
  return name ?? defaultDatabase();
}
