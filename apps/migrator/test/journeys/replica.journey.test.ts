/** @module-tag slow */
import { setTimeout as wait } from 'node:timers/promises';
import { startReplica, startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShop, type Run, type Shop } from '../shop-workspace.ts';

const DATABASE = 'shop "of" Ünal';
const PATIENCE_MS = 60_000;

let shop: Shop;
let primary: ScratchServer;
let replica: ScratchServer;

beforeAll(async () => {
  shop = await openShop();
  primary = await startScratchServer();
  await query(primary.url(), `create database ${pg.escapeIdentifier(DATABASE)}`);
  expect(await onServer(primary, 'dev', '--name', 'first')).toMatchObject({ code: 0 });
  replica = await startReplica(primary);
}, 120_000);

afterAll(async () => {
  await replica?.destroy();
  await primary?.destroy();
  await shop?.remove();
});

function onServer(server: ScratchServer, ...args: string[]): Promise<Run> {
  const url = server.url({ database: DATABASE });
  const app = new URL(url);
  [app.username, app.password] = ['shop_app', 'a-secret-of-the-application'];
  return shop.migratorWith({ DATABASE_URL: url, APP_DATABASE_URL: app.toString() }, ...args);
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Asks until the answer is right. */
async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isRight(answer) || Date.now() > deadline) return answer;
    await wait(100);
  }
}

it.each(['deploy', 'deploy --dry-run', 'dev --name second', 'seed', 'roles sync'])(
  'refuses `%s` on a replica, and names the primary',
  async (call) => {
    const run = await onServer(replica, ...call.split(' '));
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('MIGRATOR.REPLICA_REFUSED');
    expect(run.stderr).toContain(`its primary at 127.0.0.1:${primary.port} does`);
    expect(run.stderr).not.toContain(replica.passwordOf('postgres'));
  },
);

it('looks at a replica all the same', async () => {
  const sizes = await onServer(replica, 'sizes', '--json');
  expect(sizes.code).toBe(0);
  expect(sizes.stdout).toContain('"items"');
  const health = JSON.parse((await onServer(replica, 'health', '--json')).stdout) as object;
  expect(health).toMatchObject({ isReplica: true, unseen: [] });
  const doctor = await onServer(replica, 'doctor', '--json');
  expect(doctor.stdout).toContain('The server is a replica.');
});

it('tells how far a replica is behind, at both ends', async () => {
  const measure = async (server: ScratchServer, name: string) => {
    const { stdout } = await onServer(server, 'health', '--json');
    const { measures } = JSON.parse(stdout) as {
      measures: { name: string; value: number; labels?: { replica?: string } }[];
    };
    return measures.find((it) => it.name === name);
  };
  expect(await measure(primary, 'replicas')).toMatchObject({ value: 1 });
  await query(replica.url(), 'select pg_wal_replay_pause()');
  await query(
    primary.url({ database: DATABASE }),
    `insert into items (id, name, price_cents, updated_at)
     select gen_random_uuid(), 'item ' || n, 1, now() from generate_series(1, 5000) n`,
  );
  const behind = await until(
    () => measure(primary, 'replica_lag_bytes'),
    (it) => (it?.value ?? 0) > 100_000,
  );
  expect(behind).toMatchObject({ labels: { replica: 'replica' } });
  expect(behind?.value).toBeGreaterThan(100_000);
  const old = await until(
    () => measure(replica, 'replay_lag_seconds'),
    (it) => (it?.value ?? 0) > 0,
  );
  expect(old?.value).toBeGreaterThan(0);
  await query(replica.url(), 'select pg_wal_replay_resume()');
  const caughtUp = await until(
    () => measure(primary, 'replica_lag_bytes'),
    (it) => it?.value === 0,
  );
  expect(caughtUp?.value).toBe(0);
  const rows = await query<{ count: string }>(
    replica.url({ database: DATABASE }),
    'select count(*) from items',
  );
  expect(rows).toEqual([{ count: '5000' }]);
});

it('takes work once the replica was promoted', async () => {
  await query(replica.url(), 'select pg_promote()');
  expect(await onServer(replica, 'seed')).toMatchObject({ code: 0 });
});
