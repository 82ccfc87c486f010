/** @module-tag slow */
import { describe, expect, it } from 'vitest';
import { hasSmallDisk, makeRoom } from './server-on-small-disk.ts';
import { openMigratedShop } from '../shop-workspace.ts';

const NAME = '29990101000000_large';

// Elsewhere than as root this is skipped, and seen to be.
describe.skipIf(!hasSmallDisk)('a server whose disk is full', () => {
  it('undoes the migration, tells why, and takes it once there is room', async () => {
    const shop = await openMigratedShop();
    shop.addMigration(
      NAME,
      `create table large as select n, repeat('x', 1000) as filler from generate_series(1, 300000) n;\n`,
    );
    const run = await shop.migrator('deploy');
    expect(run).toMatchObject({ code: 4 });
    expect(run.stderr).toContain('MIGRATOR.DATABASE_FAULT');

    await makeRoom();
    // A server that could not write its log recovers first.
    await expect.poll(async () => (await shop.migrator('status')).code).toBe(3);
    const status = JSON.parse((await shop.migrator('status', '--json')).stdout) as object;
    expect(status).toMatchObject({ pending: [NAME], failed: [] });
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await shop.migrator('status')).toMatchObject({ code: 0 });
    await shop.remove();
  });
});
