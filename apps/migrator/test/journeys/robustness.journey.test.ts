/** @module-tag slow */
import { writeFileSync } from 'node:fs';
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

const isThere = async (name: string) =>
  (await query<{ there: boolean }>(`select to_regclass('${name}') is not null as there`))[0]?.there;

/** Waits until a migrator's session runs a statement, and answers its process in the server. */
async function sessionThatRuns(text: string): Promise<number> {
  let found: { pid: number }[] = [];
  await expect
    .poll(async () => {
      found = await query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = 'migrator' and state = 'active'
           and query like '%${text}%'`,
      );
      return found;
    })
    .toHaveLength(1);
  return found[0]?.pid ?? 0;
}

function endOf(child: ReturnType<Shop['start']>): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, stderr });
    });
  });
}

const SLOW_OBJECT = `-- Takes long.
create or replace view slow_view as select 1 as one;
select pg_sleep(1.5);
create or replace view slower_view as select 2 as two;
`;

describe('a migrator that is cut off', () => {
  it('leaves nothing of a migration when the server ends its session, and the next one goes on', async () => {
    shop.addMigration('29990101000000_slow', 'create table half (id int);\nselect pg_sleep(30);\n');
    const child = shop.start('deploy');
    const end = endOf(child);
    await query(`select pg_terminate_backend(${await sessionThatRuns('pg_sleep(30)')})`);
    const { code, stderr } = await end;
    expect(code).toBe(4);
    expect(stderr).toContain('MIGRATOR.DATABASE_FAULT');
    expect(stderr).toContain('57P01');
    expect(await isThere('half')).toBe(false);
    shop.addMigration('29990101000000_slow', 'create table half (id int);\n');
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await isThere('half')).toBe(true);
  });

  it('leaves nothing of a file of objects when it is killed, and the server stops its statement', async () => {
    shop.write('packages/catalog/sql/slow.sql', SLOW_OBJECT.replace('1.5', '60'));
    const child = shop.start('deploy');
    const pid = await sessionThatRuns('pg_sleep(60)');
    child.kill('SIGKILL');
    await expect
      .poll(() => query(`select 1 from pg_stat_activity where pid = ${pid}`))
      .toHaveLength(0);
    expect(await isThere('slow_view')).toBe(false);
    shop.write('packages/catalog/sql/slow.sql', SLOW_OBJECT);
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await isThere('slower_view')).toBe(true);
  });

  it('tells of objects when the server ends its session', async () => {
    shop.write('packages/catalog/sql/slow.sql', SLOW_OBJECT.replace('1.5', '60'));
    const end = endOf(shop.start('deploy'));
    await query(`select pg_terminate_backend(${await sessionThatRuns('pg_sleep(60)')})`);
    const { code, stderr } = await end;
    expect(code).toBe(4);
    expect(stderr).toContain('MIGRATOR.DATABASE_FAULT');
    expect(await isThere('slow_view')).toBe(false);
  });
});

describe('eight migrators at once', () => {
  it('apply objects and migrations once, and all end well', async () => {
    shop.addMigration('29990101000000_more', 'create table more (id int);\n');
    for (let file = 0; file < 6; file += 1) {
      shop.write(
        `packages/catalog/sql/view-${file}.sql`,
        `-- One of many.\n${file > 0 ? `-- @needs catalog/view-${file - 1}.sql\n` : ''}create or replace view view_${file} as select ${file} as n;\n`,
      );
    }
    const runs = await Promise.all(
      Array.from({ length: 8 }, () => shop.migrator('deploy', '--json')),
    );
    expect(runs.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0));
    const results = runs.map(
      ({ stdout }) => JSON.parse(stdout) as { migrations: string[]; objects: string[] },
    );
    expect(results.filter(({ migrations }) => migrations.length > 0)).toHaveLength(1);
    expect(results.filter(({ objects }) => objects.length > 0)).toHaveLength(1);
    expect((await shop.migrator('status')).code).toBe(0);
  });
});

const OWN = '-- lint-allow transaction-control: dumped\n';

describe('a migration of unusual form', () => {
  it.each([
    ['with nothing in it', ''],
    ['with a comment alone', '-- to be written\n'],
    ['with a byte order mark', '\uFEFFcreate table marked (id int);\n'],
    ['with CRLF', 'create table crlf (\r\n  id int\r\n);\r\n'],
    ['with a changed session', `set role none; set search_path = ''; set statement_timeout = 1;\n`],
  ])('is applied %s', async (_, sql) => {
    shop.addMigration('29990101000000_odd', sql);
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await shop.migrator('status')).toMatchObject({ code: 0 });
    expect((await shop.migrator('deploy')).stderr).toContain('nothing to do');
  });

  it('is applied where it is huge', async () => {
    const rows = Array.from({ length: 200_000 }, (_, row) => `(${row}, 'row number ${row}')`);
    shop.addMigration(
      '29990101000000_huge',
      `create table huge (id int, name text);\ninsert into huge values\n${rows.join(',\n')};\n`,
    );
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await query('select count(*)::int as n from huge')).toEqual([{ n: 200_000 }]);
  });

  it('may begin and end transactions by itself, and is seen as failed where it was cut off', async () => {
    shop.addMigration(
      '29990101000000_own',
      `${OWN}begin;\ncreate table own (id int);\n${OWN}commit;\n`,
    );
    const applied = await shop.migrator('deploy');
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stderr).toContain('by itself');
    expect(await isThere('own')).toBe(true);
    shop.addMigration(
      '29990102000000_half',
      `${OWN}begin;\ncreate table kept (id int);\n${OWN}commit;\nselect 1 / 0;\n`,
    );
    const failed = await shop.migrator('deploy');
    expect(failed.code).toBe(4);
    expect(failed.stderr).toContain('MIGRATOR.MIGRATION_CUT_OFF');
    expect(await isThere('kept')).toBe(true);
    const status = JSON.parse((await shop.migrator('status', '--json')).stdout) as object;
    expect(status).toMatchObject({
      failed: ['29990102000000_half'],
      applied: expect.arrayContaining(['29990101000000_own']) as unknown,
    });
  });

  it('may build an index without a lock, alone', async () => {
    shop.addMigration(
      '29990101000000_index',
      '-- beside the writers\ncreate index concurrently items_price on items (price_cents);\n',
    );
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await isThere('items_price')).toBe(true);
    shop.addMigration(
      '29990102000000_two',
      'create table two (id int);\n-- lint-allow concurrently-not-alone: tried\ncreate index concurrently items_two on items (price_cents);\n',
    );
    const run = await shop.migrator('deploy');
    expect(run.stderr).toContain('the only one of its migration');
    expect(await isThere('two')).toBe(false);
  });
});

describe('a server that refuses a command as a whole', () => {
  it('is told in a coded error', async () => {
    await query(`alter database "${shop.database.name}" set default_transaction_read_only = on`);
    shop.addMigration('29990101000000_more', 'create table more (id int);\n');
    const run = await shop.migrator('deploy');
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('25006');
  });
});

describe('a file of objects of unusual form', () => {
  it('is applied with a byte order mark and CRLF, and refused where it is not UTF-8', async () => {
    shop.write(
      'packages/catalog/sql/odd.sql',
      '\uFEFF-- Odd.\r\ncreate or replace view odd\r\nas select 1 as one;\r\n',
    );
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await isThere('odd')).toBe(true);
    writeFileSync(path.join(shop.root, 'packages/catalog/sql/odd.sql'), Buffer.from([0xff]));
    const run = await shop.migrator('deploy');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('packages/catalog/sql/odd.sql');
  });
});
