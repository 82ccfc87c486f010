/** @module-tag slow */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

const NAME = 'clock-worker';
const PROGRAM = `
  import { raiseClockAlerts } from '@holovitals/compliance';
  import { createClient } from '@holovitals/database';
  const { APP_DATABASE_URL: url, ENCRYPTION_KEY: encryptionKey } = process.env;
  const db = createClient({ url, encryptionKey, applicationName: '${NAME}' });
  await raiseClockAlerts({ db, clock: () => new Date('2024-05-06T12:00:00Z') });
  await db.$disconnect();
`;

let clinic: Clinic;

beforeAll(async () => {
  clinic = await openClinic();
  await clinic.staff('officer@example.org', 'ADMIN');
});

afterAll(() => clinic.close());

beforeEach(async () => {
  const { owner, organizations } = clinic;
  await owner.query(
    'truncate security_alerts, breach_notifications, breach_incidents, notifications',
  );
  await owner.query(
    `insert into breach_incidents (id, organization_id, title, source, cause, discovered_at, regimes,
       our_role, affected_count, updated_at)
     select uuid_v7(), $1, 'lost laptop', 'staff', 'LOSS', '2024-03-10T12:00:00Z', '{HIPAA}',
       'COVERED_ENTITY', 10, now() from generate_series(1, 500)`,
    [organizations[0]],
  );
});

function start(): ChildProcess {
  const { database, keys } = clinic.platform;
  return spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    cwd: path.join(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'], ...keys, APP_DATABASE_URL: database.appUrl },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function end(worker: ChildProcess): Promise<void> {
  const [code] = (await once(worker, 'exit')) as [number | null];
  expect(code).toBe(0);
}

async function count(sql: string): Promise<number> {
  const { rows } = await clinic.owner.query<{ count: number }>(
    `select count(*)::int as count from ${sql}`,
  );
  return rows[0]?.count ?? -1;
}

it('processes that watch the clocks at once tell each step once', async () => {
  const workers = Array.from({ length: 4 }, start);
  await Promise.all(workers.map(end));
  await end(start());
  expect(await count('security_alerts')).toBe(500);
  expect(await count('(select distinct dedupe_key from security_alerts) as keys')).toBe(500);
  expect(await count(`notifications where template_key = 'legal-clocks'`)).toBe(1);
});

/** How many sessions the worker's process has; asked outside the transaction that blocks it. */
async function sessions(rest = ''): Promise<number> {
  const rows = await clinic.platform.identity.db.$queryRawUnsafe<unknown[]>(
    `select from pg_stat_activity where application_name = '${NAME}' ${rest}`,
  );
  return rows.length;
}

it('what a process that is killed began is undone, and done by the next', async () => {
  const { owner } = clinic;
  await owner.query('begin');
  await owner.query('lock table notifications in exclusive mode');
  const worker = start();
  const exited = once(worker, 'exit');
  const poll = { timeout: 60_000, interval: 20 };
  await expect.poll(() => sessions(`and wait_event_type = 'Lock'`), poll).toBe(1);
  worker.kill('SIGKILL');
  await exited;
  await owner.query('rollback');
  await expect.poll(() => sessions(), poll).toBe(0);
  expect(await count('security_alerts')).toBe(0);
  expect(await count(`notifications where template_key = 'legal-clocks'`)).toBe(0);
  await end(start());
  expect(await count('security_alerts')).toBe(500);
  expect(await count(`notifications where template_key = 'legal-clocks'`)).toBe(1);
});
