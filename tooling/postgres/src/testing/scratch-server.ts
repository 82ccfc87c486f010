import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { locateClusterFolder } from '../cluster-folder.ts';
import { isSameLife, lifeOf } from '../process-state.ts';
import { startServer, type PostgresServer } from '../start-server.ts';
import { stopServer } from '../stop-server.ts';
import { fetchPrograms, type OtherMajor } from './other-versions.ts';
import { TEST_SETTINGS, testServersFolder } from './test-server-home.ts';

/** What a test's own server is. */
export interface ScratchServerOptions {
  /** Another major version, fetched when first needed; unless told, the installed one. */
  readonly version?: OtherMajor | undefined;
  /** Further settings of `postgresql.conf`; unless told otherwise nothing is synced to disk. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** A server of one test alone. */
export interface ScratchServer extends PostgresServer {
  /** Starts it again after it was stopped or killed, with its data. */
  restart(): Promise<PostgresServer>;
  /** Stops it and removes its data. */
  destroy(): Promise<void>;
}

/**
 * Starts a server for one test alone, to crash, to configure, or of another version. Servers of
 * test runs that were killed are removed.
 */
export function startScratchServer(options: ScratchServerOptions = {}): Promise<ScratchServer> {
  return openScratch(options, () => Promise.resolve());
}

/** Starts a scratch server in whose home `prepare` may have put data. */
export async function openScratch(
  options: ScratchServerOptions,
  prepare: (home: string) => Promise<void>,
): Promise<ScratchServer> {
  const folder = testServersFolder();
  await removeAbandonedServers(folder);
  const home = mkdtempSync(path.join(folder, `scratch-${lifeOf(process.pid).replace(':', '-')}-`));
  chmodSync(home, 0o755);
  const platformPackage =
    options.version === undefined ? undefined : await fetchPrograms(options.version);
  const settings = { ...TEST_SETTINGS, ...options.settings };
  const start = () => startServer({ dataDir: home, settings, platformPackage });
  try {
    await prepare(home);
    return { ...(await start()), restart: start, destroy: () => removeServer(home) };
  } catch (error) {
    await removeServer(home);
    throw error;
  }
}

/**
 * Stops the server of a home folder and removes all of it. A program that a killed starter had
 * just begun may still write there for a moment.
 */
export async function removeServer(home: string): Promise<void> {
  await stopServer(home);
  const { cluster } = locateClusterFolder(home);
  for (const folder of [cluster, home]) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function removeAbandonedServers(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    const [, pid, started] = /^scratch-(\d+)-(\d*)-/.exec(name) ?? [];
    if (pid === undefined || isSameLife(`${pid}:${started ?? ''}`)) continue;
    await removeServer(path.join(folder, name));
  }
}
