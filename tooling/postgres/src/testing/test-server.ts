import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCredentials } from '../credentials.ts';
import { testUrlMalformed } from '../errors.ts';
import { isPostgresUrl } from '../postgres-url.ts';
import { startServer } from '../start-server.ts';
import { findWorkspaceRoot } from '../workspace-root.ts';
import { addLease, removeLease, stopUnlessLeased, withLeaseLock } from './leases.ts';
import { TEST_SETTINGS, testServersFolder } from './test-server-home.ts';

/** The server that tests use. */
export interface TestServer {
  /** A URL whose role may create databases. */
  readonly url: string;
  /** A role's password on it: random, made once, the same in all test processes of this workspace. */
  passwordOf(role: string): string;
  /** Gives the server back; whoever is last stops it. */
  release(): Promise<void>;
}

/** How many users of the server this process has; its lease stands while there is one. */
let users = 0;

/**
 * Opens the one test server of this workspace: `TEST_DATABASE_URL` where it is set, else an
 * embedded one that all test processes share. `DATABASE_URL` is never read. A process that is
 * killed is seen to have gone: a watcher stops the server then, or the next run takes it over.
 *
 * @throws CodedError `POSTGRES.TEST_URL_MALFORMED` and those of `startServer`
 */
export async function openTestServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return openGivenServer(given);
  const home = path.join(testServersFolder(), 'shared');
  // The server's own user passes, so that its data stays beside its credentials.
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const server = await withLeaseLock(home, async () => {
    addLease(home);
    try {
      const opened = await startServer({ dataDir: home, settings: TEST_SETTINGS });
      users += 1;
      if (opened.started) watch(home);
      return opened;
    } catch (error) {
      if (users === 0) removeLease(home);
      throw error;
    }
  });
  return {
    url: server.url(),
    passwordOf: (role) => server.passwordOf(role),
    release: once(() => release(home)),
  };
}

function openGivenServer(url: string): TestServer {
  if (!isPostgresUrl(url)) throw testUrlMalformed();
  const credentials = openCredentials(path.join(findWorkspaceRoot(), '.data', 'test-roles'));
  return {
    url,
    passwordOf: (role) => credentials.passwordOf(role),
    release: () => Promise.resolve(),
  };
}

async function release(home: string): Promise<void> {
  await withLeaseLock(home, async () => {
    users -= 1;
    if (users > 0) return;
    removeLease(home);
    await stopUnlessLeased(home);
  });
}

/** A second call answers what the first did: a user is counted once. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}

/** The watcher outlives this process; from sources that were never built there is none. */
function watch(home: string): void {
  const entry = fileURLToPath(new URL('../../dist/testing/watch-test-server.js', import.meta.url));
  if (!existsSync(entry)) return;
  spawn(process.execPath, [entry, home], { stdio: 'ignore', detached: true, cwd: '/' }).unref();
}
