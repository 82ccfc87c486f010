import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';
import pg from 'pg';
import { createTestDatabase } from '@holovitals/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMigratedShop, type Run, type Shop } from '../shop-workspace.ts';

const BACKFILLS = 'packages/catalog/backfills';
let shop: Shop;
let client: pg.Client;

beforeAll(async () => {
  shop = await openMigratedShop();
  client = await connect(shop.database.url);
});

afterAll(async () => {
  await client.end();
  await shop.remove();
});

async function connect(url: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: url });
  session.on('error', () => undefined);
  await session.connect();
  return session;
}

async function query<T>(sql: string): Promise<T[]> {
  return (await client.query(sql)).rows as T[];
}

const write = (name: string, ...lines: string[]) =>
  shop.write(`packages/catalog/backfills/${name}.sql`, `${lines.join('\n')}\n`);

const backfill = (...args: string[]) => shop.migrator('backfill', ...args);

async function statusOf(name: string) {
  const { stdout } = await backfill('status', `catalog/${name}`, '--json');
  const { backfills } = JSON.parse(stdout) as {
    backfills: { state: string; record: Record<string, unknown> | null }[];
  };
  return backfills[0];
}

/** Asks the database until a run has done so many batches, or ends. */
async function untilBatches(child: ChildProcess, name: string, batches: number): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const [made] = await query(`select 1 where to_regclass('migrator.backfills') is not null`);
    if (made === undefined) continue;
    const [done] = await query(
      `select 1 from migrator.backfills where name = 'catalog/${name}' and batches >= ${batches}`,
    );
    if (done !== undefined) return;
  }
}

function faultOf(run: Run): string {
  return (JSON.parse(run.stdout) as { error: { code: string } }).error.code;
}

/** A table of numbers, each with a count of how often it was done. */
async function makeTable(table: string, rows: number): Promise<void> {
  await query(`create table ${table} (id bigint primary key, done integer not null default 0);
    insert into ${table} select n * 2 from generate_series(1, ${rows}) n`);
}

const counting = (table: string) => [
  `-- @table ${table}`,
  `update ${table} set done = done + 1 where id between :from and :to;`,
];

