import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMigratedShop, type Shop } from '../shop-workspace.ts';

const NAME = '20990101000000_broken';
let shop: Shop;

beforeEach(async () => {
  shop = await openMigratedShop();
  await query(`insert into items (id, name, price_cents, updated_at) values
    (gen_random_uuid(), 'apple', 50, now()), (gen_random_uuid(), 'pear', 50, now())`);
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

function write(up: string, down: string) {
  const folder = path.join(shop.migrations, NAME);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'migration.sql'), up);
  writeFileSync(path.join(folder, 'down.sql'), down);
  writeFileSync(path.join(folder, 'meta.json'), '{ "reversible": true, "losses": [] }');
}

/** The migration as one that was begun and cut off after some of its statements. */
async function failHaving(done: string) {
  await shop.migrator('seal');
  await query(`${done}; insert into _prisma_migrations (id, checksum, migration_name)
    values (gen_random_uuid(), encode(sha256('x'), 'hex'), '${NAME}')`);
}

async function resolve(...args: string[]) {
  const run = await shop.migrator('resolve', NAME, '--json', ...args);
  return {
    ...run,
    result: JSON.parse(run.stdout) as {
      statements: { state: string }[];
      possible: string[];
      resolved: string | null;
    },
  };
}

async function status() {
  const run = await shop.migrator('status', '--json');
  return JSON.parse(run.stdout) as { applied: string[]; failed: string[]; pending: string[] };
}

const STEPS = [
  'create table shelves (id int primary key)',
  'update items set price_cents = price_cents + 1',
  'create index shelved on shelves (id)',
  `comment on table shelves is 'Where things stand'`,
] as const;
const UP = `${STEPS.join(';\n')};`;
const DOWN = 'drop table if exists shelves;';

describe('resolve', () => {
  it('shows what was applied and what not, and changes nothing', { tags: 'slow' }, async () => {
    write(UP, DOWN);
    await failHaving(STEPS.slice(0, 3).join(';'));
    const { code, result } = await resolve();
    expect(code).toBe(3);
    expect(result.statements.map(({ state }) => state)).toEqual([
      'done',
      'done',
      'done',
      'not-done',
    ]);
    expect(result).toMatchObject({ possible: ['continue', 'rolled-back'], resolved: null });
    expect((await status()).failed).toEqual([NAME]);
  });

  it('continues with what is not done, once', async () => {
    write(UP, DOWN);
    await failHaving(STEPS.slice(0, 3).join(';'));
    expect(await resolve('--continue')).toMatchObject({
      code: 0,
      result: { resolved: 'continue' },
    });
    expect(await status()).toMatchObject({ failed: [], pending: [] });
    expect(await query('select price_cents from items')).toEqual([
      { price_cents: 51 },
      { price_cents: 51 },
    ]);
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
  });

  it(
    'goes back by down.sql from what is done, and deploy applies it anew',
    { tags: 'slow' },
    async () => {
      write(UP, DOWN);
      await failHaving(STEPS[0]);
      expect(await resolve('--rolled-back')).toMatchObject({ code: 0 });
      expect(await status()).toMatchObject({ failed: [], pending: [NAME] });
      expect(await query(`select from pg_class where relname = 'shelves'`)).toEqual([]);
      expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    },
  );

  it('marks applied only what the catalog proves', { tags: 'slow' }, async () => {
    write(UP, DOWN);
    await failHaving(STEPS.slice(0, 3).join(';'));
    const refused = await resolve('--applied');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('MIGRATOR.RESOLUTION_UNPROVEN');
    expect(refused.stderr).toContain('comment on table public.shelves');
    expect((await status()).failed).toEqual([NAME]);
    await query(STEPS[3]);
    expect(await resolve('--applied')).toMatchObject({ code: 0 });
    expect((await status()).applied).toContain(NAME);
  });

  it(
    'takes no word for rows that it cannot see, unless it is forced',
    { tags: 'slow' },
    async () => {
      write('update items set price_cents = 1;', '');
      await failHaving('select 1');
      expect((await resolve()).result.statements).toMatchObject([{ state: 'untraced' }]);
      expect((await resolve('--applied')).stderr).toContain('MIGRATOR.RESOLUTION_UNPROVEN');
      expect(await resolve('--applied', '--force')).toMatchObject({ code: 0 });
      expect((await status()).applied).toContain(NAME);
    },
  );

  it(
    'resolves a migration that can never run, and an unparsable one, as rolled back',
    { tags: 'slow' },
    async () => {
      write('create table shelves (id int); alter table nowhere add x int;', DOWN);
      await shop.migrator('seal');
      expect(await shop.migrator('deploy')).toMatchObject({ code: 4 });
      const shown = await resolve();
      expect(shown.result.statements.map(({ state }) => state)).toEqual(['not-done', 'fails']);
      expect((await resolve('--continue')).code).toBe(3);
      expect(await resolve('--rolled-back')).toMatchObject({ code: 0 });
      write('crate table shelves ();', DOWN);
      await failHaving('select 1');
      expect(await resolve('--rolled-back')).toMatchObject({ code: 0 });
      expect((await status()).failed).toEqual([]);
    },
  );

  it('finds the invalid index of a build that was cut off', { tags: 'slow' }, async () => {
    write(
      'create unique index concurrently one_price on items (price_cents);',
      'drop index if exists one_price;',
    );
    await shop.migrator('seal');
    await shop.migrator('deploy');
    const { result } = await resolve();
    expect(result.statements).toMatchObject([{ state: 'partly' }]);
    expect(result.possible).toEqual(['rolled-back']);
    expect(await resolve('--rolled-back')).toMatchObject({ code: 0 });
    expect(await query(`select from pg_class where relname = 'one_price'`)).toEqual([]);
  });

  it('says so where nothing has failed', async () => {
    const run = await shop.migrator('resolve');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('MIGRATOR.NOTHING_TO_RESOLVE');
  });
});
