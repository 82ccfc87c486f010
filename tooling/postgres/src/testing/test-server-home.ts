import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { findWorkspaceRoot } from '../workspace-root.ts';

const NEEDED_BYTES = 2 * 2 ** 30;
const MEMORY = '/dev/shm';

/** Speed for safety: what a test server holds may be lost. */
export const TEST_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  max_prepared_transactions: '10',
};

/**
 * The folder for the servers of this workspace's tests, made where it is missing: in memory where
 * there is room, else in the workspace. It holds `shared`, the one test server, and scratch servers.
 */
export function testServersFolder(): string {
  const root = findWorkspaceRoot();
  const inMemory = path.join(MEMORY, `test-postgres-${ownerKey(root)}`);
  if (hasRoom(MEMORY) && isOurs(inMemory)) return inMemory;
  const inWorkspace = path.join(root, '.data', 'test-postgres');
  mkdirSync(inWorkspace, { recursive: true });
  return inWorkspace;
}

function ownerKey(root: string): string {
  return createHash('sha256').update(`${root} ${process.getuid?.()}`).digest('hex').slice(0, 12);
}

/** Anyone may write in the memory folder: what another user put there under our name is not used. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === process.getuid?.();
  } catch {
    return false;
  }
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > NEEDED_BYTES;
  } catch {
    return false;
  }
}
