/** @module-tag slow */
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createTestDatabase } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { prismaStatus } from '../prisma-status.ts';
import { commitShop, type ShopRepository } from '../shop-branches.ts';
import { addOrders } from '../shop-orders.ts';
import { newestMigration, openMigratedShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;
let repository: ShopRepository;

beforeEach(async () => {
  shop = await openMigratedShop();
  repository = commitShop(shop);
});

afterEach(() => shop.remove());

async function query<T>(sql: string, url = shop.database.url): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

async function status() {
  const run = await shop.migrator('status', '--json');
  return JSON.parse(run.stdout) as Record<string, unknown>;
}

const folders = () =>
  readdirSync(shop.migrations, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** A second migration from the schema, and by hand rows, a sequence, and an index made alone. */
async function longer(): Promise<void> {
  addOrders(shop);
  await shop.compose();
  expect(await shop.migrator('dev', '--name', 'orders', '--create-only')).toMatchObject({
    code: 0,
  });
  repository.commit('orders');
  repository.add(
    '29990101000000_list',
    `create function shelf_of(n int) returns text language sql immutable as $$ select 'shelf ' || n $$;
     create table "Odd ""list""" (id serial primary key, "näme" text default shelf_of(1), at timestamptz,
       "all" text[], doubled int generated always as (7 * 2) stored);
     insert into "Odd ""list""" ("näme", at, "all") values
       ('it''s', '2026-01-02 03:04:05.678+02', array['a,b', '"c"', null]), (default, null, '{}');
     revoke all on function shelf_of from public;
     comment on column "Odd ""list"""."näme" is 'What it''s called';`,
  );
  repository.add(
    '29990102000000_index',
    'create index concurrently items_by_price on items (price_cents)',
    'drop index concurrently items_by_price',
  );
}

const LAST = '29990103000000_later';

describe('squash', () => {
  it('is the same in a new database, and takes the place of what older ones applied', async () => {
    await longer();
    repository.add(LAST, 'create table later (x int)', 'drop table later');
    const originals = folders();
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    await query(
      `insert into items (id, name, price_cents, updated_at) values (gen_random_uuid(), 'mine', 1, now())`,
    );

    const dry = await shop.migrator('squash', '--to', originals[3] ?? '', '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toMatchObject({
      ...{ name: '29990102000000_squashed', replaces: originals.slice(0, 4), rows: 2 },
    });
    expect(folders()).toEqual(originals);
    expect(await shop.migrator('squash', '--to', originals[3] ?? '')).toMatchObject({ code: 0 });
    expect(folders()).toEqual(['29990102000000_squashed', LAST]);
    const folder = path.join(shop.migrations, '29990102000000_squashed');
    const meta = JSON.parse(readFileSync(path.join(folder, 'meta.json'), 'utf8')) as object;
    const commit = repository.git('describe', '--always').trim();
    expect(meta).toMatchObject({ domains: ['catalog'], reversible: true, release: commit });

    expect(await status()).toMatchObject({
      ...{ upToDate: false, squashed: ['29990102000000_squashed'] },
      ...{ pending: [], missing: [], unsealed: [] },
    });
    expect((await shop.migrator('drift')).stdout).toContain('as its history makes it');
    expect((await shop.migrator('rollback')).stderr).toContain('MIGRATOR.HISTORY_BROKEN');
    const deployed = await shop.migrator('deploy', '--json');
    expect(JSON.parse(deployed.stdout)).toMatchObject({
      ...{ migrations: [], squashed: ['29990102000000_squashed'] },
    });
    expect(await status()).toMatchObject({ upToDate: true, squashed: [], rolledBack: [] });
    expect(await prismaStatus(shop)).toMatch(/up to date/);
    expect(
      await query(`select from migrator.replaced_migrations where replaced_by like '%_squashed'`),
    ).toHaveLength(4);
    expect(await query(`select from items where name = 'mine'`)).toHaveLength(1);

    const other = await createTestDatabase();
    onTestFinished(() => other.drop());
    expect(await shop.migratorWith({ DATABASE_URL: other.url }, 'deploy')).toMatchObject({
      code: 0,
    });
    const list = `select id, "näme", at, "all", doubled from "Odd ""list""" order by id`;
    expect(await query(list, other.url)).toEqual(await query(list));
    expect(await query(`select nextval('"Odd ""list""_id_seq"') as next`, other.url)).toEqual([
      { next: '3' },
    ]);
    const columns = `select attname from pg_attribute where attrelid = 'items'::regclass and attnum > 0`;
    expect(await query(columns, other.url)).toEqual(await query(columns));
    expect(await shop.migratorWith({ DATABASE_URL: other.url }, 'drift')).toMatchObject({
      code: 0,
    });
    const proofs = await shop.migrator('verify', '--reversible', '--json');
    expect(JSON.parse(proofs.stdout)).toMatchObject([
      { verdict: 'reversible' },
      { verdict: 'reversible' },
    ]);

    // A release from before it puts the old rows back.
    repository.git('checkout', '-q', '--', '.');
    rmSync(folder, { recursive: true });
    expect(folders()).toEqual(originals);
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await status()).toMatchObject({ upToDate: true, applied: originals, missing: [] });
    expect(await prismaStatus(shop)).toMatch(/up to date/);
  });

  it('replaces squashes too, is recorded whole or not at all, and refuses a part', async () => {
    const [first = ''] = folders();
    repository.add('29990101000000_a', 'create table a (x int primary key)');
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await shop.migrator('squash')).toMatchObject({ code: 0 });
    repository.commit('squashed once');
    repository.add('29990102000000_b', 'create table b (x int references a)');
    expect(await shop.migrator('squash', '--name', 'again')).toMatchObject({ code: 0 });
    expect(folders()).toEqual(['29990102000000_again']);

    const partly = await shop.migrator('deploy');
    expect(partly.code).toBe(3);
    expect(partly.stderr).toContain('MIGRATOR.SQUASH_PARTLY');
    expect(partly.stderr).toContain('29990102000000_b');
    expect(partly.stderr).toContain(repository.git('describe', '--always').trim());
    expect(await status()).toMatchObject({ upToDate: false, pending: [] });
    const squashed = path.join(shop.root, 'squashed');
    cpSync(path.join(shop.migrations, '29990102000000_again'), squashed, { recursive: true });
    repository.git('checkout', '-q', '--', '.');
    rmSync(path.join(shop.migrations, '29990102000000_again'), { recursive: true });
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });

    // As if it were cut off before it removed what it replaces.
    cpSync(squashed, path.join(shop.migrations, '29990102000000_again'), { recursive: true });
    const half = await shop.migrator('deploy');
    expect(half.stderr).toContain('MIGRATOR.HISTORY_BROKEN');
    expect(half.stderr).toContain('pnpm migrator squash');
    const rest = await shop.migrator('squash');
    expect(rest.stderr).toContain('MIGRATOR.SQUASH_REFUSED');
    expect(folders()).toEqual(['29990102000000_again']);

    const rows = () =>
      query<{ name: string }>('select migration_name as name from _prisma_migrations order by 1');
    const before = await rows();
    expect(before.map(({ name }) => name)).toContain('29990102000000_b');
    expect(before.map(({ name }) => name)).not.toContain(first);
    const holder = new pg.Client({ connectionString: shop.database.url });
    await holder.connect();
    await holder.query('begin; select from _prisma_migrations for update');
    const child = shop.start('deploy');
    await expect
      .poll(() =>
        query(`select from pg_stat_activity where application_name = 'migrator' and wait_event_type = 'Lock'
            and query like '%with moved as%'`),
      )
      .toHaveLength(1);
    child.kill('SIGKILL');
    await holder.query('rollback');
    await holder.end();
    await expect
      .poll(() =>
        query(`select from pg_stat_activity where application_name = 'migrator'
          and datname = current_database()`),
      )
      .toHaveLength(0);
    expect(await rows()).toEqual(before);
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await rows()).toEqual([{ name: '29990102000000_again' }]);
    expect(await prismaStatus(shop)).toMatch(/up to date/);
  });

  it('refuses what it cannot write down, and changes nothing', async () => {
    const refuse = async (code: string, told: string, ...args: string[]) => {
      const before = folders();
      const run = await shop.migrator('squash', ...args);
      expect(run.stderr).toContain(code);
      expect(run.stderr).toContain(told);
      expect(folders()).toEqual(before);
    };
    await refuse('MIGRATOR.SQUASH_REFUSED', 'two migrations');
    repository.add(
      '29990101000000_chance',
      `insert into items (id, name, price_cents, updated_at) values (gen_random_uuid(), 'a', 1, '2026-01-01')`,
    );
    await refuse('MIGRATOR.SQUASH_UNPROVEN', 'public.items.id');
    repository.add('29990102000000_pair', 'delete from items; create type pair as (a int, b int)');
    await refuse('MIGRATOR.SQUASH_UNPROVEN', 'table public.pair');
    await refuse('MIGRATOR.NAME_INVALID', 'Odd', '--name', 'Odd name');
    await refuse('MIGRATOR.MIGRATION_UNKNOWN', 'nowhere', '--to', 'nowhere');
    await refuse('MIGRATOR.SQUASH_REFUSED', '--name', '--name', 'pair');
    rmSync(path.join(shop.migrations, newestMigration(shop), 'down.sql'));
    await refuse('MIGRATOR.MIGRATION_UNSEALED', 'pair');
  });
});
