import { readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** Tells whether a process lives; a zombie does not. */
export function isAlive(pid: number): boolean {
  const state = /\) ([A-Z])/.exec(readProc(pid, 'stat') ?? '')?.[1];
  if (state !== undefined) return state !== 'Z' && state !== 'X';
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' && process.platform !== 'linux';
  }
}

/** What tells one life of a pid from the next: the process's start time where the system shows it. */
export function lifeOf(pid: number): string {
  const stat = readProc(pid, 'stat');
  const afterName = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return `${pid}:${afterName?.[19] ?? ''}`;
}

/** Tells whether a pid is the server of a data folder: a server's working folder is its data. */
export function isServerOf(pid: number, dataFolder: string): boolean {
  if (!isAlive(pid)) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder);
  } catch {
    const name = /\((.*)\)/.exec(readProc(pid, 'stat') ?? '')?.[1];
    return name === undefined ? process.platform !== 'linux' : name === 'postgres';
  }
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
