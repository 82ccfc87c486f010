import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  shop.write(
    'packages/catalog/sql/upkeep.sql',
    `-- What only the owner does.
-- @internal
create or replace function forget_items() returns void
language sql security definer set search_path = public as $$ delete from items $$;
`,
  );
  shop.write(
    'packages/catalog/sql/names.sql',
    `-- Keeps names in lower case, and shows them.
create or replace function lower_name() returns trigger
language plpgsql set search_path = public as $$ begin new.name := lower(new.name); return new; end $$;
create or replace trigger items_lower_name before insert or update on items
  for each row execute function lower_name();
create or replace view item_names as select name from items;
`,
  );
});

afterEach(() => shop.remove());

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function asOwner(sql: string): Promise<unknown[]> {
  return withClient(
    shop.database.url,
    async (client) => (await client.query<Record<string, unknown>>(sql)).rows,
  );
}

/** What the application role gets for a statement: its rows, or the SQLSTATE of the refusal. */
async function asApplication(sql: string): Promise<unknown> {
  return withClient(shop.appUrl, (client) =>
    client.query(sql).then(
      ({ rows }) => rows as unknown,
      (error: { code: string }) => error.code,
    ),
  );
}

describe('roles sync', () => {
  it('changes nothing the second time, and mends what was changed by hand', async () => {
    await shop.migrator('dev', '--name', 'first');
    const sync = async () =>
      JSON.parse((await shop.migrator('roles', 'sync', '--json')).stdout) as unknown;
    expect(await sync()).toMatchObject({ changed: true });
    expect(await sync()).toMatchObject({ changed: false });
    await asOwner('grant delete, truncate on sales to public');
    await asOwner(`grant update on sales to "${shop.database.name}_app"`);
    await asOwner('grant execute on function forget_items() to public');
    expect(await sync()).toMatchObject({ changed: true });
    expect(await asApplication('delete from sales')).toBe('42501');
    expect(await asApplication('update sales set amount = 1')).toBe('42501');
    expect(await asApplication('select forget_items()')).toBe('42501');
    expect(await sync()).toMatchObject({ changed: false });
  });

  it('leaves the application no way to make, alter or empty a table', async () => {
    await shop.migrator('roles', 'sync');
    await shop.migrator('dev', '--name', 'first');
    for (const sql of [
      'create table mine (id int)',
      'alter table items add column mine int',
      'truncate items',
      'select * from sale_partitions.sales_default',
      'update _prisma_migrations set logs = null',
      'delete from migrator.objects',
    ]) {
      expect(await asApplication(sql), sql).toBe('42501');
    }
  });
});

describe('the application role', () => {
  it('may use what a deploy made as soon as it ends, but not what is internal', async () => {
    await shop.migrator('roles', 'sync');
    await shop.migrator('dev', '--name', 'first');
    await asApplication(`insert into items values (gen_random_uuid(), 'Fig', 5, default, now())`);
    expect(await asApplication('update items set price_cents = 7')).toEqual([]);
    expect(await asApplication('select cheapest(), name from item_names')).toEqual([
      { cheapest: 7, name: 'fig' },
    ]);
    expect(await asApplication('select forget_items()')).toBe('42501');
  });

  it('loses a function that becomes internal, and gains one that no longer is', async () => {
    await shop.migrator('roles', 'sync');
    await shop.migrator('dev', '--name', 'first');
    shop.write(
      'packages/catalog/sql/cheapest.sql',
      `-- The lowest price.
-- @internal
create or replace function cheapest() returns integer
language sql stable set search_path = public as $$ select min(price_cents) from items $$;
`,
    );
    await shop.migrator('deploy');
    expect(await asApplication('select cheapest()')).toBe('42501');
    shop.write(
      'packages/catalog/sql/cheapest.sql',
      `-- The lowest price.
create or replace function cheapest() returns integer
language sql stable set search_path = public as $$ select min(price_cents) from items $$;
`,
    );
    await shop.migrator('deploy');
    expect(await asApplication('select cheapest()')).toEqual([{ cheapest: null }]);
  });

  it('finds a function that a migration makes closed, unless the migration opens it', async () => {
    await shop.migrator('roles', 'sync');
    await shop.migrator('dev', '--name', 'first');
    shop.addMigration(
      '29990101000000_functions',
      `create function shut() returns int language sql as 'select 1';
create function open() returns int language sql as 'select 2';
grant execute on function open() to public;
`,
    );
    await shop.migrator('deploy');
    await shop.migrator('roles', 'sync');
    expect(await asApplication('select shut()')).toBe('42501');
    expect(await asApplication('select open()')).toEqual([{ open: 2 }]);
  });
});
