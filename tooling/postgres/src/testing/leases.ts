import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withFileLock } from '../file-lock.ts';
import { isSameLife, lifeOf } from '../process-state.ts';
import { stopServer } from '../stop-server.ts';

/** Runs `work` while nobody else starts, leases or stops the server of a home. */
export function withLeaseLock<T>(home: string, work: () => T | Promise<T>): Promise<T> {
  return withFileLock(path.join(home, 'locks', 'leases'), work);
}

/** Notes that this process uses the server; the caller holds the lease lock. */
export function addLease(home: string): void {
  mkdirSync(leasesFolder(home), { recursive: true });
  writeFileSync(ownLease(home), '');
}

/** Takes this process's note away; the caller holds the lease lock. */
export function removeLease(home: string): void {
  rmSync(ownLease(home), { force: true });
}

/**
 * Stops the server unless a living process uses it; the caller holds the lease lock.
 *
 * @returns whether it is still used
 */
export async function stopUnlessLeased(home: string): Promise<boolean> {
  let isUsed = false;
  for (const life of readdirSync(leasesFolder(home))) {
    if (isSameLife(life)) isUsed = true;
    else rmSync(path.join(leasesFolder(home), life), { force: true });
  }
  if (!isUsed) await stopServer(home);
  return isUsed;
}

function ownLease(home: string): string {
  return path.join(leasesFolder(home), lifeOf(process.pid));
}

function leasesFolder(home: string): string {
  return path.join(home, 'leases');
}
