import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseOpenMetrics } from '../parse-open-metrics.ts';
import { openMigratedShop, type Run, type Shop } from '../shop-workspace.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openMigratedShop();
});

afterEach(() => shop.remove());

interface Report {
  readonly takenAt: string;
  readonly since: string | null;
  readonly growthBytes: number | null;
  readonly tables: readonly { table: string; totalBytes: number; growthBytes: number | null }[];
  readonly domains: readonly { domain: string | null; growthBytes: number | null }[];
}

const report = ({ stdout }: Run) => JSON.parse(stdout) as Report;
const table = (it: Report, name: string) => it.tables.find((row) => row.table === name);

async function run(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

it('tells how much each table grew since the last run, and since a report of one’s own', async () => {
  const first = await shop.migrator('sizes', '--json');
  expect(report(first)).toMatchObject({ since: null, growthBytes: null });
  shop.write('monday.json', first.stdout);

  await run(`
    create table "No ""one's" (id int primary key);
    insert into items (id, name, price_cents, updated_at)
      select gen_random_uuid(), 'item ' || n, 1, now() from generate_series(1, 5000) n`);
  const second = report(await shop.migrator('sizes', '--json'));
  expect(second.since).toBe(report(first).takenAt);
  const items = table(second, 'items');
  const before = table(report(first), 'items');
  expect(items?.growthBytes).toBe((items?.totalBytes ?? 0) - (before?.totalBytes ?? 0));
  expect(items?.growthBytes).toBeGreaterThan(100_000);
  expect(second.domains).toContainEqual(
    expect.objectContaining({ domain: 'catalog', growthBytes: items?.growthBytes }),
  );

  await run('truncate items');
  const text = await shop.migrator('sizes');
  expect(text).toMatchObject({ code: 0, stderr: '' });
  expect(text.stdout).toMatch(/^items {2,}\S.* −\d+ kB /m);
  expect(text.stdout).toContain(`since ${second.takenAt}`);

  const monday = report(await shop.migrator('sizes', '--json', '--since', 'monday.json'));
  expect(monday.since).toBe(report(first).takenAt);
  expect(table(monday, `No "one's`)).toMatchObject({ growthBytes: null });
  expect((await shop.migrator('sizes', '--since', 'monday.json')).stdout).toMatch(
    /^No "one's .* new /m,
  );
});

it('refuses what is no report of this database, and does without a place to keep its own', async () => {
  shop.write(
    'other.json',
    (await shop.migrator('sizes', '--json')).stdout.replace(shop.database.name, 'x'),
  );
  shop.write('broken.json', '{ "tables": [');
  for (const file of ['other.json', 'broken.json', 'missing.json', 'package.json']) {
    const refused = await shop.migrator('sizes', '--since', file);
    expect(refused, file).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('MIGRATOR.SIZES_UNREADABLE');
  }
  const kept = path.join(shop.root, '.data/sizes');
  expect(existsSync(kept)).toBe(true);
  // A file stands where the folder should.
  rmSync(kept, { recursive: true });
  writeFileSync(kept, '');
  const without = await shop.migrator('sizes');
  expect(without).toMatchObject({ code: 0 });
  expect(without.stderr).toMatch(/^not kept for the next run: E[A-Z]+\n$/);
});

it('is scraped, and watched', async () => {
  await run('analyze');
  const families = parseOpenMetrics(
    (await shop.migrator('sizes', '--format', 'openmetrics')).stdout,
  );
  expect(families.map(({ name, unit }) => [name, unit])).toEqual([
    ['database_size_bytes', 'bytes'],
    ['database_table_size_bytes', 'bytes'],
    ['database_table_rows', undefined],
  ]);
  const parts = families[1]?.samples.filter(({ labels }) => labels['table'] === 'items');
  expect(parts?.map(({ labels }) => labels['part'])).toEqual(['heap', 'toast', 'indexes']);

  const watching = shop.start('sizes', '--watch', '1', '--json');
  const lines: string[] = [];
  if (watching.stdout === null) throw new Error('no output');
  for await (const line of createInterface(watching.stdout)) {
    if (lines.push(line) === 2) break;
  }
  watching.kill('SIGINT');
  expect(lines.map((line) => (JSON.parse(line) as Report).since)).toEqual([null, null]);
});

it(
  'waits no longer for a lock than told, and needs no composed schema',
  { tags: 'slow' },
  async () => {
    shop.delete('db/schema.manifest.json');
    expect(report(await shop.migrator('sizes', '--json')).domains).toEqual([
      expect.objectContaining({ domain: null }),
    ]);
    const holder = new pg.Client({ connectionString: shop.database.url });
    await holder.connect();
    try {
      await holder.query('begin; lock table items in access exclusive mode');
      const soon = { MIGRATOR_LOCK_TIMEOUT: '100' };
      const refused = await shop.migratorWith(soon, 'sizes');
      expect(refused).toMatchObject({ code: 4, stdout: '' });
      expect(refused.stderr).toContain('SQLSTATE 55P03');
    } finally {
      await holder.end();
    }
  },
);
