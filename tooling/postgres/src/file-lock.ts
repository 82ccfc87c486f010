import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isSameLife, lifeOf } from './process-state.ts';

const RETRY_MS = 20;
/** Old tickets stay a while: a process may still be acting on a listing in which they were new. */
const KEPT_TICKETS = 64;

/**
 * Runs `work` while holding a lock that other processes wait for. The lock of a process that died
 * is taken over, also where its pid was given out again.
 *
 * The lock is a folder of numbered tickets, each naming a process. The highest ticket decides: it
 * is held while its process lives and has not emptied it. Whoever links the next number, which only
 * one can, has the lock. The highest ticket is never removed, so that nobody can step back behind it.
 *
 * @param onWait told once, with the pid of the holder, when the lock is not free
 */
export async function withFileLock<T>(
  folder: string,
  work: () => T | Promise<T>,
  onWait: (holder: number) => void = () => undefined,
): Promise<T> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let waited = false;
  for (;;) {
    const claim = claimNext(folder);
    if (typeof claim === 'string') {
      try {
        return await work();
      } finally {
        truncateSync(claim);
      }
    }
    if (!waited && claim !== undefined) onWait(claim);
    waited ||= claim !== undefined;
    await wait(RETRY_MS);
  }
}

/** The path of the own ticket; else the holder's pid, or undefined where another was faster. */
function claimNext(folder: string): string | number | undefined {
  const highest = highestTicket(folder);
  const holder = readTicket(folder, highest);
  if (holder !== '' && isSameLife(holder)) return Number(holder.split(':')[0]);
  const mine = highest + 1;
  if (!linkTicket(folder, mine)) return undefined;
  if (highestTicket(folder) !== mine) {
    rmSync(path.join(folder, String(mine)), { force: true });
    return undefined;
  }
  removeOldTickets(folder, mine);
  return path.join(folder, String(mine));
}

/** Written aside and linked: a ticket is whole from its first moment. */
function linkTicket(folder: string, ticket: number): boolean {
  const partial = path.join(folder, `new-${lifeOf(process.pid)}-${Math.random()}`);
  writeFileSync(partial, lifeOf(process.pid), { mode: 0o600 });
  try {
    linkSync(partial, path.join(folder, String(ticket)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(partial, { force: true });
  }
}

function highestTicket(folder: string): number {
  return Math.max(0, ...readdirSync(folder).map(Number).filter(Number.isInteger));
}

function readTicket(folder: string, ticket: number): string {
  try {
    return readFileSync(path.join(folder, String(ticket)), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}

function removeOldTickets(folder: string, newest: number): void {
  for (const name of readdirSync(folder)) {
    const life = /^new-(\d+:\d*)-/.exec(name)?.[1];
    const isOld = life === undefined ? Number(name) <= newest - KEPT_TICKETS : !isSameLife(life);
    if (isOld) rmSync(path.join(folder, name), { force: true });
  }
}
