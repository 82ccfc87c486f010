import type { ChildProcess } from 'node:child_process';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;
const clients: pg.Client[] = [];
const running: ChildProcess[] = [];

beforeAll(async () => {
  shop = await openShop();
  await shop.migrator('dev', '--name', 'first');
});

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const client of clients.splice(0)) await client.end();
});

afterAll(() => shop.remove());

async function connect(
  application = 'test',
  connectionString = shop.database.url,
): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: application });
  client.on('error', () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

/** A program that reads, and does not end its transaction. */
async function holdReading(sql = `select 'canary-4711', * from items`): Promise<pg.Client> {
  const holder = await connect('night-report');
  await holder.query('begin');
  await holder.query(sql);
  return holder;
}

/** A run of the binary, with what it says as it says it. */
function begin(...args: string[]) {
  const child = shop.start(...args);
  running.push(child);
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    code,
    said: () => stderr,
    says: (text: string) => expect.poll(() => stderr).toContain(text),
  };
}

const WAITING = `select a.pid from pg_stat_activity a join pg_locks l using (pid)
  where a.application_name = 'migrator' and not l.granted`;
const migratorWaits = async (client: pg.Client) =>
  expect.poll(async () => (await client.query(WAITING)).rowCount).not.toBe(0);

const isThere = async (client: pg.Client, name: string) =>
  (await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [name]))
    .rows[0]?.there;

