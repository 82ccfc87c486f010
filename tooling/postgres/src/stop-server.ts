import { setTimeout as wait } from 'node:timers/promises';
import { locateClusterFolder } from './cluster-folder.ts';
import { findRunningServer } from './running-server.ts';
import { isServerOf } from './process-state.ts';

const FAST_SHUTDOWN_MS = 30_000;

/**
 * Stops the server of a data folder: sessions are ended, transactions rolled back, a checkpoint
 * written (PostgreSQL's fast shutdown). One that does not end in time is shut down at once and
 * recovers at its next start. Nothing happens where none runs.
 */
export async function stopServer(dataDir: string): Promise<void> {
  const folder = locateClusterFolder(dataDir);
  const running = findRunningServer(folder);
  if (running === undefined) return;
  const deadline = Date.now() + FAST_SHUTDOWN_MS;
  signal(running.pid, 'SIGINT');
  while (isServerOf(running.pid, folder.data)) {
    if (Date.now() > deadline) signal(running.pid, 'SIGQUIT');
    await wait(10);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
