/** @module-tag slow */
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { OTHER_MAJORS, startScratchServer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { BACKUP_KEY, openShop, type Shop } from '../shop-workspace.ts';

async function query(shop: Shop, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Works with a shop on a server of a version, or of the newest one. */
async function onServer(
  version: (typeof OTHER_MAJORS)[number] | undefined,
  work: (shop: Shop) => Promise<void>,
): Promise<void> {
  const server = await startScratchServer({ version });
  process.env['TEST_DATABASE_URL'] = server.url();
  try {
    const shop = await openShop();
    shop.write('backup.key', BACKUP_KEY.identity);
    try {
      await work(shop);
    } finally {
      await shop.remove();
    }
  } finally {
    delete process.env['TEST_DATABASE_URL'];
    await server.destroy();
  }
}

const ITEMS = 'select name, price_cents, doubled from items order by name';
const FILL = `insert into items (id, name, price_cents, updated_at)
  select gen_random_uuid(), 'it''s ' || n, n, '2026-01-01Z' from generate_series(1, 500) n`;
const KEY = ['--identity', 'backup.key'];
const NEWEST = undefined;

it.each(OTHER_MAJORS)(
  'takes a backup of PostgreSQL %i to the newest, and back',
  async (version) => {
    const run = async (shop: Shop, ...args: string[]) => {
      const { code, stderr } = await shop.migrator(...args);
      expect({ args, stderr: code === 0 ? '' : stderr }).toEqual({ args, stderr: '' });
    };
    const carry = (from: Shop, to: Shop, file: string) =>
      copyFileSync(path.join(from.root, file), path.join(to.root, file));
    await onServer(version, async (old) => {
      await run(old, 'dev', '--name', 'first');
      await query(old, FILL);
      const items = await query(old, ITEMS);
      await run(old, 'backup', '--out', 'old.age');
      await run(old, 'backup', 'verify', 'old.age', ...KEY);
      const oldUrl = process.env['TEST_DATABASE_URL'];
      await onServer(NEWEST, async (shop) => {
        carry(old, shop, 'old.age');
        await run(shop, 'restore', 'old.age', '--replace', ...KEY);
        expect(await query(shop, ITEMS)).toEqual(items);
        await query(shop, `delete from items where price_cents > 400`);
        await run(shop, 'backup', '--out', 'new.age');
        carry(shop, old, 'new.age');
      });
      process.env['TEST_DATABASE_URL'] = oldUrl;
      await run(old, 'restore', 'new.age', '--replace', ...KEY);
      expect(await query(old, ITEMS)).toHaveLength(400);
      await run(old, 'status');
      await run(old, 'verify');
    });
  },
);
