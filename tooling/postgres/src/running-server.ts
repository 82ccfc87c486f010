import { readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterFolder } from './cluster-folder.ts';
import { findServerProcesses, isServerOf } from './process-state.ts';
import { signalServer } from './signal-server.ts';

const ORPHANS_END_MS = 2_000;
const PID_FILE_IS_NEW_MS = 2_000;

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
 * Waits until a folder's server takes connections, or until it is sure that none runs; the caller
 * holds the start lock. What a killed server left is cleared: a child that outlived it still writes
 * to the data, so it is waited for, then ended.
 */
export async function settleServer(folder: ClusterFolder): Promise<RunningServer | undefined> {
  let orphanedSince: number | undefined;
  for (;;) {
    const found = findRunningServer(folder);
    if (found?.ready === true) return found;
    // A server whose starter was killed may not have written its pid file yet: it is no orphan.
    const processes = found === undefined ? findServerProcesses(folder.data) : [];
    if (found === undefined && processes.length === 0 && clearPidFile(folder)) return undefined;
    orphanedSince = processes.length > 0 ? (orphanedSince ?? Date.now()) : undefined;
    if (orphanedSince !== undefined) endOrphans(processes, Date.now() - orphanedSince);
    await wait(20);
  }
}

/**
 * Tells whether a pid file stands in nobody's way. That of a dead server is left to PostgreSQL,
 * which finds its shared memory by it. One whose pid was given out again, which PostgreSQL would
 * take for a running server, is removed, unless it is so new that its server may just be writing it.
 */
function clearPidFile(folder: ClusterFolder): boolean {
  const lines = readPidFile(folder);
  if (lines === undefined || !isTaken(Number(lines[0]))) return true;
  const file = path.join(folder.data, 'postmaster.pid');
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Date.now() - written > PID_FILE_IS_NEW_MS) rmSync(file, { force: true });
  return false;
}

function endOrphans(processes: readonly number[], ageMs: number): void {
  if (ageMs <= ORPHANS_END_MS) return;
  const signal = ageMs > 2 * ORPHANS_END_MS ? 'SIGKILL' : 'SIGQUIT';
  for (const pid of processes) signalServer(pid, signal);
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
