import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive, lifeOf } from './process-state.ts';

const RETRY_MS = 20;

/**
 * Runs `work` while holding a lock file; other processes wait. The lock of a process that died is
 * taken over, and a pid that was given out again is told apart by its start time.
 */
export async function withFileLock<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  const mine = `${lifeOf(process.pid)} ${Math.random()}`;
  while (!tryLock(file, mine)) await wait(RETRY_MS);
  try {
    return await work();
  } finally {
    if (readLock(file) === mine) rmSync(file, { force: true });
  }
}

function tryLock(file: string, mine: string): boolean {
  try {
    writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = readLock(file);
  if (holder !== undefined && holder !== '' && !isHeld(holder)) takeAway(file, holder);
  return false;
}

function isHeld(holder: string): boolean {
  const life = holder.split(' ')[0] ?? '';
  const pid = Number(life.split(':')[0]);
  return isAlive(pid) && lifeOf(pid) === life;
}

/** Renames before removing, so that a lock taken in between by another process survives. */
function takeAway(file: string, holder: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (readLock(aside) === holder) rmSync(aside, { force: true });
    else renameSync(aside, file);
  } catch {
    // Another process was faster.
  }
}

function readLock(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
