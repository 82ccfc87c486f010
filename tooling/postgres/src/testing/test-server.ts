import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { withFileLock } from '../file-lock.ts';
import { lifeOf } from '../process-state.ts';
import { startServer } from '../start-server.ts';
import { stopServer } from '../stop-server.ts';
import { findWorkspaceRoot } from '../workspace-root.ts';

const GIBIBYTE = 2 ** 30;

/** Speed for safety: what a test server holds may be lost. */
const TEST_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  max_prepared_transactions: '10',
};

/** How many users of the server this process has; its lease stands while there is one. */
let users = 0;

/** The server that tests use. */
export interface TestServer {
  /** A URL whose role may create databases and roles. */
  readonly url: string;
  /** Gives the server back; whoever is last stops it. */
  release(): Promise<void>;
}

/**
 * Opens the one test server of this workspace: `TEST_DATABASE_URL` where it is set, else an
 * embedded one that all test processes share. `DATABASE_URL` is never read.
 */
export async function openTestServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return { url: given, release: () => Promise.resolve() };
  const home = testServerHome();
  const leases = path.join(home, 'leases');
  const lease = path.join(leases, lifeOf(process.pid));
  mkdirSync(leases, { recursive: true });
  const server = await withFileLock(path.join(home, 'lease-lock'), () => {
    users += 1;
    writeFileSync(lease, '');
    return startServer({ dataDir: home, settings: TEST_SETTINGS });
  });
  return {
    url: server.url(),
    release: () =>
      withFileLock(path.join(home, 'lease-lock'), async () => {
        users -= 1;
        if (users > 0) return;
        rmSync(lease, { force: true });
        if (!readdirSync(leases).some(isLeaseHeld)) await stopServer(home);
      }),
  };
}

function isLeaseHeld(lease: string): boolean {
  return lifeOf(Number(lease.split(':')[0])) === lease;
}

/** In memory where there is room, else in the workspace; one per workspace and user. */
function testServerHome(): string {
  const root = findWorkspaceRoot();
  const key = createHash('sha256')
    .update(`${root} ${os.userInfo().uid}`)
    .digest('hex')
    .slice(0, 12);
  return hasRoom('/dev/shm')
    ? path.join('/dev/shm', `test-postgres-${key}`)
    : path.join(root, '.data', 'test-postgres');
}

function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > 2 * GIBIBYTE;
  } catch {
    return false;
  }
}
