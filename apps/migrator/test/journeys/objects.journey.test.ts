import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMigratedShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openMigratedShop();
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

const view = (columns: string) => `-- Prices, for reading.
-- @needs Item
create or replace view prices as select ${columns} from items;
`;

/** Changes the fragment, and composes it. */
async function fragment(pattern: RegExp, text: string) {
  const file = path.join(shop.root, 'packages/catalog/prisma/items.prisma');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, before.replace(pattern, text));
  expect(await shop.compose()).toMatchObject({ code: 0 });
}

const oidOf = async (name: string) =>
  (await query<{ oid: number | null }>(`select to_regclass('${name}')::oid as oid`))[0]?.oid;

async function deployed(...options: string[]) {
  const run = await shop.migrator('deploy', '--json', ...options);
  if (run.code !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as {
    migrations: string[];
    objects: string[];
    dropped: string[];
    left: string[];
  };
}

async function status() {
  const run = await shop.migrator('status', '--json');
  return JSON.parse(run.stdout) as {
    upToDate: boolean;
    pendingObjects: string[];
    driftedObjects: { object: string; state: string }[];
    leftObjects: string[];
  };
}

describe('a migration that changes what objects depend on', () => {
  it(
    'changes the type of a column under views, which come back with their rights',
    { tags: 'slow' },
    async () => {
      shop.write('packages/catalog/sql/prices.sql', view('name, price_cents'));
      shop.write(
        'packages/catalog/sql/top.sql',
        `-- The highest price.
-- @needs catalog/prices.sql
create or replace view top_price as select max(price_cents) as cents from prices;
create or replace function price_row(prices) returns text
language sql set search_path = public as $$ select $1.name $$;
`,
      );
      await deployed();
      await query(`grant select on prices to pg_monitor with grant option;
      grant select (cents) on top_price to pg_monitor; revoke select on top_price from public;
      revoke execute on function price_row from public; grant execute on function price_row to pg_monitor`);
      const rights = `select relname, relacl::text as acl from pg_class where relname in ('prices', 'top_price')
      union all select attname, attacl::text from pg_attribute where attacl is not null and attname = 'cents'
      union all select proname, proacl::text from pg_proc where proname = 'price_row' order by 1`;
      const before = await query(rights);
      await fragment(/ {2}\/\/\/ @generated.*\n.*\n/, '');
      shop.addMigration(
        '29990101000000_wide',
        'alter table items drop column doubled;\nalter table items alter column price_cents type bigint;\n',
      );
      expect(await deployed()).toMatchObject({ migrations: ['29990101000000_wide'], left: [] });
      expect(await query(rights)).toEqual(before);
      expect(
        await query(`select pg_typeof(price_cents)::text as type from prices
        union all select pg_typeof(cents)::text from top_price`),
      ).toEqual([{ type: 'bigint' }]);
      expect((await shop.migrator('status')).code).toBe(0);
    },
  );

  it(
    'drops a column that a policy reads, when the file has a new policy',
    { tags: 'slow' },
    async () => {
      const policy = (using: string) => `-- Who sees what.
-- @needs Sale
drop policy if exists seen on sales;
create policy seen on sales using (${using});
`;
      shop.write('packages/catalog/sql/policy.sql', policy('amount > 0'));
      await deployed();
      await fragment(/ {2}amount Int\n/, '');
      shop.addMigration('29990101000000_drop', 'alter table sales drop column amount;\n');
      const refused = await shop.migrator('deploy');
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('MIGRATOR.OBJECT_BROKEN');
      expect(refused.stderr).toContain('packages/catalog/sql/policy.sql');
      expect(await query('select amount from sales')).toEqual([]);
      expect(await query('select 1 as one from pg_policies')).toHaveLength(1);
      shop.write('packages/catalog/sql/policy.sql', policy('sold_at > now()'));
      await deployed();
      expect(await query('select qual from pg_policies')).toEqual([{ qual: '(sold_at > now())' }]);
      expect((await shop.migrator('status')).code).toBe(0);
    },
  );

  it(
    'is undone when it renames a table that a function’s text still reads',
    { tags: 'slow' },
    async () => {
      shop.addMigration('29990101000000_rename', 'alter table items rename to goods;\n');
      const run = await shop.migrator('deploy');
      expect(run.code).toBe(2);
      expect(run.stderr).toContain('MIGRATOR.OBJECT_BROKEN');
      expect(run.stderr).toContain('packages/catalog/sql/cheapest.sql');
      expect(await query(`select to_regclass('goods') as goods`)).toEqual([{ goods: null }]);
      expect((await status()).driftedObjects).toEqual([]);
    },
  );

  it(
    'warns where a body that the server cannot check names a table that is gone',
    { tags: 'slow' },
    async () => {
      const body = (table: string) => `-- Counts.
-- @needs Item
create or replace function counted() returns bigint language plpgsql set search_path = public as $$
begin return (select count(*) from ${table}); end $$;
`;
      shop.write('packages/catalog/sql/cheapest.sql', body('items'));
      await deployed();
      shop.addMigration('29990101000000_rename', 'alter table items rename to goods;\n');
      const run = await shop.migrator('deploy');
      expect(run.stderr).toContain('packages/catalog/sql/cheapest.sql still names items');
    },
  );

  it('joins the migrations between which an object would not fit', { tags: 'slow' }, async () => {
    shop.write('packages/catalog/sql/prices.sql', view('doubled'));
    await deployed();
    await fragment(/ {2}\/\/\/ @generated.*\n.*\n/, '  note String?\n');
    shop.write('packages/catalog/sql/prices.sql', view('note'));
    shop.addMigration('29990101000000_one', 'alter table items drop column doubled;\n');
    shop.addMigration('29990102000000_two', 'alter table items add column note text;\n');
    const run = await shop.migrator('deploy');
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('29990101000000_one with 29990102000000_two');
    expect(await query('select note from prices')).toEqual([]);
    expect((await shop.migrator('status')).code).toBe(0);
  });

  it('says which object of no file stands in the way', { tags: 'slow' }, async () => {
    shop.write(
      'packages/catalog/sql/sold.sql',
      '-- Sales.\n-- @needs Sale\ncreate or replace view sold as select amount from sales;\n',
    );
    await deployed();
    rmSync(path.join(shop.root, 'packages/catalog/sql/sold.sql'));
    shop.addMigration(
      '29990101000000_gone',
      `do $$ begin execute 'alter table sales alter column amount type bigint'; end $$;\n`,
    );
    const run = await shop.migrator('deploy');
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('MIGRATOR.OBJECTS_LEFT');
    expect(run.stderr).toContain('view public.sold');
    expect(await oidOf('sold')).not.toBeNull();
    expect((await deployed('--prune')).dropped).toEqual(['view public.sold']);
    expect(await oidOf('sold')).toBeNull();
    expect((await shop.migrator('status')).code).toBe(0);
  });
});

describe('a migration that drops a table', () => {
  it(
    'takes the views on it that no file makes along, where it is told to',
    { tags: 'slow' },
    async () => {
      shop.write(
        'packages/catalog/sql/sold.sql',
        '-- @needs Sale\ncreate view sold as select * from sales;\n',
      );
      await deployed();
      rmSync(path.join(shop.root, 'packages/catalog/sql/sold.sql'));
      await fragment(/\/\/\/ What was sold[^]*$/, '');
      shop.addMigration('29990101000000_gone', 'drop table sales;\n');
      expect((await shop.migrator('deploy')).code).toBe(3);
      expect(await oidOf('sales')).not.toBeNull();
      expect(await deployed('--prune')).toMatchObject({ dropped: ['view public.sold'] });
      expect(await oidOf('sales')).toBeNull();
      expect((await shop.migrator('status')).code).toBe(0);
    },
  );
});

describe('the record of objects', () => {
  it(
    'is not believed where an object was dropped or changed by hand',
    { tags: 'slow' },
    async () => {
      shop.write('packages/catalog/sql/prices.sql', view('name'));
      await deployed();
      await query(`drop trigger refuse_change on sales; drop view prices;
      create or replace function cheapest() returns integer language sql as 'select 1';
      comment on table items is 'other'`);
      const seen = await status();
      expect(seen.upToDate).toBe(false);
      expect(seen.driftedObjects).toEqual([
        expect.objectContaining({
          object: 'trigger refuse_change on public.sales',
          state: 'missing',
        }),
        expect.objectContaining({ object: 'comment on table public.items', state: 'changed' }),
        expect.objectContaining({ object: 'function public.cheapest()', state: 'changed' }),
        expect.objectContaining({ object: 'view public.prices', state: 'missing' }),
      ]);
      const dry = await deployed('--dry-run');
      expect(dry.objects).toHaveLength(4);
      expect(await oidOf('prices')).toBeNull();
      expect((await deployed()).objects).toEqual(dry.objects);
      expect((await shop.migrator('status')).code).toBe(0);
      expect(await query('select name from prices')).toEqual([]);
    },
  );

  it('sees a trigger that was switched off', { tags: 'slow' }, async () => {
    await query('alter table sales disable trigger refuse_change');
    expect((await status()).driftedObjects).toMatchObject([{ state: 'changed' }]);
    await deployed();
    await expect(query('truncate sales')).rejects.toMatchObject({ code: '23001' });
    expect((await shop.migrator('status')).code).toBe(0);
  });

  it('keeps what no file makes any more until it is told to prune', { tags: 'slow' }, async () => {
    rmSync(path.join(shop.root, 'packages/catalog/sql/cheapest.sql'));
    expect((await status()).leftObjects).toEqual(['function public.cheapest()']);
    expect((await shop.migrator('status')).code).toBe(0);
    expect(await deployed('--dry-run', '--prune')).toMatchObject({
      dropped: ['function public.cheapest()'],
    });
    expect(await deployed()).toMatchObject({ dropped: [], left: ['function public.cheapest()'] });
    expect(await deployed('--prune')).toMatchObject({
      dropped: ['function public.cheapest()'],
      left: [],
    });
    expect(await query(`select 1 from pg_proc where proname = 'cheapest'`)).toEqual([]);
    expect(await deployed('--prune')).toMatchObject({ dropped: [], left: [] });
  });

  it('follows an object that moves from one file to another', async () => {
    const text = `-- Moved.\ncreate or replace function moved() returns integer language sql as 'select 1';\n`;
    shop.write('packages/catalog/sql/one.sql', text);
    await deployed();
    shop.write('packages/catalog/sql/one.sql', '-- Nothing.\nselect 1;\n');
    shop.write('packages/catalog/sql/two.sql', text);
    expect(await deployed()).toMatchObject({ left: [] });
    expect((await status()).leftObjects).toEqual([]);
  });

  it('drops with an ordinary deploy what a file says to drop', async () => {
    shop.write(
      'packages/catalog/sql/cheapest.sql',
      '-- Gone.\ndrop function if exists cheapest();\n',
    );
    expect(await deployed()).toMatchObject({ left: [] });
    expect(await query(`select 1 from pg_proc where proname = 'cheapest'`)).toEqual([]);
  });
});

describe('a schema that no migration makes', () => {
  it('is told as such', async () => {
    await fragment(/ {2}amount Int\n/, '  amount Int\n  note String?\n');
    const run = await shop.migrator('deploy');
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('MIGRATOR.SCHEMA_AHEAD');
  });
});

describe('a changed file', () => {
  it('replaces what PostgreSQL cannot replace, and what depends on it', async () => {
    shop.write('packages/catalog/sql/prices.sql', view('name, price_cents'));
    shop.write(
      'packages/catalog/sql/top.sql',
      `-- @needs catalog/prices.sql
create or replace view top_price as select max(price_cents) as cents from prices;
`,
    );
    await deployed();
    shop.write('packages/catalog/sql/prices.sql', view('price_cents::bigint as price_cents'));
    const result = await deployed();
    expect([...result.objects].sort()).toEqual([
      'packages/catalog/sql/prices.sql',
      'packages/catalog/sql/top.sql',
    ]);
    expect(await query(`select pg_typeof(cents)::text as type from top_price`)).toEqual([
      { type: 'bigint' },
    ]);
    shop.write(
      'packages/catalog/sql/cheapest.sql',
      `-- @needs Item
create or replace function cheapest() returns bigint
language sql set search_path = public as $$ select min(price_cents)::bigint from items $$;
`,
    );
    await deployed();
    expect((await shop.migrator('status')).code).toBe(0);
  });

  it('is applied whole with the files it needs, or not at all', async () => {
    shop.write('packages/catalog/sql/prices.sql', view('name'));
    shop.write(
      'packages/catalog/sql/top.sql',
      '-- @needs catalog/prices.sql\ncreate or replace view top as select colour from prices;\n',
    );
    const run = await shop.migrator('deploy');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('packages/catalog/sql/top.sql');
    expect(run.stderr).toContain('42703');
    expect(await oidOf('prices')).toBeNull();
  });

  it('sees what is made inside a block that catches errors', async () => {
    shop.write(
      'packages/catalog/sql/block.sql',
      `-- Made in a block.
do $$ begin
  create or replace view inner_view as select 1 as one;
exception when others then raise;
end $$;
`,
    );
    await deployed();
    await query('drop view inner_view');
    expect((await status()).driftedObjects).toMatchObject([
      { object: 'view public.inner_view', state: 'missing' },
    ]);
  });

  it('is refused where it needs a model that does not exist', async () => {
    shop.write('packages/catalog/sql/bad.sql', '-- @needs Itme\nselect 1;\n');
    const run = await shop.migrator('deploy');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('Itme');
  });
});
