import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const api = path.join(import.meta.dirname, '../..');
let migrated: SchemaDatabase;
let empty: TestDatabase;

beforeAll(async () => {
  migrated = await createSchemaDatabase();
  empty = await createTestDatabase();
});

afterAll(async () => {
  await Promise.all([migrated.drop(), empty.drop()]);
});

/** Runs a program of the API as its operator would. */
function start(program: string, args: readonly string[], env: Record<string, string>) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const file = path.join(api, program);
    const options = { env: { PATH: process.env['PATH'] ?? '', ...env } };
    execFile(process.execPath, [file, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

const keys = () => ({
  ENCRYPTION_KEY: randomBytes(32).toString('hex'),
  SESSION_SECRET: randomBytes(64).toString('hex'),
});

describe('an operator who starts the API', () => {
  it(
    'is told of a server that does not answer, and of a wrong password, without a stack',
    { tags: 'slow' },
    async () => {
      const wrong = new URL(migrated.appUrl);
      wrong.password = 'not-the-one';
      for (const url of ['postgresql://app:secret-word@127.0.0.1:1/shop', wrong.toString()]) {
        const run = await start('dist/main.js', [], { ...keys(), APP_DATABASE_URL: url });
        expect(run).toMatchObject({ code: 4, stdout: '' });
        expect(run.stderr).toContain('API.DATABASE_UNREACHABLE');
        expect(run.stderr).not.toMatch(/secret-word|not-the-one|\n {4}at /);
      }
    },
  );

  it('is told of a database that nobody migrated', { tags: 'slow' }, async () => {
    const url = new URL(migrated.appUrl);
    url.pathname = new URL(empty.url).pathname;
    const run = await start('dist/main.js', [], { ...keys(), APP_DATABASE_URL: url.toString() });
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('API.DATABASE_EMPTY');
  });

  it('is refused another encryption key', { tags: 'slow' }, async () => {
    const env = { ...keys(), APP_DATABASE_URL: migrated.appUrl };
    const first = await start('bin/owner.mjs', ['--json'], env);
    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.stdout)).toMatchObject({ email: 'owner@example.org' });
    const second = await start('bin/owner.mjs', [], env);
    expect(second).toMatchObject({ code: 3, stdout: '' });
    expect(await start('bin/owner.mjs', ['--if-none', '--json'], env)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    const other = await start('dist/main.js', [], { ...env, ...keys() });
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toContain('DATABASE.ENCRYPTION_KEY_WRONG');
  });

  it('is helped', async () => {
    expect((await start('bin/owner.mjs', ['--help'], {})).stdout).toContain('Usage: owner');
    expect((await start('bin/owner.mjs', ['--emial', 'x'], {})).code).toBe(2);
  });
});
