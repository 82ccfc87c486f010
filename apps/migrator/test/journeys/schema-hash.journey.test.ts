/** @module-tag slow */
import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../shop-workspace.ts';

const FRAGMENT = 'packages/catalog/prisma/items.prisma';

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  await shop.migrator('roles', 'sync');
  await shop.migrator('dev', '--name', 'first');
});

afterEach(() => shop.remove());

async function query<T>(connectionString: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

/** What `status` says of the schema, and how it ends. */
async function status() {
  const { code, stdout } = await shop.migrator('status', '--json');
  const { schema } = JSON.parse(stdout) as {
    schema: { database: string | null; workspace: string };
  };
  return { code, ...schema };
}

async function edit(from: string, to: string) {
  shop.write(FRAGMENT, shop.read(FRAGMENT).replace(from, to));
  expect(await shop.compose()).toMatchObject({ code: 0 });
}

const hashOfSchema = () =>
  createHash('sha256').update(shop.read('db/schema.prisma'), 'utf8').digest('hex');

describe('an operator who wants to know which release a database has', () => {
  it('reads the hash of its schema, through a deploy of a comment alone and a rollback', async () => {
    const first = hashOfSchema();
    expect(await status()).toEqual({ code: 0, database: first, workspace: first });
    expect((await shop.migrator('status')).stdout).toContain(`\nschema ${first}\n`);

    await edit('/// Something to sell.', '// Checked in spring.\n/// Something to sell.');
    const second = hashOfSchema();
    expect(await status()).toEqual({ code: 0, database: first, workspace: second });
    expect((await shop.migrator('status')).stdout).toContain(
      `schema ${first}, and of the workspace ${second}`,
    );
    await shop.migrator('deploy', '--dry-run');
    expect(await status()).toMatchObject({ database: first });
    await shop.migrator('deploy');
    expect(await status()).toEqual({ code: 0, database: second, workspace: second });

    await edit('  @@map("items")', '  note String?\n\n  @@map("items")');
    const third = hashOfSchema();
    expect(await status()).toMatchObject({ database: second, workspace: third });
    await shop.migrator('dev', '--name', 'second');
    expect(await status()).toEqual({ code: 0, database: third, workspace: third });
    expect(await shop.migrator('rollback')).toMatchObject({ code: 0 });
    expect(await status()).toEqual({ code: 3, database: second, workspace: third });
  });

  it('is told of no release where another tool applied a migration', { tags: 'slow' }, async () => {
    await query(
      shop.database.url,
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at)
       values ('x', 'x', '29990101000000_by_hand', now())`,
    );
    expect(await status()).toMatchObject({ code: 3, database: null });
    expect((await shop.migrator('status')).stdout).toContain('schema of no release');
    await shop.migrator('deploy');
    expect(await status()).toMatchObject({ code: 3, database: null });
  });

  it(
    'has it recorded by the next deploy where an older migrator recorded none',
    { tags: 'slow' },
    async () => {
      const { database } = await status();
      await query(shop.database.url, 'drop table migrator.schemas');
      expect(await status()).toMatchObject({ code: 0, database: null });
      expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
      expect(await status()).toMatchObject({ code: 0, database });
      const read = 'select schema_hash as hash from migrator.schemas';
      expect(await query(shop.appUrl, read)).toEqual([{ hash: database }]);
    },
  );
});
