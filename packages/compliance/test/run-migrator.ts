import { execFile, spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SchemaDatabase } from '@holovitals/database/testing';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const binary = path.join(root, 'apps/migrator/bin/migrator.mjs');

/** Who can open the files of these tests, and the key of their databases. */
export const KEYS = {
  recipient: 'age15dsu5hzk2gwnvxwddkwsaa0e42cma0uudzycn7hngepp5g2pwfgsgwj57s',
  identity: 'AGE-SECRET-KEY-1DNUJQ5SN93SDM4D7ERETVMW955UHWQYK4YC69XDX2KK8RJZQF39QGQQF8T',
  encryption: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
} as const;

/** What a run of the binary said. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real binary against a database, as an operator would. */
export function runMigrator(
  database: SchemaDatabase,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const env = { ...environmentOf(database), ...environment };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [binary, ...args],
      { cwd: root, env, encoding: 'utf8' },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

/** Starts it, to be killed. */
export function startMigrator(
  database: SchemaDatabase,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const env = { ...environmentOf(database), ...environment };
  const options = { cwd: root, env, stdio: 'pipe' } as const;
  return spawn(process.execPath, [binary, ...args], options);
}

function environmentOf({ url, appUrl }: SchemaDatabase): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_ENV: 'development',
    DATABASE_URL: url,
    APP_DATABASE_URL: appUrl,
    BACKUP_RECIPIENTS: KEYS.recipient,
    ENCRYPTION_KEY: KEYS.encryption,
  };
}