describe('a backfill that is killed', () => {
  it(
    'does every row once, along a key of two columns, while rows come and go',
    { tags: 'slow' },
    async () => {
      await query(`create table "Odd ""Shelf" (
        "The Place" text, number bigint, done integer not null default 0,
        late boolean not null default false, primary key (number, "The Place"));
      insert into "Odd ""Shelf" select chr(97 + n % 26) || ' ''"\\é' || n % 7, n / 3
        from generate_series(1, 200000) n on conflict do nothing`);
      write(
        'shelf',
        "-- Counts each row. The names :from and ':to' mean nothing here.",
        '-- @table "Odd ""Shelf"',
        'update "Odd ""Shelf" set done = done + 1 /* :from */',
        `where (number, "The Place") between :from and :to and ':to' <> ':from';`,
      );
      for (const round of [2, 3 + Math.floor(Math.random() * 20)]) {
        const child = shop.start('backfill', 'run', 'catalog/shelf', '--batch', '1500');
        const ended = once(child, 'exit');
        await untilBatches(child, 'shelf', round);
        await query(`delete from "Odd ""Shelf" where number % 1000 = ${round};
        insert into "Odd ""Shelf" (number, "The Place", late)
          select n * 500, 'late ${round}', true from generate_series(1, 200) n`);
        child.kill('SIGKILL');
        await ended;
      }
      expect(await statusOf('shelf')).toMatchObject({ state: 'stopped' });
      expect(await backfill('run', 'catalog/shelf')).toMatchObject({ code: 0 });
      expect(
        await query(
          `select late, min(done), max(done) from "Odd ""Shelf" group by late order by late`,
        ),
      ).toEqual([
        { late: false, min: 1, max: 1 },
        // Those that came in behind it were passed over.
        { late: true, min: 0, max: 1 },
      ]);
      expect((await backfill('run', 'catalog/shelf')).stderr).toContain('complete');
      expect(await query(`select max(done) from "Odd ""Shelf"`)).toEqual([{ max: 1 }]);
    },
  );

  it(
    'goes on after its session was cut off and after a row was refused',
    { tags: 'slow' },
    async () => {
      await makeTable('cut', 50_000);
      await query('alter table cut add constraint cut_secret check (id <> 70002 or done = 0)');
      write('cut', ...counting('cut'));
      const child = shop.start('backfill', 'run', 'catalog/cut', '--batch', '500', '--json');
      const [output, ended] = [readAll(child.stdout), once(child, 'exit')];
      await untilBatches(child, 'cut', 3);
      await query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'migrator' and datname = current_database()`);
      expect(await ended).toEqual([4, null]);
      expect(faultOf({ code: 4, stdout: await output, stderr: '' })).toBe(
        'MIGRATOR.BACKFILL_FAILED',
      );
      const refused = await backfill('run', 'catalog/cut', '--batch', '500');
      expect(refused.code).toBe(4);
      expect(refused.stderr).toMatch(/BACKFILL_FAILED.*batch \d+ of table public.cut/);
      expect(refused.stderr).toContain('constraint cut_secret');
      expect(refused.stderr).not.toMatch(/70002|Failing row/);
      expect(await query('select count(*)::integer as n from cut where done = 1')).toEqual([
        { n: expect.any(Number) as number },
      ]);
      await query('alter table cut drop constraint cut_secret');
      expect(await backfill('run', 'catalog/cut')).toMatchObject({ code: 0 });
      expect(await query('select min(done), max(done) from cut')).toEqual([{ min: 1, max: 1 }]);
    },
  );
});

async function readAll(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

describe('a backfill that is to end for now', () => {
  it(
    'ends after its batch when it is paused or interrupted, and goes on when it may',
    { tags: 'slow' },
    async () => {
      await makeTable('slow', 20_000);
      write('slow', ...counting('slow'));
      expect(faultOf(await backfill('pause', 'catalog/slow', '--json'))).toBe(
        'MIGRATOR.BACKFILL_NOT_BEGUN',
      );
      const paced = ['--rate', '200', '--json'];
      const first = shop.start('backfill', 'run', 'catalog/slow', ...paced);
      const [output, ended] = [readAll(first.stdout), once(first, 'exit')];
      await untilBatches(first, 'slow', 1);
      expect(faultOf(await backfill('run', 'catalog/slow', '--json'))).toBe(
        'MIGRATOR.BACKFILL_RUNNING',
      );
      expect(faultOf(await backfill('reset', 'catalog/slow', '--json'))).toBe(
        'MIGRATOR.BACKFILL_RUNNING',
      );
      expect(await statusOf('slow')).toMatchObject({ state: 'running' });
      expect(await backfill('pause', 'catalog/slow')).toMatchObject({ code: 0 });
      expect(await ended).toEqual([3, null]);
      expect(JSON.parse(await output)).toMatchObject({ backfills: [{ state: 'paused' }] });
      expect(faultOf(await backfill('run', 'catalog/slow', '--json'))).toBe(
        'MIGRATOR.BACKFILL_PAUSED',
      );
      const second = shop.start('backfill', 'resume', 'catalog/slow', '--rate', '200');
      const [talk, over] = [readAll(second.stderr), once(second, 'exit')];
      const before = Number((await statusOf('slow'))?.record?.['batches']);
      await untilBatches(second, 'slow', before + 1);
      second.kill('SIGINT');
      expect(await over).toEqual([130, null]);
      expect(await talk).toContain('ends after this batch');
      expect(await statusOf('slow')).toMatchObject({ state: 'stopped' });
      expect(await backfill('run', '--all')).toMatchObject({ code: 0 });
      expect(await query('select min(done), max(done) from slow')).toEqual([{ min: 1, max: 1 }]);
      expect(await backfill('reset', 'catalog/slow')).toMatchObject({ code: 0 });
      expect(await statusOf('slow')).toMatchObject({ state: 'waiting', record: null });
      await backfill('run', 'catalog/slow');
      expect(await query('select min(done), max(done) from slow')).toEqual([{ min: 2, max: 2 }]);
    },
  );
});

describe('a backfill with a condition', () => {
  it(
    'goes through the table until no row is left, and says when rows came in since',
    { tags: 'slow' },
    async () => {
      await query(`create table parts (id uuid primary key default gen_random_uuid(), name text not null,
        slug text);
      insert into parts (name) select 'Part ' || n from generate_series(1, 30000) n`);
      write(
        'parts',
        '-- @table parts',
        '-- @remaining slug is null',
        'update parts set slug = lower(name) where id between :from and :to and slug is null;',
      );
      const dry = await backfill('run', 'catalog/parts', '--dry-run', '--json');
      expect(JSON.parse(dry.stdout)).toMatchObject({
        // No fragment tells that ids of parts may be shown.
        backfills: [{ rowsLeft: 30_000, table: 'public.parts', key: ['id'], range: null }],
      });
      const child = shop.start('backfill', 'run', 'catalog/parts', '--batch', '300');
      const ended = once(child, 'exit');
      for (let batches = 1; child.exitCode === null && batches < 40; batches += 1) {
        await untilBatches(child, 'parts', batches);
        await query(`insert into parts (name) select 'Late' from generate_series(1, 20)`);
      }
      await ended;
      expect(await backfill('run', 'catalog/parts')).toMatchObject({ code: 0 });
      expect(await query('select 1 from parts where slug is null')).toEqual([]);
      write('stuck', '-- @table parts', '-- @remaining name is not null', 'select :from, :to;');
      const stuck = await backfill('run', 'catalog/stuck');
      expect(stuck).toMatchObject({ code: 4 });
      expect(stuck.stderr).toContain('it changes none of them');
      shop.delete('packages/catalog/backfills/stuck.sql');
    },
  );
});

describe('a migration that requires a backfill', () => {
  it('waits for it, and needs nothing where there are no rows', { tags: 'slow' }, async () => {
    const fragment = shop.read('packages/catalog/prisma/items.prisma');
    await query(`insert into items (id, name, price_cents, updated_at)
      select gen_random_uuid(), 'item ' || n, n, now() from generate_series(1, 100) n`);
    write(
      'labels',
      '-- @table items',
      '-- @remaining label is null',
      'update items set label = name where id between :from and :to and label is null;',
    );
    shop.write(
      'packages/catalog/prisma/items.prisma',
      fragment.replace('  priceCents', '  label String\n  priceCents'),
    );
    await shop.compose();
    shop.addMigration('29990101000000_label', 'alter table items add column label text;\n');
    shop.addMigration(
      '29990102000000_whole',
      'alter table items alter column label set not null;\n',
    );
    const meta = 'db/migrations/29990102000000_whole/meta.json';
    shop.write(meta, '{ "requires": [{ "backfill": "catalog/labels" }] }');
    expect(await shop.migrator('seal')).toMatchObject({ code: 0 });
    expect(JSON.parse(shop.read(meta))).toEqual({
      requires: [
        { backfill: 'catalog/labels', hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      ],
    });
    expect((await shop.migrator('plan')).stdout).toContain('catalog/labels: waiting');
    const refused = await shop.migrator('deploy');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('MIGRATOR.BACKFILL_INCOMPLETE');
    expect(refused.stderr).toContain('pnpm migrator backfill run catalog/labels');
    expect((await shop.migrator('status')).stdout).toContain(
      'waitingMigrations\n  29990102000000_whole for catalog/labels: waiting',
    );
    expect(await query('select count(label)::integer as n from items')).toEqual([{ n: 0 }]);

    const text = shop.read('packages/catalog/backfills/labels.sql');
    write('labels', ...text.replace('label = name', "label = ''").trimEnd().split('\n'));
    expect(faultOf(await backfill('run', 'catalog/labels', '--json'))).toBe(
      'MIGRATOR.BACKFILL_CHANGED',
    );
    write('labels', ...text.trimEnd().split('\n'));
    expect(await backfill('run', 'catalog/labels')).toMatchObject({ code: 0 });
    await query(`insert into items (id, name, price_cents, updated_at)
      values (gen_random_uuid(), 'late', 1, now())`);
    const late = await shop.migrator('deploy', '--json');
    expect(faultOf(late)).toBe('MIGRATOR.BACKFILL_INCOMPLETE');
    expect(late.stderr).toContain('came in after it ended');
    expect(await backfill('run', 'catalog/labels')).toMatchObject({ code: 0 });
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await shop.migrator('status')).toMatchObject({ code: 0 });

    const empty = await createTestDatabase();
    try {
      const other = { DATABASE_URL: empty.url, APP_DATABASE_URL: shop.appUrl };
      for (const file of readdirSync(path.join(shop.root, BACKFILLS))) {
        if (file !== 'labels.sql') shop.delete(path.join(BACKFILLS, file));
      }
      expect(await shop.migratorWith(other, 'deploy')).toMatchObject({ code: 0 });
      const listed = await shop.migratorWith(other, 'backfill', 'list');
      expect(listed.stdout).toBe('complete  catalog/labels\n');
      const back = await shop.migratorWith(other, 'rollback', '--steps', '2');
      expect(back.stderr).toContain('backfill catalog/labels ran upon it');
      expect((await shop.migratorWith(other, 'backfill', 'list')).stdout).toContain('waiting');
    } finally {
      await empty.drop();
    }
  });
});

describe('a backfill in TypeScript', () => {
  const build = (name: string, source: string) =>
    shop.write(
      `packages/catalog/dist/backfills/${name}.js`,
      transformSync(source, { loader: 'ts', format: 'esm' }).code,
    );

  it('runs as it was compiled, in the transaction of its batch', { tags: 'slow' }, async () => {
    shop.write(
      'packages/catalog/package.json',
      JSON.stringify({
        ...{ name: '@shop/catalog', version: '0.0.0', type: 'module', schemaDomain: 'catalog' },
        migrator: { backfills: './dist/backfills' },
      }),
    );
    await query(`create table names (id integer primary key, name text, turned text);
      insert into names select n, 'name ' || n from generate_series(1, 3000) n`);
    const source = (act: string) => `
      type Session = { query(sql: string, values?: readonly unknown[]): Promise<{ rows: any[] }> };
      export const backfill = {
        table: 'names',
        remaining: 'turned is null',
        async run(session: Session, { range, values }: { range: string; values: string[] }) {
          const { rows } = await session.query(\`select id, name from names where \${range}\`, values);
          for (const { id, name } of rows) {
            await session.query('update names set turned = $2 where id = $1', [id, [...name].reverse().join('')]);
          }
          ${act}
        },
      };`;
    expect(faultOf(await backfill('list', '--json'))).toBe('MIGRATOR.BACKFILL_INVALID');
    const faults = [
      ['throw new Error(rows[0].name)', 'BACKFILL_FAILED', 'It threw Error.'],
      ["await session.query('select 1/0')", 'BACKFILL_FAILED', 'SQLSTATE 22012'],
      ["return 'many'", 'BACKFILL_INVALID', 'how many rows it changed'],
    ] as const;
    for (const [act, code, why] of faults) {
      build('turn', source(act));
      const run = await backfill('run', 'catalog/turn');
      expect(run.stderr).toContain(`MIGRATOR.${code}`);
      expect(run.stderr).toContain(why);
      expect(run.stderr).not.toContain('name 1');
      expect(await query('select 1 from names where turned is not null')).toEqual([]);
      await backfill('reset', 'catalog/turn');
    }
    build('turn', source('return rows.length;'));
    expect(await backfill('run', 'catalog/turn')).toMatchObject({ code: 0 });
    expect(await query('select 1 from names where turned is distinct from reverse(name)')).toEqual(
      [],
    );
    build('turn', source("await session.query('commit'); return 1;"));
    await backfill('reset', 'catalog/turn');
    await query('update names set turned = null');
    expect((await backfill('run', 'catalog/turn')).stderr).toContain('ended the transaction');
    for (const [text, why] of [
      ["import './other.js'; export const backfill = {};", 'imports a file beside it'],
      ['export const backfill = { table: 5 };', 'exports no `backfill`'],
      ["throw new Error('secret');", 'it throws Error'],
    ] as const) {
      build('turn', text);
      const run = await backfill('run', 'catalog/turn');
      expect(run.stderr).toContain('MIGRATOR.BACKFILL_INVALID');
      expect(run.stderr).toContain(why);
    }
  });
});

describe('a file that is no backfill', () => {
  it('is refused, and nothing is changed', async () => {
    await query(`insert into items (id, name, price_cents, updated_at)
      values (gen_random_uuid(), 'a kept one', 1, now())`);
    expect(faultOf(await backfill('run', 'catalog/none', '--json'))).toBe(
      'MIGRATOR.BACKFILL_UNKNOWN',
    );
    expect(faultOf(await backfill('run', '--json'))).toBe('MIGRATOR.BACKFILL_UNNAMED');
    expect((await backfill('run', 'x', '--batch', '0')).code).toBe(2);
    write('labels', '-- @table items', 'delete from items where id >= :from;');
    expect((await backfill('run', 'catalog/labels')).stderr).toContain('does not name `:to`');
    write('labels', "-- @table items\nselect :from, :to, '\0';");
    const run = await backfill('run', 'catalog/labels');
    expect(run).toMatchObject({ code: 2 });
    expect(run.stderr).toContain('MIGRATOR.BACKFILL_INVALID');
    expect(run.stderr).toContain('holds a NUL');
    expect(await query('select 1 from items limit 1')).toHaveLength(1);
  });
});
