import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import {
  folderFault,
  locateClusterFolder,
  startLock,
  type ClusterFolder,
} from './cluster-folder.ts';
import { withFileLock } from './file-lock.ts';
import { isServerOf } from './process-state.ts';
import { findRunningServer } from './running-server.ts';
import { signalServer } from './signal-server.ts';

const FAST_SHUTDOWN_MS = 30_000;

/**
 * Stops the server of a data folder: sessions are ended, transactions rolled back, a checkpoint
 * written (PostgreSQL's fast shutdown). One that does not end within 30 seconds is shut down at
 * once and recovers at its next start. A server that is just starting is waited for.
 *
 * @returns whether one ran
 * @throws CodedError `POSTGRES.NOT_OUR_PROCESS`, `POSTGRES.NO_PERMISSION`
 */
export async function stopServer(dataDir: string): Promise<boolean> {
  const folder = locateClusterFolder(dataDir);
  if (!existsSync(folder.home) || !existsSync(folder.cluster)) return false;
  try {
    return await withFileLock(startLock(folder), () => shutDown(folder));
  } catch (error) {
    throw folderFault(error, folder.home);
  }
}

async function shutDown(folder: ClusterFolder): Promise<boolean> {
  const running = findRunningServer(folder);
  if (running === undefined) return false;
  const deadline = Date.now() + FAST_SHUTDOWN_MS;
  signalServer(running.pid, 'SIGINT');
  for (let isLate = false; isServerOf(running.pid, folder.data); await wait(10)) {
    if (isLate || Date.now() <= deadline) continue;
    isLate = true;
    signalServer(running.pid, 'SIGQUIT');
  }
  return true;
}
