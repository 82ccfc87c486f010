import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterFolder } from './cluster-folder.ts';
import { findServerProcesses, isServerOf } from './process-state.ts';
import { signalServer } from './signal-server.ts';

const ORPHANS_END_MS = 2_000;

/** A server that runs on a cluster folder. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** False while it starts, recovers or stops. */
  readonly ready: boolean;
}

/** Reads which server runs on a folder from its `postmaster.pid`; undefined where that is stale. */
export function findRunningServer(folder: ClusterFolder): RunningServer | undefined {
  const lines = readPidFile(folder);
  const pid = Number(lines?.[0]);
  if (lines === undefined || !Number.isInteger(pid) || pid <= 0) return undefined;
  if (!isServerOf(pid, folder.data)) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * Clears what a killed server left, before the next one starts; the caller holds the start lock.
 * A child that outlived its server still writes to the data, so it is waited for, then ended. The
 * pid file of a dead server is left to PostgreSQL, which finds its shared memory by it; only
 * where the pid was given out again, which PostgreSQL takes for a running server, it is removed.
 */
export async function clearRemains(folder: ClusterFolder): Promise<void> {
  const started = Date.now();
  for (;;) {
    const orphans = findServerProcesses(folder.data);
    if (orphans.length === 0) break;
    const late = Date.now() - started;
    if (late > 2 * ORPHANS_END_MS) for (const pid of orphans) signalServer(pid, 'SIGKILL');
    else if (late > ORPHANS_END_MS) for (const pid of orphans) signalServer(pid, 'SIGQUIT');
    await wait(20);
  }
  const pid = Number(readPidFile(folder)?.[0]);
  if (isTaken(pid)) rmSync(path.join(folder.data, 'postmaster.pid'), { force: true });
}

/** PostgreSQL asks with `kill(pid, 0)`, to which a zombie and any other program answer too. */
function isTaken(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readPidFile(folder: ClusterFolder): string[] | undefined {
  try {
    return readFileSync(path.join(folder.data, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
