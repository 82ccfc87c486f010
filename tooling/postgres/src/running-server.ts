import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ClusterFolder } from './cluster-folder.ts';
import { isServerOf } from './process-state.ts';

/** A server that runs on a cluster folder. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** False while it starts or recovers. */
  readonly ready: boolean;
}

/** Reads which server runs on a folder from its `postmaster.pid`; a stale file is removed. */
export function findRunningServer(folder: ClusterFolder): RunningServer | undefined {
  const file = path.join(folder.data, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isServerOf(pid, folder.data)) {
    rmSync(file, { force: true });
    return undefined;
  }
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}
