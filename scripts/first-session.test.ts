import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstSession } from './first-session.mjs';

const run = promisify(execFile);
const api = path.join(import.meta.dirname, '../apps/api');

let database: SchemaDatabase;
let env: NodeJS.ProcessEnv;
let server: ReturnType<typeof spawn>;
let base: string;

beforeAll(async () => {
  database = await createSchemaDatabase();
  env = {
    PATH: process.env['PATH'],
    PORT: '0',
    APP_DATABASE_URL: database.appUrl,
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    SESSION_SECRET: randomBytes(64).toString('hex'),
  };
  server = spawn(process.execPath, [path.join(api, 'dist/main.js')], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (server.stdout === null) throw new Error('The API has no standard output.');
  const [line] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
  base = line.trim();
});

afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'close');
  await database.drop();
});

const makeDemo = async () =>
  JSON.parse((await run(process.execPath, [path.join(api, 'bin/demo.mjs')], { env })).stdout) as {
    email: string;
    password: string;
  };

it('the first session that a start prints works as it is printed, also after the next start', async () => {
  const account = await makeDemo();
  expect(await makeDemo()).toEqual(account);
  const [login = '', find = '', summary = '', accesses = ''] = firstSession(base, account);
  const shell = async (last: string) => {
    const script = [login, find, last].join('\n');
    return JSON.parse((await run('bash', ['-euo', 'pipefail', '-c', script])).stdout) as Record<
      string,
      unknown
    >;
  };
  const read = await shell(summary);
  expect(read).toMatchObject({
    patient: { family: 'Ondricka' },
    noKnownAllergies: false,
    problems: [{ clinicalStatus: 'active' }],
    allergies: [{ clinicalStatus: 'active' }, { clinicalStatus: 'active' }],
    medications: [{ status: 'active' }],
  });
  const lists = ['vitalSigns', 'results', 'immunizations', 'procedures', 'encounters'];
  expect(lists.filter((list) => (read[list] as unknown[]).length === 0)).toEqual([]);
  const { items } = (await shell(accesses)) as {
    items: { displayName: string; eventType: string }[];
  };
  expect(items.map(({ displayName, eventType }) => `${displayName} ${eventType}`)).toEqual(
    expect.arrayContaining(['Demo Doctor PHI_CREATE', 'Demo Patient PHI_READ']),
  );
});

it('the demo patient is not made in production', { tags: 'slow' }, async () => {
  const production = run(process.execPath, [path.join(api, 'bin/demo.mjs')], {
    env: { ...env, NODE_ENV: 'production' },
  });
  await expect(production).rejects.toMatchObject({
    stderr: expect.stringContaining('API.DEMO_IN_PRODUCTION') as unknown,
  });
});
