import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newestMigration, openShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
});

afterEach(() => shop.remove());

async function query<T>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: shop.database.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

async function refusal(sql: string): Promise<string> {
  return query(sql).then(
    () => 'accepted',
    (error: { code: string; constraint?: string }) => error.constraint ?? error.code,
  );
}

describe('a team that changes its schema', () => {
  it('gets a migration with its way back and its seal, applied to the database', async () => {
    expect(await shop.migrator('dev', '--name', 'first')).toMatchObject({ code: 0 });
    const folder = path.join(shop.migrations, newestMigration(shop));
    for (const file of ['migration.sql', 'down.sql', 'meta.json']) {
      expect(existsSync(path.join(folder, file))).toBe(true);
    }
    expect(readFileSync(path.join(shop.root, 'db/migrations.sum'), 'utf8')).toContain('_first');
    expect(await shop.migrator('status')).toMatchObject({ code: 0 });
  });

  it('finds every annotation in the catalog', async () => {
    await shop.migrator('dev', '--name', 'first');
    expect(
      await refusal(`insert into items values (gen_random_uuid(), 'x', -1, default, now())`),
    ).toBe('items_price_positive');
    await query(`insert into items values (gen_random_uuid(), 'x', 4, default, now())`);
    expect(await query('select doubled, cheapest() from items')).toEqual([
      { doubled: 8, cheapest: 4 },
    ]);
    await query(`insert into sales values (gen_random_uuid(), now(), 1)`);
    expect(await refusal('update sales set amount = 2')).toBe('23001');
    expect(await refusal('truncate sale_partitions.sales_default')).toBe('23001');
    expect(
      await query(`select relname from pg_class where relrowsecurity order by relname`),
    ).toEqual([{ relname: 'sales' }, { relname: 'sales_default' }]);
  });

  it('comes back to an empty database by down.sql', async () => {
    await shop.migrator('dev', '--name', 'first', '--create-only');
    const folder = path.join(shop.migrations, newestMigration(shop));
    const catalog = `select count(*)::int as n from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`;
    const before = await query(catalog);
    await query(readFileSync(path.join(folder, 'migration.sql'), 'utf8'));
    expect(await query(catalog)).not.toEqual(before);
    await query(readFileSync(path.join(folder, 'down.sql'), 'utf8'));
    expect(await query(catalog)).toEqual(before);
  });

  it(
    'adds to a kept table what it adds to the fragment, and takes it away again',
    { tags: 'slow' },
    async () => {
      await shop.migrator('dev', '--name', 'first');
      const file = path.join(shop.root, 'packages/catalog/prisma/items.prisma');
      const fragment = readFileSync(file, 'utf8');
      writeFileSync(
        file,
        fragment.replace(
          '/// @check items_price_positive',
          '/// @check items_name_short: length(name) < 9\n/// @check items_price_positive',
        ),
      );
      expect(await shop.migrator('dev', '--name', 'second')).toMatchObject({ code: 0 });
      expect(
        await refusal(
          `insert into items values (gen_random_uuid(), 'watermelon', 1, default, now())`,
        ),
      ).toBe('items_name_short');
      writeFileSync(file, fragment);
      expect(await shop.migrator('dev', '--name', 'third')).toMatchObject({ code: 0 });
      await query(`insert into items values (gen_random_uuid(), 'watermelon', 1, default, now())`);
      const again = await shop.migrator('dev', '--name', 'fourth');
      expect(again.stderr).toContain('no change');
    },
  );

  it('is told where a fragment is wrong, and nothing is written', async () => {
    const file = path.join(shop.root, 'packages/catalog/prisma/items.prisma');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('name       String', 'name       Strnig'),
    );
    const run = await shop.migrator('dev', '--name', 'first');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('packages/catalog/prisma/items.prisma:');
    expect(newestMigration(shop)).toBe('');
  });

  it(
    'is told of data that would be lost before anything is written',
    { tags: 'slow' },
    async () => {
      await shop.migrator('dev', '--name', 'first');
      const file = path.join(shop.root, 'packages/catalog/prisma/items.prisma');
      writeFileSync(
        file,
        readFileSync(file, 'utf8')
          .replace(/^.*doubled.*\n/m, '')
          .replace(/^.*@generated.*\n/m, ''),
      );
      const newest = newestMigration(shop);
      const run = await shop.migrator('dev', '--name', 'drop_doubled');
      expect(run.code).not.toBe(0);
      expect(run.stderr).toContain('MIGRATOR.DATA_LOSS');
      expect(run.stderr).toContain('items.doubled');
      expect(newestMigration(shop)).toBe(newest);
    },
  );
});

