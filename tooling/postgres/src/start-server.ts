import { isCodedError } from '@holovitals/errors';
import { findBinaries, type Binaries } from './binaries.ts';
import { bootServer } from './boot-server.ts';
import { choosePort } from './choose-port.ts';
import {
  folderFault,
  prepareClusterFolder,
  startLock,
  type ClusterFolder,
} from './cluster-folder.ts';
import { credentialsFolder, openCredentials } from './credentials.ts';
import { credentialsLost, runsOnAnotherPort } from './errors.ts';
import { withFileLock } from './file-lock.ts';
import { hasData, initialise, SUPERUSER } from './initialise.ts';
import { encodeDatabase } from './postgres-url.ts';
import { settleServer, type RunningServer } from './running-server.ts';
import { stopServer } from './stop-server.ts';

const ATTEMPTS = 5;

/** Where an embedded server keeps its data, and how it runs. */
export interface ServerOptions {
  /** The server's home folder; made where it is missing. */
  readonly dataDir: string;
  /** A port of 127.0.0.1; unless told, a free one is chosen once and remembered. */
  readonly port?: number | undefined;
  /**
   * Further settings of `postgresql.conf`, such as `{ fsync: 'off' }`. A server that runs already
   * keeps those it was started with.
   */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** The folder of another version's platform package; unless told, the installed one. */
  readonly platformPackage?: string | undefined;
  /** Told what takes time, a line each. */
  readonly log?: ((line: string) => void) | undefined;
}

/** A running embedded server. It outlives the process that started it until {@link stop}. */
export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  /** Such as "18.4". */
  readonly version: string;
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
  const folder = prepareClusterFolder(options.dataDir);
  const { log = () => undefined } = options;
  try {
    const binaries = findBinaries(folder.user, options.platformPackage);
    return await withFileLock(
      startLock(folder),
      () => startOrJoin(folder, binaries, options),
      (holder) => log(`waiting for process ${holder}, which starts or stops the server`),
    );
  } catch (error) {
    throw folderFault(error, folder.home);
  }
}

async function startOrJoin(
  folder: ClusterFolder,
  binaries: Binaries,
  options: ServerOptions,
): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await settleServer(folder);
    if (found !== undefined) {
      const { port = found.port } = options;
      if (port !== found.port) throw runsOnAnotherPort(found.port, port);
      return handle(folder, binaries, found, false);
    }
    try {
      return handle(folder, binaries, await start(folder, binaries, options), true);
    } catch (error) {
      if (attempt === ATTEMPTS || !(await isLostRace(folder, options, error))) throw error;
    }
  }
}

async function start(
  folder: ClusterFolder,
  binaries: Binaries,
  { port: wanted, settings, log = () => undefined }: ServerOptions,
): Promise<RunningServer> {
  const credentials = openCredentials(folder.home);
  if (!hasData(folder, binaries)) {
    log(`creating a PostgreSQL ${binaries.version} data directory`);
    await initialise(folder, binaries, credentials.passwordOf(SUPERUSER));
  } else if (!credentials.has(SUPERUSER)) {
    throw credentialsLost(credentialsFolder(folder.home));
  }
  const port = await choosePort(folder, wanted, log);
  log(`starting PostgreSQL ${binaries.version} on port ${port}`);
  return bootServer(folder, binaries, port, settings);
}

/**
 * Tells whether a start failed only because another was faster: the server of a starter that was
 * killed before anyone could see it, or a program that took the port we had found free.
 */
async function isLostRace(
  folder: ClusterFolder,
  { port }: ServerOptions,
  error: unknown,
): Promise<boolean> {
  if ((await settleServer(folder)) !== undefined) return true;
  return port === undefined && isCodedError(error) && error.code === 'POSTGRES.PORT_TAKEN';
}

function handle(
  folder: ClusterFolder,
  binaries: Binaries,
  running: RunningServer,
  started: boolean,
): PostgresServer {
  const credentials = openCredentials(folder.home);
  return {
    port: running.port,
    pid: running.pid,
    version: binaries.version,
    major: binaries.major,
    dataDir: folder.home,
    started,
    passwordOf: (role) => credentials.passwordOf(role),
    url({ database = 'postgres', role = SUPERUSER } = {}) {
      const user = `${encodeURIComponent(role)}:${encodeURIComponent(credentials.passwordOf(role))}`;
      return `postgresql://${user}@127.0.0.1:${running.port}/${encodeDatabase(database)}`;
    },
    async stop() {
      await stopServer(folder.home);
    },
  };
}
