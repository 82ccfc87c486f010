import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { portTaken } from './errors.ts';
import { isAlive } from './process-state.ts';
import { findRunningServer, type RunningServer } from './running-server.ts';
import { serverEnvironment } from './server-environment.ts';
import { serverFault } from './server-fault.ts';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  shared_preload_libraries: 'pg_stat_statements',
  // A schema that is made anew, test by test, is thousands of statements.
  'pg_stat_statements.max': '20000',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Boots the server of a prepared data directory and waits until it takes connections. It is a
 * process group of its own: a signal to the caller's terminal does not reach it.
 *
 * @throws CodedError `POSTGRES.PORT_TAKEN`, `DISK_FULL`, `NO_PERMISSION`, `START_FAILED`
 */
export async function bootServer(
  folder: ClusterFolder,
  binaries: Binaries,
  port: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const logFile = path.join(folder.home, 'server.log');
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(
    path.join(binaries.directory, 'postgres'),
    ['-D', folder.data, '-p', String(port), ...settingArguments({ ...SETTINGS, ...settings })],
    {
      ...folder.user,
      cwd: folder.cluster,
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
      detached: true,
    },
  );
  closeSync(log);
  let failure = '';
  child.once('error', (error) => (failure = error.message));
  child.unref();
  for (;;) {
    const running = findRunningServer(folder);
    if (running?.pid === child.pid && running?.ready === true) return running;
    if (failure !== '' || child.pid === undefined || !isAlive(child.pid)) {
      const output = readFileSync(logFile, 'utf8') + failure;
      if (/Address already in use/.test(output)) throw portTaken(port);
      throw serverFault(output, folder);
    }
    await wait(10);
  }
}

function settingArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