describe('an operator who deploys', () => {
  it('finds nothing to do the second time', async () => {
    await shop.migrator('dev', '--name', 'first', '--create-only');
    expect((await shop.migrator('status')).code).toBe(3);
    const dry = await shop.migrator('deploy', '--dry-run', '--json');
    expect((JSON.parse(dry.stdout) as { migrations: string[] }).migrations).toHaveLength(1);
    expect((await shop.migrator('deploy')).code).toBe(0);
    const second = await shop.migrator('deploy', '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ migrations: [], objects: [] });
  });

  it('may run eight at once: one applies, all end well', async () => {
    await shop.migrator('dev', '--name', 'first', '--create-only');
    const runs = await Promise.all(
      Array.from({ length: 8 }, () => shop.migrator('deploy', '--json')),
    );
    expect(runs.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0));
    const applied = runs.filter(
      ({ stdout }) => (JSON.parse(stdout) as { migrations: string[] }).migrations.length === 1,
    );
    expect(applied).toHaveLength(1);
  });

  it('reads where a migration failed and nothing of any row', async () => {
    await shop.migrator('dev', '--name', 'first');
    await query(`insert into items values (gen_random_uuid(), 'canary-4711', 1, default, now())`);
    shop.addMigration(
      '29990101000000_bad',
      `create table half (id int);\nalter table items alter column name type integer using name::integer;\n`,
    );
    const run = await shop.migrator('deploy');
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('22P02');
    expect(run.stderr + run.stdout).not.toContain('canary');
    expect(await query(`select to_regclass('half') as half`)).toEqual([{ half: null }]);
    expect(
      (
        await query<{ logs: string }>(`select logs from _prisma_migrations where logs is not null`)
      )[0]?.logs,
    ).not.toContain('canary');
    const status = JSON.parse((await shop.migrator('status', '--json')).stdout) as {
      failed: string[];
    };
    expect(status.failed).toEqual(['29990101000000_bad']);
  });

  it('finishes with one command after a kill in the middle', { tags: 'slow' }, async () => {
    await shop.migrator('dev', '--name', 'first');
    shop.addMigration(
      '29990101000000_slow',
      'create table slow (id int);\nselect pg_sleep(0.8);\n',
    );
    const child = shop.start('deploy');
    await expect
      .poll(() =>
        query(
          `select 1 from pg_stat_activity where query like '%pg_sleep(0.8)%' and pid <> pg_backend_pid()`,
        ),
      )
      .toHaveLength(1);
    child.kill('SIGKILL');
    const run = await shop.migrator('deploy');
    expect(run.code).toBe(0);
    expect(await shop.migrator('status')).toMatchObject({ code: 0 });
    expect(
      await query(
        `select count(*)::int as n from _prisma_migrations where migration_name like '%slow' and finished_at is not null`,
      ),
    ).toEqual([{ n: 1 }]);
  });

  it('is refused when an applied migration was edited or removed', async () => {
    await shop.migrator('dev', '--name', 'first');
    const folder = path.join(shop.migrations, newestMigration(shop));
    const file = path.join(folder, 'migration.sql');
    const sql = readFileSync(file, 'utf8');
    writeFileSync(file, `${sql}\n-- edited\n`);
    const edited = await shop.migrator('deploy');
    expect(edited.code).toBe(3);
    expect(edited.stderr).toContain('was changed after it was applied');
    writeFileSync(file, sql.replaceAll('\n', '\r\n'));
    expect((await shop.migrator('deploy')).code).toBe(0);
    rmSync(folder, { recursive: true });
    expect((await shop.migrator('deploy')).stderr).toContain('not on disk');
  });
});