describe('a deploy that gets no lock', () => {
  it('answers every reader that queued behind it, tells who holds the lock, and leaves nothing', async () => {
    shop.addMigration(
      '29990101000000_note',
      'create table before (id int);\nalter table items add column note text;\n',
    );
    const holder = await holdReading();
    const deploy = begin(
      ...['deploy', '--lock-timeout', '600', '--lock-attempts', '3', '--lock-pause', '50'],
    );
    const reader = await connect();
    await migratorWaits(reader);
    await reader.query('select count(*) from items');
    // Answered although the lock that the deploy waits for is still held.
    const { rows } = await reader.query<{ state: string }>(
      `select state from pg_stat_activity where application_name = 'night-report'`,
    );
    expect(rows).toEqual([{ state: 'idle in transaction' }]);

    expect(await deploy.code).toBe(4);
    expect(deploy.said()).toContain('no lock at attempt 1 of 3.');
    expect(deploy.said()).toContain('no lock at attempt 2 of 3.');
    expect(deploy.said()).toContain('MIGRATOR.LOCK_UNAVAILABLE');
    expect(deploy.said()).toContain('55P03');
    expect(deploy.said()).toMatch(/Held by session \d+ \(night-report, .*idle in transaction/);
    expect(deploy.said()).toContain('pg_terminate_backend(');
    expect(deploy.said()).not.toContain('canary');
    expect(await isThere(reader, 'before')).toBe(false);
    const status = JSON.parse((await shop.migrator('status', '--json')).stdout) as object;
    expect(status).toMatchObject({ failed: [], pending: ['29990101000000_note'] });

    await holder.query('commit');
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await isThere(reader, 'before')).toBe(true);
  });

  it('does its work as soon as the lock is let go', async () => {
    shop.addMigration('29990102000000_stock', 'alter table items add column stock int;\n');
    const holder = await holdReading();
    const deploy = begin('deploy', '--lock-timeout', '200', '--lock-pause', '300');
    await deploy.says('no lock at attempt 1 of 10');
    await holder.query('commit');
    expect(await deploy.code).toBe(0);
    const { rows } = await holder.query(
      `select count(*)::int as n from _prisma_migrations where migration_name like '%_stock'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it(
    'takes its patience from the environment, and refuses one that is none',
    { tags: 'slow' },
    async () => {
      shop.addMigration('29990103000000_shelf', 'alter table items add column shelf int;\n');
      const holder = await holdReading();
      const patience = { MIGRATOR_LOCK_TIMEOUT: '150', MIGRATOR_LOCK_ATTEMPTS: '1' };
      const run = await shop.migratorWith(patience, 'deploy');
      expect(run).toMatchObject({ code: 4 });
      expect(run.stderr).toContain('in 1 attempt(s)');
      const wrong = await shop.migratorWith({ MIGRATOR_LOCK_ATTEMPTS: '0' }, 'deploy');
      expect(wrong).toMatchObject({ code: 2 });
      expect(wrong.stderr).toContain('MIGRATOR.ENVIRONMENT_INVALID');
      expect(wrong.stderr).toContain('MIGRATOR_LOCK_ATTEMPTS');
      await holder.query('commit');
      expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    },
  );

  it('does the same on its way back', { tags: 'slow' }, async () => {
    const folder = 'db/migrations/29990104000000_size';
    shop.addMigration('29990104000000_size', 'alter table items add column size int;\n');
    shop.write(`${folder}/down.sql`, 'alter table items drop column size;\n');
    shop.write(`${folder}/meta.json`, '{"domains":["catalog"],"reversible":true,"losses":[]}');
    expect(await shop.migrator('seal')).toMatchObject({ code: 0 });
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    const holder = await holdReading();
    const blocked = await shop.migrator(
      ...['rollback', '--lock-timeout', '300', '--lock-attempts', '2', '--lock-pause', '10'],
    );
    expect(blocked).toMatchObject({ code: 4 });
    expect(blocked.stderr).toContain('MIGRATOR.LOCK_UNAVAILABLE');
    expect(blocked.stderr).toContain('night-report');
    const back = begin('rollback', '--lock-timeout', '200', '--lock-pause', '300');
    await back.says('no lock at attempt 1 of 10');
    await holder.query('commit');
    expect(await back.code).toBe(0);
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
  });
});

describe('an index that is built beside writers', () => {
  it('waits for old transactions, tells for whom, and keeps no writer waiting', async () => {
    shop.addMigration(
      '29990105000000_index',
      'create index concurrently by_price on items (price_cents);\n',
    );
    const holder = await holdReading(`insert into items (id, name, price_cents, updated_at)
      values (gen_random_uuid(), 'plum', 3, now())`);
    const deploy = begin('deploy', '--lock-timeout', '50', '--lock-attempts', '1');
    await deploy.says('waits. Held by session');
    const writer = await connect();
    await writer.query(`insert into items (id, name, price_cents, updated_at)
      values (gen_random_uuid(), 'fig', 3, now())`);
    await holder.query('commit');
    expect(await deploy.code).toBe(0);
    expect(await isThere(writer, 'by_price')).toBe(true);
  });

  it('is cleared away where it was half built, and built again', { tags: 'slow' }, async () => {
    const { superuserUrl } = shop.database;
    const helper = await connect('test', superuserUrl);
    await helper.query(`alter database "${shop.database.name}" set deadlock_timeout = '2s'`);
    shop.addMigration(
      '29990106000000_index',
      'create index concurrently on "items" (price_cents, name);\n',
    );
    const holder = await connect('night-report', superuserUrl);
    // The build's session is to be the one that notices the deadlock.
    await holder.query(
      `set deadlock_timeout = '1min'; begin; insert into items (id, name, price_cents, updated_at) values (gen_random_uuid(), 'kiwi', 3, now())`,
    );
    const deploy = begin('deploy', '--lock-pause', '50');
    await migratorWaits(helper);
    await holder.query('lock table items in share update exclusive mode');
    await holder.query('commit');
    expect(await deploy.code).toBe(0);
    expect(deploy.said()).toContain('no lock at attempt 1 of 10');
    const { rows } = await helper.query(
      `select indexrelid::regclass::text as name, indisvalid as valid from pg_index
       where indrelid = 'items'::regclass and indnatts = 2`,
    );
    expect(rows).toEqual([{ name: 'items_price_cents_name_idx', valid: true }]);
    expect(await shop.migrator('status')).toMatchObject({ code: 0 });
  });
});

describe('a statement that takes longer than it may', () => {
  it('is cut off, leaves nothing, and is not counted as failed', async () => {
    shop.addMigration('29990107000000_slow', 'create table slow (id int);\nselect pg_sleep(60);\n');
    const run = await shop.migrator('deploy', '--statement-timeout', '200');
    expect(run).toMatchObject({ code: 4 });
    expect(run.stderr).toContain('MIGRATOR.STATEMENT_CUT');
    expect(run.stderr).toContain('--statement-timeout');
    const status = JSON.parse((await shop.migrator('status', '--json')).stdout) as object;
    expect(status).toMatchObject({ failed: [], pending: ['29990107000000_slow'] });
    expect(await isThere(await connect(), 'slow')).toBe(false);
  });
});
