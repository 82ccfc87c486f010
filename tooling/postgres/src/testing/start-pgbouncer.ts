import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pgBouncerFailed, pgBouncerMissing } from '../errors.ts';
import { findFreePort } from '../ports.ts';
import { serverUserOf } from '../server-user.ts';

/** How a PgBouncer lends its connections. */
export interface PgBouncerOptions {
  /** When a client gives its connection back: `pool_mode`. */
  readonly mode: 'session' | 'transaction' | 'statement';
  /** URLs of the roles that may pass, all of one server. */
  readonly urls: readonly [string, ...string[]];
  /** Connections to the server for each role and database. */
  readonly poolSize: number;
}

/** A PgBouncer in front of a server, for one test file. */
export interface PgBouncer {
  /** The same database and role, through the pooler. */
  through(url: string): string;
  stop(): Promise<void>;
}

/** Where Debian, Homebrew and builds by hand put it; /usr/sbin is not on every user's PATH. */
const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
const IS_UP = 'process up';

/**
 * Starts the PgBouncer of this host in front of a server. Whatever is not told stands as PgBouncer
 * has it: it passes on no start-up parameter that it does not know.
 *
 * @throws CodedError `POSTGRES.PGBOUNCER_MISSING`, `POSTGRES.PGBOUNCER_FAILED`
 */
export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncer> {
  const program = findProgram();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pgbouncer-'));
  const port = await findFreePort();
  const config = writeConfig(folder, port, options);
  const user = serverUserOf(folder);
  if (user.uid !== undefined) chmodSync(folder, 0o755);
  const child = spawn(program, [config], { ...user, stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.removeListener('exit', kill);
    await end(child);
    rmSync(folder, { recursive: true });
  };
  try {
    await untilUp(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    through(url) {
      const pooled = new URL(url);
      pooled.host = `127.0.0.1:${port}`;
      return pooled.toString();
    },
  };
}

function findProgram(): string {
  for (const folder of [...(process.env['PATH'] ?? '').split(path.delimiter), ...FOLDERS]) {
    const program = path.join(folder, 'pgbouncer');
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      continue;
    }
  }
  throw pgBouncerMissing();
}

function writeConfig(folder: string, port: number, options: PgBouncerOptions): string {
  const server = new URL(options.urls[0]);
  const users = path.join(folder, 'users.txt');
  const config = path.join(folder, 'pgbouncer.ini');
  const entries = options.urls.map((url) => {
    const { username, password } = new URL(url);
    return [username, password].map((part) => quote(decodeURIComponent(part))).join(' ');
  });
  writeFileSync(users, `${entries.join('\n')}\n`);
  writeFileSync(
    config,
    `[databases]
* = host=${server.hostname} port=${server.port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${options.mode}
default_pool_size = ${options.poolSize}
`,
  );
  return config;
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** It says on standard error that it is up, or why it is not. */
function untilUp(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(IS_UP)) resolve();
    });
    child.once('error', (error) => reject(pgBouncerFailed(error.message)));
    child.once('close', () => reject(pgBouncerFailed(said.slice(-800))));
  });
}

/** Killed: a pooler that is asked waits, in its newer versions, until its clients have gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
}
