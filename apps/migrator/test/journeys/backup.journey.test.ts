import { execFileSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Run, type Shop } from '../shop-workspace.ts';

let shop: Shop;
let recipient: string;
const kept: string[] = [];

const keyFile = () => path.join(shop.root, 'backup.key');

beforeAll(async () => {
  shop = await openShop();
  expect(await shop.migrator('roles', 'sync')).toMatchObject({ code: 0 });
  expect(await shop.migrator('dev', '--name', 'first')).toMatchObject({ code: 0 });
  expect(await shop.migrator('roles', 'sync')).toMatchObject({ code: 0 });
  expect(await shop.migrator('seed')).toMatchObject({ code: 0 });
  recipient = (await shop.migrator('backup', 'keygen', keyFile())).stdout.trim();
});

afterAll(async () => {
  for (const name of kept)
    await query(`drop database if exists "${name}" with (force)`, 'postgres');
  await shop.remove();
});

async function query<T>(sql: string, database = shop.database.name): Promise<T[]> {
  const url = new URL(shop.database.url);
  url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

async function backUp(...args: string[]): Promise<string> {
  const run = await shop.migrator('backup', '--recipient', recipient, ...args);
  expect(run).toMatchObject({ code: 0 });
  return path.join(shop.root, run.stdout.trim());
}

const restore = (file: string, ...args: string[]): Promise<Run> =>
  shop.migratorWith({ BACKUP_IDENTITY_FILE: keyFile() }, 'restore', file, ...args);

const items = (database?: string) =>
  query<{ name: string; doubled: number }>(
    'select name, doubled from items order by name',
    database,
  );

const sales = `insert into sales (id, sold_at, amount)
  select gen_random_uuid(), timestamptz '2026-01-01 00:00Z' + i * interval '1 minute', i from generate_series(1, 200000) i`;

describe('backup and restore', () => {
  it(
    'brings back what was lost, with all that others may do, and keeps what it replaces',
    { tags: 'slow' },
    async () => {
      await query(sales);
      const file = await backUp();
      expect(path.dirname(file)).toBe(path.join(shop.root, 'backups'));
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file).includes('apple')).toBe(false);

      const verified = await shop.migrator(
        'backup',
        'verify',
        file,
        '--identity',
        keyFile(),
        '--json',
      );
      expect(verified).toMatchObject({ code: 0 });
      expect(JSON.parse(verified.stdout)).toMatchObject({ notes: [] });

      await query('drop table sales cascade; delete from items');
      const run = await restore(file, '--replace', '--json');
      expect(run).toMatchObject({ code: 0 });
      const result = JSON.parse(run.stdout) as { kept: string; rows: number };
      kept.push(result.kept);
      expect(await items()).toEqual([
        { name: 'apple', doubled: 100 },
        { name: 'pear', doubled: 140 },
      ]);
      expect(await query('select count(*)::int as n from sales')).toEqual([{ n: 200_000 }]);
      expect(await items(result.kept)).toEqual([]);
      for (const command of ['status', 'verify', 'drift']) {
        expect(await shop.migrator(command), command).toMatchObject({ code: 0 });
      }
      expect(await shop.migrator('deploy', '--json')).toMatchObject({ code: 0 });
    },
  );

  it(
    'reads a database of its own without touching another, and tells what a file holds',
    { tags: 'slow' },
    async () => {
      const file = await backUp('--out', 'two.age');
      const told = await restore(file, '--dry-run');
      expect(told).toMatchObject({ code: 0 });
      expect(told.stdout).toContain('public.items: 2 row(s)');
      const into = `${shop.database.name}_copy`;
      kept.push(into);
      expect(await restore(file, '--into', into)).toMatchObject({ code: 0 });
      expect(await items(into)).toEqual(await items());
      const again = await restore(file, '--into', into);
      expect(again).toMatchObject({ code: 3 });
      expect(again.stderr).toContain('MIGRATOR.RESTORE_TARGET_INVALID');
    },
  );

  it(
    'names its file only when it is whole, replaces none, and goes through a pipe',
    { tags: 'slow' },
    async () => {
      const file = await backUp('--out', 'one.age');
      const again = await shop.migrator('backup', '--recipient', recipient, '--out', 'one.age');
      expect(again).toMatchObject({ code: 3 });
      expect(again.stderr).toContain('MIGRATOR.BACKUP_EXISTS');
      const nowhere = await shop.migrator(
        'backup',
        '--recipient',
        recipient,
        '--out',
        'backup.key/x',
      );
      expect(nowhere).toMatchObject({ code: 4 });
      expect(nowhere.stderr).toContain('MIGRATOR.BACKUP_UNWRITABLE');
      const binary = path.resolve(import.meta.dirname, '../../bin/migrator.mjs');
      const env = { ...process.env, DATABASE_URL: shop.database.url, BACKUP_RECIPIENTS: recipient };
      execFileSync('sh', ['-c', `"${process.execPath}" "${binary}" backup --out - > piped.age`], {
        ...{ cwd: shop.root, env },
        stdio: 'ignore',
      });
      expect(await restore(path.join(shop.root, 'piped.age'), '--dry-run')).toMatchObject({
        code: 0,
      });
      expect(readdirSync(shop.root).filter((name) => name.includes('partial'))).toEqual([]);
      expect(existsSync(file)).toBe(true);
    },
  );

  it('removes old ones, and never the last that is whole', { tags: 'slow' }, async () => {
    const prune = (...args: string[]) =>
      shop.migratorWith({ BACKUP_IDENTITY_FILE: keyFile() }, 'backup', 'prune', ...args);
    const folder = path.join(shop.root, 'backups');
    for (let left = 2; left > 0; left -= 1) await backUp();
    const all = readdirSync(folder).sort();
    const [newest = '', second = ''] = all.toReversed();
    const none = await prune();
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('--older-than');
    const dry = await prune('--keep', '1', '--dry-run');
    expect(dry.stdout.trim().split('\n')).toEqual(
      all.filter((name) => name !== newest).map((name) => path.join('backups', name)),
    );
    expect(readdirSync(folder)).toHaveLength(all.length);
    truncateSync(path.join(folder, newest), 500);
    const run = await prune('--keep', '1', '--json');
    expect(run).toMatchObject({ code: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({
      good: [{ file: path.join('backups', second), proven: true }],
    });
    expect(readdirSync(folder).sort()).toEqual([second, newest]);
    const blind = await shop.migrator('backup', 'prune', '--older-than', '1');
    expect(blind).toMatchObject({ code: 0 });
  });

  it('is not written in clear unless that is said, and says so', { tags: 'slow' }, async () => {
    const none = await shop.migratorWith({ BACKUP_RECIPIENTS: '' }, 'backup');
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('MIGRATOR.RECIPIENTS_MISSING');
    const secret = readFileSync(keyFile(), 'utf8').trim().split('\n').at(-1) ?? '';
    const wrong = await shop.migrator('backup', '--recipient', secret);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toContain('MIGRATOR.RECIPIENT_INVALID');
    expect(wrong.stderr).not.toContain(secret);
    const plain = await shop.migrator('backup', '--plain', '--out', 'plain.backup');
    expect(plain).toMatchObject({ code: 0 });
    expect(plain.stderr).toContain('WARNING: not encrypted');
    expect(await restore('plain.backup', '--dry-run')).toMatchObject({ code: 0 });
  });

  it(
    'refuses a damaged, truncated, foreign or wrongly keyed file, and leaves everything as it is',
    { tags: 'slow' },
    async () => {
      const file = await backUp('--out', 'three.age');
      const bytes = readFileSync(file);
      const refuse = async (code: string, run: Run) => {
        expect(run.stderr).toContain(`MIGRATOR.${code}`);
        expect(run.code).not.toBe(0);
        expect(await items()).toHaveLength(2);
      };
      const otherKey = path.join(shop.root, 'other.key');
      await shop.migrator('backup', 'keygen', otherKey);
      await refuse('BACKUP_LOCKED', await shop.migrator('restore', file, '--replace'));
      await refuse(
        'BACKUP_LOCKED',
        await shop.migrator('restore', file, '--replace', '--identity', otherKey),
      );
      await refuse(
        'IDENTITY_INVALID',
        await shop.migrator('restore', file, '--replace', '--identity', 'package.json'),
      );
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
      writeFileSync(path.join(shop.root, 'flipped.age'), bytes);
      await refuse('BACKUP_DAMAGED', await restore('flipped.age', '--replace'));
      truncateSync(file, bytes.length - 1);
      await refuse('BACKUP_DAMAGED', await restore(file, '--replace'));
      await refuse('BACKUP_FOREIGN', await restore('package.json', '--replace'));
      await refuse('BACKUP_UNREADABLE', await restore('nowhere.age', '--replace'));
    },
  );
});
