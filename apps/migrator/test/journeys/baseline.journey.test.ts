/** @module-tag slow */
import path from 'node:path';
import { readFileSync, rmSync } from 'node:fs';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prismaStatus } from '../prisma-status.ts';
import { newestMigration, shopsAfter, type Shop } from '../shop-workspace.ts';

const openWrittenShop = shopsAfter((it) => it.migrator('dev', '--name', 'first', '--create-only'));

let shop: Shop;

beforeEach(async () => {
  shop = await openWrittenShop();
});

afterEach(() => shop.remove());

async function query<T>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

/** Runs a migration's script as a hand would. */
async function byHand(name: string): Promise<void> {
  await query(readFileSync(path.join(shop.migrations, name, 'migration.sql'), 'utf8'));
}

function add(name: string, sql: string): void {
  shop.addMigration(name, sql);
  shop.write(`db/migrations/${name}/down.sql`, 'select 1;');
  shop.write(`db/migrations/${name}/meta.json`, '{ "reversible": true }');
  shop.seal();
}

const INDEX = '29990101000000_index';
const ROWS = '29990102000000_rows';
const MORE = '29990103000000_more';

describe('baseline', () => {
  it('records what a database made by hand holds, and deploy brings the rest', async () => {
    const first = newestMigration(shop);
    add(INDEX, 'create index concurrently items_by_price on items (price_cents)');
    add(
      ROWS,
      `create table if not exists "Odd ""list""" (x int); insert into "Odd ""list""" values (1)`,
    );
    add('29990102000001_update', 'update items set price_cents = price_cents');
    add(MORE, 'create table more (x int)');
    for (const name of [first, INDEX, ROWS]) await byHand(name);
    await query(`
      insert into items (id, name, price_cents, updated_at) values (gen_random_uuid(), 'apple', 50, now());
      create function mine() returns int language sql as 'select 1'; create view seen as select * from items;
      create schema other; create table other.things (x int);
      create extension if not exists pg_trgm; grant select on items to public;
      comment on table items is 'By hand'`);
    const dry = await shop.migrator('baseline', '--dry-run', '--json');
    expect(dry).toMatchObject({ code: 0 });
    expect(JSON.parse(dry.stdout)).toEqual({
      migrations: [first, INDEX, ROWS, '29990102000001_update'],
      ...{ pending: [MORE], withRows: ['public."Odd ""list"""'] },
      ...{ traceless: ['29990102000001_update'], dryRun: true },
    });
    expect(await query(`select from pg_class where relname = '_prisma_migrations'`)).toEqual([]);

    expect(await shop.migrator('baseline', '--to', ROWS)).toMatchObject({ code: 0 });
    expect(JSON.parse((await shop.migrator('status', '--json')).stdout)).toMatchObject({
      applied: [first, INDEX, ROWS],
      pending: ['29990102000001_update', MORE],
      outOfOrder: [],
    });
    const again = await shop.migrator('baseline');
    expect(again.stderr).toContain('MIGRATOR.BASELINE_RECORDED');
    expect(again.code).toBe(3);
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await prismaStatus(shop)).toMatch(/up to date/);
    expect(await query('select from items')).toHaveLength(1);
    expect(await query('select from "Odd ""list"""')).toHaveLength(1);
  });

  it('lists in words what differs and records nothing, and prints the SQL that mends it', async () => {
    const first = newestMigration(shop);
    add(INDEX, 'create index items_by_price on items (price_cents)');
    await byHand(first);
    await query(`
      alter table items drop constraint items_price_positive, add column colour text;
      drop index items_name_key; create index items_by_price on items (price_cents desc);
      alter table sales disable row level security; create table extra (x int)`);
    const run = await shop.migrator('baseline', '--json');
    expect(run.code).toBe(3);
    const { error } = JSON.parse(run.stdout) as {
      error: { code: string; details: { to: string; differences: string[] } };
    };
    expect(error).toMatchObject({ code: 'MIGRATOR.BASELINE_DIFFERS', details: { to: INDEX } });
    expect(error.details.differences).toEqual([
      'column public.items.colour: only the database has it',
      'constraint items_price_positive on public.items: only the history has it',
      expect.stringMatching(/^index public\.items_by_price: the history has .*; the database has /),
      expect.stringMatching(/^index public\.items_name_key: only the history/),
      'row security of public.sales: only the history has it',
      'table public.extra: only the database has it',
    ]);
    expect(await query(`select from pg_class where relname = '_prisma_migrations'`)).toEqual([]);
    const way = await shop.migrator('baseline', '--sql');
    expect(way.stderr).not.toContain('by hand');
    await query(way.stdout);
    expect(await shop.migrator('baseline')).toMatchObject({ code: 0 });
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
  });

  it('refuses an empty database, an unknown migration, and a history without any', async () => {
    const refuse = async (code: string, exit: number, ...args: string[]) => {
      const run = await shop.migrator('baseline', ...args);
      expect(run.stderr).toContain(code);
      expect(run.code).toBe(exit);
    };
    await refuse('MIGRATOR.BASELINE_DIFFERS', 3);
    await refuse('MIGRATOR.MIGRATION_UNKNOWN', 2, '--to', 'nothing');
    rmSync(path.join(shop.migrations, newestMigration(shop)), { recursive: true });
    await refuse('MIGRATOR.HISTORY_EMPTY', 2);
  });
});
