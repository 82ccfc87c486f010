/** @module-tag slow */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../shop-workspace.ts';

const ITEMS = 'packages/catalog/prisma/items.prisma';
const SUB = `create table sale_partitions."Odd; '26" partition of sales
    for values from ('2026-01-01') to ('2027-01-01') partition by range (sold_at);
  create table sale_partitions."täglich; "" 1" partition of sale_partitions."Odd; '26"
    for values from ('2026-01-01') to ('2026-07-01');
`;

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
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

async function run(...args: string[]) {
  const done = await shop.migrator(...args);
  expect(done, args.join(' ') + done.stdout + done.stderr).toMatchObject({ code: 0 });
  return done;
}

/** Whether each index of the table and of its partitions is usable, and how many there are. */
const indexes = (name: string) =>
  query<{ usable: boolean; n: number }>(`
    select x.indisvalid as usable, count(*)::int as n
    from pg_partition_tree('${name.replaceAll("'", "''")}') t join pg_index x on x.indexrelid = t.relid
    group by 1`);

describe('a team that adds an index to a partitioned table', () => {
  it('builds it on each partition beside writers, also on those that no migration knows', async () => {
    await run('dev', '--name', 'first');
    shop.addMigration('29990101000000_odd', SUB);
    shop.write(
      'db/migrations/29990101000000_odd/down.sql',
      `drop table sale_partitions."Odd; '26";\n`,
    );
    await run('seal');
    await run('deploy');
    // As a nightly job would.
    await query(`create table sale_partitions.later partition of sales
      for values from ('2027-01-01') to ('2028-01-01') partition by range (sold_at)`);
    await query(`create table sale_partitions.later_a partition of sale_partitions.later default`);
    await query(`insert into sales (id, sold_at, amount)
      select gen_random_uuid(), '2026-01-01'::timestamptz + n * interval '1 hour', n from generate_series(1, 4000) n`);
    const text = shop.read(ITEMS);
    const keys = `@@id([id, soldAt])
  @@index([amount], map: "By 'amount'")
  @@unique([soldAt, amount])`;
    shop.write(ITEMS, text.replace('@@id([id, soldAt])', keys));
    const { names } = (
      JSON.parse((await run('dev', '--name', 'second', '--json')).stdout) as {
        migration: { names: string[] };
      }
    ).migration;
    expect(names).toHaveLength(5);
    const scripts = names.map((name) =>
      readFileSync(path.join(shop.migrations, name, 'migration.sql'), 'utf8'),
    );
    for (const script of scripts.slice(0, -1)) {
      expect(script.match(/;$/gm)).toHaveLength(1);
      expect(script).toMatch(/CREATE (UNIQUE )?INDEX CONCURRENTLY/);
    }
    expect(scripts.at(-1)).toContain(' ON ONLY "sales"');
    expect(scripts.at(-1)).toContain(`ALTER INDEX "By 'amount'" ATTACH PARTITION`);
    // The parent, the default one, two of 2026 and two of 2027.
    expect(await indexes(`"By 'amount'"`)).toEqual([{ usable: true, n: 6 }]);
    expect(await indexes('sales_sold_at_amount_key')).toEqual([{ usable: true, n: 6 }]);
    expect((await shop.migrator('dev', '--name', 'third')).stderr).toContain('no change');
    expect((await shop.migrator('verify')).stdout).not.toContain('index ');
    await run('verify', '--reversible');

    // One that somebody makes by hand, and perhaps is making still, is not ours to complete.
    await query('create index "by hand" on only sales (amount)');
    expect((await run('deploy')).stderr).toContain('no migration makes public."by hand"');
    expect(await indexes('"by hand"')).toEqual([{ usable: false, n: 1 }]);
    await query('drop index "by hand"');

    // A build that fails leaves an index that serves nobody.
    await query('drop index sales_sold_at_amount_key');
    await query('create unique index sales_sold_at_amount_key on only sales (sold_at, amount)');
    await query(`insert into sales (id, sold_at, amount)
      select gen_random_uuid(), '2027-05-05', 7 from generate_series(1, 2)`);
    const failed = await shop.migrator('deploy');
    expect(failed.stderr).toContain('MIGRATOR.DATABASE_FAULT');
    expect(failed.stderr).toContain('sale_partitions.later_a');
    expect(
      await query(
        "select from pg_index x where not indisvalid and indrelid = 'sale_partitions.later_a'::regclass",
      ),
    ).toHaveLength(1);
    await query(`alter table sale_partitions.later_a disable trigger user;
      delete from sale_partitions.later_a where sold_at = '2027-05-05';
      alter table sale_partitions.later_a enable trigger user`);
    await run('deploy');
    expect(await indexes('sales_sold_at_amount_key')).toEqual([{ usable: true, n: 6 }]);
    expect(await query('select from pg_index where not indisvalid')).toEqual([]);
    await run('rollback', '--to', '29990101000000_odd');
    expect(await indexes('sales_pkey')).toEqual([{ usable: true, n: 6 }]);
    expect(await query(`select from pg_indexes where indexdef ~ 'amount'`)).toEqual([]);
    await run('deploy');
    expect(await indexes('sales_sold_at_amount_key')).toEqual([{ usable: true, n: 6 }]);
  });
});
