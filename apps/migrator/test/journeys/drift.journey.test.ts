import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newestMigration, openShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  expect(await shop.migrator('roles', 'sync')).toMatchObject({ code: 0 });
  expect(await shop.migrator('dev', '--name', 'first')).toMatchObject({ code: 0 });
});

afterEach(() => shop.remove());

async function query(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

interface Report {
  readonly drift: { identity: string; domain: string | null }[];
  readonly schema: unknown[];
  readonly toHistory: string[];
  readonly byHand: string[];
}

async function drift(): Promise<Report> {
  const run = await shop.migrator('drift', '--json');
  const report = JSON.parse(run.stdout) as Report;
  expect(run.code).toBe(report.drift.length > 0 ? 3 : 0);
  return report;
}

describe('drift', () => {
  it('sees what hands have done, in words and by domain, and nothing else', async () => {
    expect(await drift()).toMatchObject({ drift: [], byHand: [] });
    await query(`
      alter table items add column colour text;
      alter table items alter price_cents drop not null;
      alter table items drop constraint items_price_positive;
      create policy all_sales on sales using (true);
      create or replace function cheapest() returns integer language sql stable as 'select 1';
      grant delete on items to public;
      comment on table items is 'By hand';
      create schema other; create table other.notes (x int);
      create table sale_partitions.sales_2031 partition of sales for values from ('2031-01-01') to ('2032-01-01')`);
    const report = await drift();
    expect(report.drift.map(({ identity, domain }) => [identity, domain])).toEqual([
      ['column public.items.colour', 'catalog'],
      ['column public.items.price_cents', 'catalog'],
      ['comment on table public.items', 'catalog'],
      ['constraint items_price_positive on public.items', 'catalog'],
      ['function public.cheapest()', 'catalog'],
      ['policy all_sales on public.sales', 'catalog'],
      ['rights of public on table public.items', 'catalog'],
      ['schema other', null],
      ['table other.notes', null],
    ]);
    expect(report.schema).not.toEqual([]);
    const run = await shop.migrator('drift');
    expect(run.stdout).toContain(
      'column public.items.colour is there, and no migration or file makes it',
    );
    expect(run.stdout).toContain('constraint items_price_positive on public.items is missing');
  });

  it('prints the SQL that leads back, which does', { tags: 'slow' }, async () => {
    await query(`
      drop function cheapest(); drop index items_name_key;
      alter table items alter name type varchar(40), add column "Odd name" int default 3;
      create policy all_sales on sales for select to public using (amount > 1);
      create view dear as select * from items where price_cents > 100;
      alter table sales disable row level security;
      grant select on items to public; comment on column items.name is 'N'`);
    const run = await shop.migrator('drift', '--sql', 'history');
    await query(run.stdout);
    expect((await drift()).drift).toEqual([]);
    expect(await shop.migrator('verify')).toMatchObject({ code: 0 });
  });

  it(
    'writes the migration that follows the database, and leaves objects to their files',
    { tags: 'slow' },
    async () => {
      await query(`
      alter table items add column colour text default 'red';
      create index by_colour on items (colour);
      create view dear as select * from items`);
      const run = await shop.migrator('drift', '--fix', '--name', 'colours', '--json');
      expect(run.code).toBe(0);
      const fix = JSON.parse(run.stdout) as { migration: string; left: string[] };
      expect(fix.left).toContain('view public.dear');
      expect(newestMigration(shop)).toBe(fix.migration);
      const up = readFileSync(path.join(shop.migrations, fix.migration, 'migration.sql'), 'utf8');
      expect(up).toContain('ADD COLUMN colour');
      expect(up).not.toContain('VIEW');
      expect(JSON.parse((await shop.migrator('status', '--json')).stdout)).toMatchObject({
        ...{ upToDate: true, unsealed: [], edited: [] },
      });
      expect((await drift()).drift.map(({ identity }) => identity)).toEqual(['view public.dear']);
      await query('drop view dear');
      expect(await shop.migrator('verify', '--reversible')).toMatchObject({ code: 0 });
    },
  );

  it('does not call pending what is only not deployed yet', { tags: 'slow' }, async () => {
    shop.addMigration('20990101000000_more', 'create table more (x int)');
    shop.write(
      'packages/catalog/sql/cheapest.sql',
      shop.read('packages/catalog/sql/cheapest.sql').replace('min(', 'max('),
    );
    expect((await drift()).drift).toEqual([]);
  });
});
