import { statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMigratedShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openMigratedShop();
});

afterEach(() => shop.remove());

async function seed(): Promise<unknown> {
  return JSON.parse((await shop.migrator('seed', '--json')).stdout);
}

describe('seeds', () => {
  it('follow their files, where people changed nothing', async () => {
    expect(await seed()).toMatchObject({ inserted: 2 });
    expect(await seed()).toMatchObject({ inserted: 0, updated: 0, unchanged: 2, kept: [] });
    shop.write(
      'packages/catalog/seeds/10-items.json',
      JSON.stringify({ model: 'Item', key: ['name'], rows: [{ name: 'apple', priceCents: 55 }] }),
    );
    expect(await seed()).toMatchObject({ inserted: 0, updated: 1 });
  });

  it('tell every fault with its file, row and field, and write nothing', async () => {
    shop.write(
      'packages/catalog/seeds/10-items.json',
      JSON.stringify({
        model: 'Item',
        key: ['name'],
        rows: [
          { name: 'apple', priceCents: 'x' },
          { name: 'pear' },
          { name: 'fig', priceCents: 1, colour: 'blue' },
        ],
      }),
    );
    const run = await shop.migrator('seed');
    expect(run.code).toBe(2);
    for (const fault of [
      'row 1: priceCents',
      'row 2: priceCents is required',
      'row 3: Item has no field colour',
    ]) {
      expect(run.stderr).toContain(fault);
    }
    shop.write(
      'packages/catalog/seeds/10-items.json',
      JSON.stringify({ model: 'Item', key: ['name'], rows: [{ name: 'apple', priceCents: 1 }] }),
    );
    expect(await seed()).toMatchObject({ inserted: 1 });
  });
});

describe('env', () => {
  it('is written once, for its owner alone, with keys of the length that the example states', async () => {
    const none = await shop.migrator('env', 'init');
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('MIGRATOR.WORKSPACE_UNREADABLE');
    shop.write('.env.example', '# @bytes 32\nAPP_KEY="placeholder"\nNAME="shop"\n');
    const first = await shop.migrator('env', 'init', '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({ written: true });
    expect(statSync(path.join(shop.root, '.env')).mode & 0o777).toBe(0o600);
    expect(await shop.migrator('env', 'check')).toMatchObject({ code: 0 });
    const second = await shop.migrator('env', 'init', '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ written: false, missing: [] });
    shop.write('.env', 'APP_KEY="abcd"\nNAME="shop"\n');
    const check = await shop.migrator('env', 'check');
    expect(check.code).toBe(2);
    expect(check.stderr).toContain('APP_KEY is not 32 bytes');
    expect(check.stderr).not.toContain('abcd');
  });

  it('asks for no variable in whose place another is set', async () => {
    shop.write(
      '.env.example',
      '# @bytes 32 @unless APP_KEY_FILE APP_KEY_ID\nAPP_KEY="placeholder"\n',
    );
    const missing = await shop.migrator('env', 'check');
    expect(missing.stderr).toContain('APP_KEY is not set');
    shop.write('.env', 'APP_KEY=""\nAPP_KEY_ID="one"\n');
    expect(await shop.migrator('env', 'check')).toMatchObject({ code: 0 });
  });
});
