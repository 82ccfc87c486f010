import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findBinaries, type Binaries } from './binaries.ts';
import { folderFault, prepareClusterFolder, type ClusterFolder } from './cluster-folder.ts';
import { credentialsFolder, openCredentials, type Credentials } from './credentials.ts';
import { credentialsLost, diskFull, noPermission, portTaken, startFailed } from './errors.ts';
import { withFileLock } from './file-lock.ts';
import { initialise, SUPERUSER } from './initialise.ts';
import { findFreePort, isPortFree } from './ports.ts';
import { isAlive } from './process-state.ts';
import { findRunningServer, type RunningServer } from './running-server.ts';
import { serverIds } from './server-user.ts';
import { stopServer } from './stop-server.ts';

/** Where an embedded server keeps its data, and how it runs. */
export interface ServerOptions {
  /** The server's home folder; made where it is missing. */
  readonly dataDir: string;
  /** A port of 127.0.0.1; unless told, a free one is chosen once and remembered. */
  readonly port?: number | undefined;
  /** Further settings of `postgresql.conf`, such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** A running embedded server. It outlives the process that started it until {@link stop}. */
export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  /** The major version: "18". */
  readonly major: string;
  readonly dataDir: string;
  /** True where this call started it, false where it joined a server that ran already. */
  readonly started: boolean;
  /** The URL of a role (superuser unless told) to a database ("postgres" unless told), with its password. */
  url(target?: { readonly database?: string; readonly role?: string }): string;
  /** A role's password: random, made once, kept in a file of mode 0600. */
  passwordOf(role: string): string;
  /** Ends all sessions and stops the server. */
  stop(): Promise<void>;
}

/**
 * Starts the server of a data folder, or joins it where it runs. Safe to call from many processes
 * at once, and after any of them or the server was killed.
 *
 * @example
 * const server = await startServer({ dataDir: '.data/postgres' });
 * console.log(server.url({ database: 'shop' }));
 *
 * @throws CodedError `POSTGRES.*`
 */
export async function startServer(options: ServerOptions): Promise<PostgresServer> {
  const binaries = findBinaries();
  const folder = prepareClusterFolder(options.dataDir);
  const credentials = openCredentials(folder.home);
  try {
    return await withFileLock(path.join(folder.home, 'lock'), async () => {
      const found = await settle(folder);
      if (found !== undefined) {
        if (options.port !== undefined && options.port !== found.port)
          throw portTaken(options.port);
        return handle(folder, binaries, credentials, found, false);
      }
      const passwords = credentialsFolder(folder.home);
      if (existsSync(folder.data) && !existsSync(passwords)) throw credentialsLost(passwords);
      initialise(folder, binaries, credentials.passwordOf(SUPERUSER));
      const running = await boot(folder, binaries, await choosePort(folder, options.port), options);
      return handle(folder, binaries, credentials, running, true);
    });
  } catch (error) {
    throw folderFault(error, folder.home);
  }
}

/** Waits for a server that is starting or recovering; undefined where none runs. */
async function settle(folder: ClusterFolder): Promise<RunningServer | undefined> {
  for (;;) {
    const found = findRunningServer(folder);
    if (found === undefined || found.ready) return found;
    await wait(20);
  }
}

async function choosePort(folder: ClusterFolder, wanted: number | undefined): Promise<number> {
  const file = path.join(folder.home, 'port');
  if (wanted !== undefined) {
    if (!(await isPortFree(wanted))) throw portTaken(wanted);
    writeFileSync(file, `${wanted}\n`);
    return wanted;
  }
  const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (remembered > 0 && remembered < 65_536 && (await isPortFree(remembered))) return remembered;
  const port = await findFreePort();
  writeFileSync(file, `${port}\n`);
  return port;
}

async function boot(
  folder: ClusterFolder,
  binaries: Binaries,
  port: number,
  options: ServerOptions,
): Promise<RunningServer> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_preload_libraries: 'pg_stat_statements',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  };
  const logFile = path.join(folder.home, 'server.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(
    path.join(binaries.directory, 'postgres'),
    [
      ...['-D', folder.data, '-p', String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...serverIds, cwd: folder.cluster, stdio: ['ignore', log, log], detached: true },
  );
  closeSync(log);
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  child.unref();
  for (;;) {
    const running = findStarted(folder, child.pid);
    if (running !== undefined) return running;
    if (failure !== undefined || child.pid === undefined || !isAlive(child.pid)) {
      throw bootFault(readFileSync(logFile, 'utf8') + (failure?.message ?? ''), folder, port);
    }
    await wait(10);
  }
}

function findStarted(folder: ClusterFolder, pid: number | undefined): RunningServer | undefined {
  const found = existsSync(path.join(folder.data, 'postmaster.pid'))
    ? findRunningServer(folder)
    : undefined;
  return found !== undefined && found.pid === pid && found.ready ? found : undefined;
}

function bootFault(log: string, folder: ClusterFolder, port: number): Error {
  if (/Address already in use/.test(log)) return portTaken(port);
  if (/No space left on device/.test(log)) return diskFull(folder.cluster);
  if (/Permission denied|Read-only file system/.test(log)) return noPermission(folder.data);
  return startFailed(log.slice(-800));
}

function handle(
  folder: ClusterFolder,
  binaries: Binaries,
  credentials: Credentials,
  running: RunningServer,
  started: boolean,
): PostgresServer {
  return {
    port: running.port,
    pid: running.pid,
    major: binaries.major,
    dataDir: folder.home,
    started,
    passwordOf: (role) => credentials.passwordOf(role),
    url({ database = 'postgres', role = SUPERUSER } = {}) {
      const user = `${encodeURIComponent(role)}:${encodeURIComponent(credentials.passwordOf(role))}`;
      return `postgresql://${user}@127.0.0.1:${running.port}/${encodeURIComponent(database)}`;
    },
    stop: () => stopServer(folder.home),
  };
}
