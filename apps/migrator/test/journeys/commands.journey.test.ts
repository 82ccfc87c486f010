import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createTestDatabase } from '@holovitals/postgres/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BACKUP_KEY, openMigratedShop, type Shop } from '../shop-workspace.ts';

const MANIFEST = 'packages/catalog/package.json';

let shop: Shop;

beforeEach(async () => {
  shop = await openMigratedShop();
  const plugin = '"schemaDomain": "catalog", "migrator": { "commands": "./commands.mjs" }';
  shop.write(MANIFEST, shop.read(MANIFEST).replace('"schemaDomain": "catalog"', plugin));
});

afterEach(() => shop.remove());

const write = (commands: string) =>
  shop.write('packages/catalog/commands.mjs', `export const commands = [${commands}];`);

const COUNT = `{
  name: 'items count', summary: 'count them', options: [{ flags: '--least <n>', summary: 'n' }],
  async run({ session, now }, { options }) {
    const { rows } = await session.query('select count(*)::int as items from items');
    const items = rows[0].items;
    const state = items >= Number(options.least ?? 0) ? 'done' : 'warnings';
    return { data: { items, isNow: now instanceof Date }, text: items + ' item(s)', state };
  },
}`;

it('runs what packages bring as if it were its own, with help, JSON and exit codes', async () => {
  write(COUNT);
  await shop.migrator('seed');
  expect((await shop.migrator('commands')).stdout).toBe('items count  catalog: count them\n');
  expect(await shop.migrator('items', 'count')).toEqual({
    code: 0,
    stdout: '2 item(s)\n',
    stderr: '',
  });
  const json = await shop.migrator('items', 'count', '--json', '--least', '3');
  expect(json.code).toBe(3);
  expect(JSON.parse(json.stdout)).toEqual({ items: 2, isNow: true });
  expect((await shop.migrator('items', 'count', '--help')).stdout).toMatch(
    /count them[^]+--least <n>/,
  );
  expect((await shop.migrator('items', 'cuont')).stderr).toContain('Did you mean count?');
  expect((await shop.migrator('items', 'count', '--most')).code).toBe(2);
});

it('tells faults of the module and of the database without a value', async () => {
  const missing = await shop.migrator('items');
  expect(missing).toMatchObject({ code: 2, stdout: '' });
  expect(missing.stderr).toContain('MIGRATOR.PACKAGE_MODULE_UNREADABLE');
  expect((await shop.migrator('status')).code).toBe(0);
  write(`{ name: 'No name', summary: '', run() {} }`);
  expect((await shop.migrator('items')).stderr).toContain('Its entry 1 lacks a part.');
  write(`{ name: 'deploy now', summary: '', run() {} }`);
  expect((await shop.migrator('items')).stderr).toContain('MIGRATOR.COMMAND_TAKEN');
  write(
    `{ name: 'fail', summary: '', run: ({ session }) => session.query("select 'canary'::int") }`,
  );
  const failed = await shop.migrator('fail');
  expect(failed).toMatchObject({ code: 4, stdout: '' });
  expect(failed.stderr).toContain('22P02');
  expect(failed.stderr).not.toContain('canary');
});

it('writes files of rows that only their recipients open, and reads them back', async () => {
  write(`{
    name: 'items move', summary: 'out and in again', parameters: [{ name: 'file', summary: 'a file' }],
    async run({ session, rowFiles, inTransaction }, { parameters: [file] }) {
      const lines = [];
      const order = { query: 'select name, price_cents from items order by name',
        columns: ['name', 'price_cents'], about: { why: 'test' }, recipients: [] };
      const { identity, ...written } = await rowFiles.write(file, order, (line) => lines.push(String(line)));
      const back = [];
      const read = await rowFiles.read(file, { identity }, (line) => back.push(String(line)));
      await inTransaction('loading', async () => {
        await session.query('create table "Od d" (name text, price_cents int)');
        await rowFiles.load(file, { files: ['key'] }, { table: '"Od d"', columns: order.columns });
      });
      const { rows } = await session.query('select * from "Od d" order by name');
      return { data: { lines, back, rows, same: read.sha256 === written.sha256 }, text: '', state: 'done' };
    },
  }`);
  shop.write('key', BACKUP_KEY.identity);
  await shop.migrator('seed');
  const moved = await shop.migrator('items', 'move', 'items.age', '--json');
  expect(moved).toMatchObject({ code: 0, stderr: '' });
  const lines = ['apple\t50', 'pear\t70'];
  const rows = [
    { name: 'apple', price_cents: 50 },
    { name: 'pear', price_cents: 70 },
  ];
  expect(JSON.parse(moved.stdout)).toEqual({ lines, back: lines, rows, same: true });
  // Not a backup, never replaced, and nothing in it is in clear.
  expect(
    (await shop.migrator('restore', 'items.age', '--into', 'x', '--identity', 'key')).code,
  ).toBe(2);
  expect((await shop.migrator('items', 'move', 'items.age')).stderr).toContain('BACKUP_EXISTS');
  expect(shop.read('items.age')).not.toContain('apple');
  expect(readdirSync(path.join(shop.root)).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

it('works on no database that no migration has reached', { tags: 'slow' }, async () => {
  write(COUNT);
  shop.write(
    'packages/catalog/upkeep.mjs',
    `export const upkeep = [{ name: 'count',
    period: 'weekly', summary: 'count', run: () => ({ state: 'done', note: '' }) }];`,
  );
  const both = '"./commands.mjs", "upkeep": "./upkeep.mjs"';
  shop.write(MANIFEST, shop.read(MANIFEST).replace('"./commands.mjs"', both));
  const empty = await createTestDatabase();
  try {
    for (const args of [
      ['items', 'count'],
      ['maintain', 'weekly'],
    ]) {
      const run = await shop.migratorWith({ DATABASE_URL: empty.url }, ...args, '--json');
      expect(run.code, args.join(' ')).toBe(2);
      expect(run.stderr).toMatch(
        /MIGRATOR\.DATABASE_UNDEPLOYED[^]+fix: Run `pnpm migrator deploy`/,
      );
      expect(JSON.parse(run.stdout)).toMatchObject({ error: { kind: 'missing' } });
    }
  } finally {
    await empty.drop();
  }
});
