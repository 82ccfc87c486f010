import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PlanReport } from '../../src/plan/plan-report.ts';
import type { DatabaseStatistics } from '../../src/statistics/database-statistics.ts';
import { openMigratedShop, type Run, type Shop } from '../shop-workspace.ts';

const GIGABYTE = 1024 ** 3;
/** Nothing listens there: whoever needs a database fails. */
const NO_DATABASE = { DATABASE_URL: 'postgresql://nobody:none@127.0.0.1:1/none' };

let shop: Shop;

beforeAll(async () => {
  shop = await openMigratedShop();
});

// All of them plan for one database, which planning does not change.
afterEach(() => {
  for (const name of readdirSync(shop.migrations)) {
    if (/^(1|29)99/.test(name)) rmSync(path.join(shop.migrations, name), { recursive: true });
  }
});

afterAll(() => shop.remove());

async function query(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function planned(...args: string[]): Promise<PlanReport> {
  return JSON.parse((await shop.migrator('plan', '--json', ...args)).stdout) as PlanReport;
}

const statsFile = () => path.join(shop.root, 'stats.json');

async function takeStatistics(
  change: (it: DatabaseStatistics) => void = () => undefined,
): Promise<void> {
  expect(await shop.migrator('plan', '--stats-out', statsFile())).toMatchObject({ code: 0 });
  const statistics = JSON.parse(readFileSync(statsFile(), 'utf8')) as DatabaseStatistics;
  change(statistics);
  writeFileSync(statsFile(), JSON.stringify(statistics));
}

const offline = (...args: string[]): Promise<Run> =>
  shop.migratorWith(NO_DATABASE, 'plan', '--stats', statsFile(), ...args);

describe('an operator before a deploy', () => {
  it('hears that there is nothing to do', async () => {
    const run = await shop.migrator('plan');
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('0 migration(s)');
  });

  it('hears of each statement what it locks, whom it blocks and what it does, and nothing is changed', async () => {
    shop.addMigration(
      '29990101000000_more',
      `alter table items add column code text;\n  alter table items alter column price_cents type bigint;\ncreate table notes (item_id uuid references items);\n`,
    );
    const run = await shop.migrator('plan');
    expect(run.code).toBe(0);
    for (const words of [
      '29990101000000_more  (one transaction, not sealed)',
      '1:1  alter table items add column code text',
      'ACCESS EXCLUSIVE on public.items',
      'blocks reads, writes, vacuum, schema changes',
      '2:3  alter table items alter column',
      'writes anew public.items',
      'SHARE ROW EXCLUSIVE on public.items',
      'worst lock ACCESS EXCLUSIVE on public.items',
    ]) {
      expect(run.stdout).toContain(words);
    }
    const status = JSON.parse((await shop.migrator('status', '--json')).stdout) as {
      pending: string[];
    };
    expect(status.pending).toEqual(['29990101000000_more']);
  });

  it('hears which objects read what is changed, and which rights and hooks follow', async () => {
    shop.addMigration('29990101000000_more', 'alter table items add column code text;');
    shop.write(
      'packages/catalog/sql/new.sql',
      '-- New.\ncreate or replace view new_view as select 1 as one;\n',
    );
    shop.write(
      'packages/catalog/package.json',
      '{ "name": "@shop/catalog", "version": "0.0.0", "schemaDomain": "catalog", "migrator": { "afterDeploy": ["select 1"] } }',
    );
    expect(await planned()).toMatchObject({
      objects: {
        apply: ['packages/catalog/sql/new.sql'],
        around: expect.arrayContaining(['packages/catalog/sql/cheapest.sql']) as unknown,
      },
      hooks: [{ package: '@shop/catalog', sql: 'select 1' }],
    });
  });

  it('is warned of what nobody can know, and of SQL that cannot be read', async () => {
    shop.addMigration(
      '29990101000000_do',
      `do $$ begin drop table items; end $$;\nalter table other add x int;`,
    );
    shop.addMigration('29990102000000_bad', `alter tabel items;`);
    const run = await shop.migrator('plan');
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('not known: What a DO block does inside is not known.');
    expect(run.stdout).toContain('syntax error at line 1, column 7');
    expect(run.stdout).toContain('ACCESS EXCLUSIVE on public.other');
  });

  it('hears of names of every sort as they are', async () => {
    await query(
      `create schema "se""cond"; create table "se""cond"."Über Tisch" (id int); create table "order" (id int)`,
    );
    shop.addMigration(
      '29990101000000_odd',
      `\uFEFFalter table "se""cond"."Über Tisch" add column "a b" int;\r\nalter table "order" add column x int;\r\n`,
    );
    const plan = await planned();
    const locks = plan.migrations.flatMap(({ statements }) => statements.flatMap((it) => it.locks));
    expect(locks).toMatchObject([
      { relation: '"se""cond"."Über Tisch"', mode: 'ACCESS EXCLUSIVE', size: { bytes: 0 } },
      { relation: 'public.order', mode: 'ACCESS EXCLUSIVE', size: { bytes: 0 } },
    ]);
    expect(plan.total.unknown).toBe(0);
  });

  it('is told that a history which does not fit would not be deployed', async () => {
    shop.addMigration('19990101000000_late', 'select 1');
    const run = await shop.migrator('plan');
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('MIGRATOR.HISTORY_BROKEN');
  });
});

describe('a pipeline without a database', () => {
  it('judges by real sizes, and fails where a lock would be held for long', async () => {
    await takeStatistics(({ tables }) => {
      for (const table of tables.filter(({ name }) => name === 'items')) {
        Object.assign(table, { rows: 10_000_000, bytes: 4 * GIGABYTE, indexBytes: GIGABYTE });
      }
    });
    shop.addMigration('29990101000000_quick', 'alter table items add column code text;');
    expect(await offline()).toMatchObject({ code: 0 });
    shop.addMigration('29990102000000_slow', 'create index on items (code);');
    const run = await offline();
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('! 1:1  create index on items (code)');
    expect(run.stdout).toContain(
      'SHARE on public.items (about 10,000,000 rows, 4096 MB, indexes 1024 MB)',
    );
    expect(run.stdout).toContain('blocks writes, vacuum, schema changes, held for 20 s to 5 min');
  });

  it('gets a file that holds no value of any row, and no text of any expression', async () => {
    await query(
      `create table told (id int, word text default 'canary-default' check (word <> 'canary-check'));
       insert into told values (1, 'canary-row');
       comment on table told is 'canary-comment';
       create index told_some on told (id) where word = 'canary-index';
       create view told_view as select * from told where word = 'canary-view';
       create domain told_domain as text check (value <> 'canary-domain');
       create type told_enum as enum ('canary-label');
       analyze told`,
    );
    await takeStatistics();
    const text = readFileSync(statsFile(), 'utf8');
    expect(text).toContain('told_some');
    expect(text).not.toContain('canary');
  });

  it('refuses a file that is missing, old, or of another history', { tags: 'slow' }, async () => {
    const missing = await shop.migratorWith(NO_DATABASE, 'plan', '--stats', 'nowhere.json');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('MIGRATOR.STATISTICS_INVALID');
    await takeStatistics((it) => Object.assign(it, { takenAt: '2020-01-01T00:00:00.000Z' }));
    expect(await offline()).toMatchObject({ code: 3 });
    expect((await offline()).stderr).toContain('MIGRATOR.STATISTICS_OUTDATED');
    expect(await offline('--stats-max-age', '99999')).toMatchObject({ code: 0 });
    await takeStatistics((it) =>
      Object.assign(it, { applied: [{ name: '20200101000000_elsewhere', checksum: 'x' }] }),
    );
    expect((await offline()).stderr).toContain('MIGRATOR.STATISTICS_FOREIGN');
  });

  it('writes Markdown that folds what is harmless', async () => {
    shop.addMigration(
      '29990101000000_more',
      'alter table items add column code text;\ndo $$ begin end $$;\n',
    );
    await takeStatistics();
    const run = await offline('--markdown');
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('### Migration plan for PostgreSQL 18');
    expect(run.stdout).toContain('⚠️ 2:1 `do $$ begin end $$`');
    expect(run.stdout).toMatch(
      /<details>\n<summary>1 statement\(s\) without risk<\/summary>\n\n- 1:1/,
    );
  });

  it('is refused what makes no sense together', async () => {
    for (const args of [
      ['--stats', 'a', '--stats-out', 'b'],
      ['--json', '--markdown'],
      ['--stats-max-age', 'soon'],
    ]) {
      expect(await shop.migrator('plan', ...args)).toMatchObject({ code: 2 });
    }
  });
});

describe('a pipeline after a deploy', () => {
  it('finds what is pending from what the file says is applied', { tags: 'slow' }, async () => {
    shop.addMigration('29990101000000_early', 'alter table items add column code text;');
    await takeStatistics();
    expect((await offline('--json')).stdout).toContain('29990101000000_early');
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    await takeStatistics();
    const report = JSON.parse((await offline('--json')).stdout) as PlanReport;
    expect(report.migrations).toEqual([]);
    shop.addMigration('29990101000000_early', 'select 2;');
    expect((await offline()).stderr).toContain('29990101000000_early was changed');
  });
});
