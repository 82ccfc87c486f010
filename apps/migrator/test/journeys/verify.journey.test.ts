import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addOrders } from '../shop-orders.ts';
import { openShop, type Shop } from '../shop-workspace.ts';

interface Report {
  readonly agrees: boolean;
  readonly differences: readonly { kind: string; name: string; what: string }[];
  readonly orphans: readonly Record<string, unknown>[];
  readonly counts: Record<string, number>;
}

let shop: Shop;
let owner: pg.Client;

beforeAll(async () => {
  shop = await openShop();
  addOrders(shop);
  await shop.migrator('roles', 'sync');
  const dev = await shop.migrator('dev', '--name', 'first');
  if (dev.code !== 0) throw new Error(dev.stderr);
  owner = new pg.Client({ connectionString: shop.database.url });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await shop.remove();
});

async function verify(...args: string[]): Promise<Report & { code: number }> {
  const { code, stdout } = await shop.migrator('verify', '--json', ...args);
  return { code, ...(JSON.parse(stdout) as Report) };
}

describe('an operator who verifies a database', () => {
  it('hears that it agrees, and how much there is', async () => {
    const report = await verify();
    expect(report.differences).toEqual([]);
    expect(report).toMatchObject({
      ...{ code: 0, agrees: true },
      counts: { models: 4, tables: 4, enums: 1 },
    });
    expect(await verify()).toEqual(report);
  });

  // What was done by hand, how to undo it, and what is told.
  it.each([
    [
      'alter table lines rename to rows',
      'alter table rows rename to lines',
      'table lines',
      'table rows',
    ],
    ['create table stray (id int)', 'drop table stray', 'table stray'],
    ['alter table items add stray int', 'alter table items drop stray', 'column items.stray'],
    [
      'alter table items rename price_cents to price',
      'alter table items rename price to price_cents',
      'column items.doubled',
      'column items.price',
      'column items.price_cents',
      'check items.items_price_positive',
    ],
    [
      'alter table orders alter note type varchar(81)',
      'alter table orders alter note type varchar(80)',
      'column orders.note',
    ],
    [
      'alter table orders alter first_day drop not null',
      'alter table orders alter first_day set not null',
      'column orders.first_day',
    ],
    [
      'alter table items alter doubled drop expression',
      'alter table items drop doubled; alter table items add doubled int generated always as (price_cents * 2) stored',
      'column items.doubled',
    ],
    [
      `alter type order_state rename value 'PAID' to 'SETTLED'`,
      `alter type order_state rename value 'SETTLED' to 'PAID'`,
      'enum order_state',
      'enum order_state',
    ],
    [
      'alter type order_state rename to order_status',
      'alter type order_status rename to order_state',
      'enum order_state',
      'enum order_status',
      'column orders.state',
      'exclude orders.orders_no_overlap',
      'index orders.orders_open_number',
    ],
    ['create type stray as enum ()', 'drop type stray', 'enum stray'],
    [
      'drop index items_name_key',
      'create unique index items_name_key on items (name)',
      'index items.items_name_key',
    ],
    [
      'drop index items_name_key; create index items_name_key on items (name)',
      'drop index items_name_key; create unique index items_name_key on items (name)',
      'index items.items_name_key',
    ],
    [
      `drop index orders_open_number; create unique index orders_open_number on orders (number) where state = 'PAID'`,
      `drop index orders_open_number; create unique index orders_open_number on orders (number) where state = 'OPEN'`,
      'index orders.orders_open_number',
    ],
    [
      'drop index orders_note_idx; create index orders_note_idx on orders (upper(note))',
      'drop index orders_note_idx; create index orders_note_idx on orders (lower(note))',
      'index orders.orders_note_idx',
    ],
    ['create index stray on items (price_cents)', 'drop index stray', 'index items.stray'],
    [
      'alter table items drop constraint items_price_positive, add constraint items_price_positive check (price_cents >= -1)',
      'alter table items drop constraint items_price_positive, add constraint items_price_positive check (price_cents >= 0)',
      'check items.items_price_positive',
    ],
    [
      'alter table items drop constraint items_price_positive, add constraint items_price_positive check (price_cents >= 0) not valid',
      'alter table items validate constraint items_price_positive',
      'check items.items_price_positive',
    ],
    [
      'alter table items add constraint stray check (true)',
      'alter table items drop constraint stray',
      'check items.stray',
    ],
    [
      'alter table orders drop constraint orders_no_overlap',
      `alter table orders add constraint orders_no_overlap exclude using gist (int4range(first_day, last_day) with &&) where (state <> 'SENT')`,
      'exclude orders.orders_no_overlap',
    ],
    [
      'alter table lines drop constraint lines_order_id_fkey, add constraint lines_order_id_fkey foreign key (order_id) references orders on delete cascade on update restrict',
      'alter table lines drop constraint lines_order_id_fkey, add constraint lines_order_id_fkey foreign key (order_id) references orders on delete restrict on update restrict',
      'foreign-key lines.lines_order_id_fkey',
    ],
    [
      'alter table lines drop constraint lines_pkey',
      'alter table lines add constraint lines_pkey primary key (id)',
      'primary-key lines.lines_pkey',
    ],
    [
      'alter table sales disable row level security',
      'alter table sales enable row level security',
      'row-security sales',
    ],
    [
      'alter table sale_partitions.sales_default disable row level security',
      'alter table sale_partitions.sales_default enable row level security',
      'row-security sale_partitions.sales_default',
    ],
    [
      'alter table sales force row level security',
      'alter table sales no force row level security',
      'row-security sales',
    ],
    [
      'alter table sale_partitions.sales_default disable trigger refuse_truncate',
      'alter table sale_partitions.sales_default enable trigger refuse_truncate',
      'trigger refuse_truncate on sale_partitions.sales_default',
      'trigger sale_partitions.sales_default',
    ],
    [
      'create policy stray on sales using (true)',
      'drop policy stray on sales',
      'policy stray on public.sales',
    ],
    [
      'alter policy sales_read on sales using (amount > 0)',
      'alter policy sales_read on sales using (true)',
      'policy sales_read on public.sales',
    ],
    ['grant truncate on items to public', 'revoke truncate on items from public', 'rights APP'],
  ] as const)('is told of: %s', { tags: 'slow' }, async (change, undo, ...expected) => {
    await owner.query(change);
    const report = await verify('--skip', 'engine', 'orphans');
    await owner.query(undo);
    // A column that was made anew has lost its comment.
    await shop.migrator('deploy');
    const told = report.differences.map(({ kind, name }) =>
      `${kind} ${name}`.replace(`${shop.database.name}_app`, 'APP'),
    );
    expect(told).toEqual(expected);
    expect(report.code).toBe(3);
    expect((await verify('--skip', 'engine', 'orphans')).differences).toEqual([]);
  });

  it(
    'is told of a view that shows what row security hides, though through another',
    { tags: 'slow' },
    async () => {
      const file = 'packages/catalog/sql/sold.sql';
      const views = (options: string) => `-- What was sold.
-- @needs Sale
create or replace view sold ${options} as select amount from sales;
create or replace view sold_most as select max(amount) from sold;
`;
      shop.write(file, views(''));
      await shop.migrator('deploy');
      const told = await verify('--skip', 'engine', 'orphans');
      expect(told.differences.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
        'row-security sold',
        'row-security sold_most',
      ]);
      const { rows } = await owner.query<{ knows: boolean }>(
        `select current_setting('server_version_num')::int >= 150000 as knows`,
      );
      if (rows[0]?.knows === true) {
        shop.write(file, views('with (security_invoker = true)'));
        await shop.migrator('deploy');
        const left = await verify('--skip', 'engine', 'orphans');
        expect(left.differences.map(({ name }) => name)).toEqual([]);
      }
      shop.delete(file);
      await shop.migrator('deploy', '--prune');
      expect((await verify('--skip', 'engine', 'orphans')).differences).toEqual([]);
    },
  );

  it('is told by the engine of what nothing else looks at, and ends without delay', async () => {
    await owner.query(`alter table orders alter state set default 'PAID'`);
    const report = await verify('--skip', 'orphans');
    await owner.query(`alter table orders alter state set default 'OPEN'`);
    expect(report.differences.map(({ kind }) => kind)).toEqual(['engine']);
    expect(report.differences[0]?.what).toContain('"state" SET DEFAULT');
  });

  it('is told how many rows point at nothing, by field and type', async () => {
    await owner.query(`insert into items (id, name, price_cents, updated_at)
      values ('00000000-0000-7000-8000-000000000001', 'apple', 1, now())`);
    await owner.query(`insert into orders (id, first_day, last_day, state, item_id, old_names, target_type, target_id)
      select gen_random_uuid(), 1, 2, 'SENT',
             case when n % 2 = 0 then '00000000-0000-7000-8000-000000000001' else gen_random_uuid() end,
             array['apple', 'gone'],
             case n % 3 when 0 then 'ITEM' when 1 then 'items' else 'UNHEARD_OF' end,
             case when n % 6 = 1 then gen_random_uuid() else '00000000-0000-7000-8000-000000000001' end
      from generate_series(1, 41000) n`);
    const report = await verify('--skip', 'engine');
    expect(report.differences).toEqual([
      expect.objectContaining({
        kind: 'orphans',
        name: 'Order.itemId',
        what: '20500 of 41000 row(s) point at no Item.',
      }),
      expect.objectContaining({ name: 'Order.targetId (items)' }),
    ]);
    const common = { target: 'Item', type: null, outlives: false };
    expect(report.orphans).toEqual([
      { ...common, field: 'Order.itemId', rows: 41000, orphans: 20500 },
      { ...common, field: 'Order.oldNames', rows: 82000, orphans: 41000, outlives: true },
      { ...common, field: 'Order.targetId', type: 'ITEM', rows: 13666, orphans: 0 },
      {
        ...common,
        field: 'Order.targetId',
        type: 'UNHEARD_OF',
        target: null,
        rows: 13667,
        orphans: 0,
      },
      { ...common, field: 'Order.targetId', type: 'items', rows: 13667, orphans: 6834 },
    ]);
  });

  it('is told what a package’s own checks find, and which of them failed', async () => {
    const file = 'packages/catalog/package.json';
    const before = shop.read(file);
    shop.write(
      file,
      before.replace('}', ', "type": "module", "migrator": { "checks": "./checks.js" } }'),
    );
    const missing = await shop.migrator('verify', '--skip', 'engine', 'orphans');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('MIGRATOR.CHECKS_UNREADABLE');
    const check = (sql: string) =>
      shop.write(
        'packages/catalog/checks.js',
        `export const checks = [{ name: 'sold-out', async run(session) {
          const { rows } = await session.query(\`${sql}\`);
          return rows.map(({ name }) => ({ name, what: 'It is sold out.' }));
        } }];\n`,
      );
    check(`select 'pear' as name`);
    expect((await verify('--skip', 'engine', 'orphans')).differences).toEqual([
      { kind: 'check-of-package', name: 'catalog/sold-out pear', what: 'It is sold out.' },
    ]);
    check(`delete from items returning name`);
    const failed = await shop.migrator('verify', '--skip', 'engine', 'orphans');
    expect(failed.code).toBe(4);
    expect(failed.stderr).toContain('MIGRATOR.CHECK_FAILED: The check catalog/sold-out');
    expect(failed.stderr).toContain('SQLSTATE 25006');
    shop.write(file, before);
  });

  it('is told that it cannot run, where it cannot', async () => {
    const url = new URL(shop.database.url);
    url.pathname = '/no_such_database';
    const run = await shop.migratorWith({ DATABASE_URL: url.toString() }, 'verify');
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('MIGRATOR.CONNECTION_FAILED');
  });
});
