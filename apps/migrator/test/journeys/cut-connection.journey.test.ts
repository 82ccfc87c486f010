/** @module-tag slow */
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCutProxy, type CutProxy } from '../cut-proxy.ts';
import { openMigratedShop, type Shop } from '../shop-workspace.ts';

const NAME = '29990101000000_size';

let shop: Shop;
let proxy: CutProxy;
let holder: pg.Client;
let watcher: pg.Client;

beforeEach(async () => {
  shop = await openMigratedShop();
  shop.addMigration(NAME, 'create table sizes (id int);\nalter table items add column size int;\n');
  shop.write(
    `db/migrations/${NAME}/down.sql`,
    'drop table sizes;\nalter table items drop column size;\n',
  );
  shop.write(`db/migrations/${NAME}/meta.json`, '{"domains":[],"reversible":true,"losses":[]}');
  shop.seal();
  proxy = await openCutProxy(shop.database.url);
  holder = new pg.Client({ connectionString: shop.database.url });
  watcher = new pg.Client({ connectionString: shop.database.url });
  for (const client of [holder, watcher]) await client.connect();
});

afterEach(async () => {
  for (const client of [holder, watcher]) await client.end();
  await proxy.close();
  await shop.remove();
});

const CUTS = {
  'the server ends its session': async (pid: number) => {
    await watcher.query('select pg_terminate_backend($1)', [pid]);
  },
  'the way to the server is cut': (pid: number) => {
    proxy.cut();
    // The server notices within a second, and gives its place in the queue of the lock away.
    return expect
      .poll(() => watcher.query('select from pg_stat_activity where pid = $1', [pid]))
      .toMatchObject({ rowCount: 0 });
  },
};

/** Runs a command through the proxy until it waits for a lock in the middle, and cuts it there. */
async function cutInTheMiddle(how: keyof typeof CUTS, ...command: string[]) {
  await holder.query('begin; select from items');
  const run = shop.migratorWith(
    { DATABASE_URL: proxy.url },
    ...command,
    ...['--lock-timeout', '0', '--accept-data-loss'].slice(0, command[0] === 'deploy' ? 2 : 3),
  );
  const waiting = `select pid from pg_locks where not granted and relation = 'items'::regclass`;
  let pid = 0;
  await expect
    .poll(async () => {
      pid = (await watcher.query<{ pid: number }>(waiting)).rows[0]?.pid ?? 0;
      return pid;
    })
    .not.toBe(0);
  await CUTS[how](pid);
  await holder.query('commit');
  return run;
}

async function expectState(applied: boolean): Promise<void> {
  const status = JSON.parse((await shop.migrator('status', '--json')).stdout) as {
    applied: string[];
    failed: string[];
  };
  expect(status.failed).toEqual([]);
  expect(status.applied.includes(NAME)).toBe(applied);
  const { rows } = await watcher.query(`select to_regclass('sizes') is not null as there`);
  expect(rows).toEqual([{ there: applied }]);
}

describe.each(Object.keys(CUTS) as (keyof typeof CUTS)[])('where %s', (how) => {
  it('a deploy and a rollback leave nothing half done, and the same command finishes', async () => {
    const deploy = await cutInTheMiddle(how, 'deploy');
    expect(deploy).toMatchObject({ code: 4 });
    expect(deploy.stderr).toContain('MIGRATOR.DATABASE_FAULT');
    await expectState(false);
    expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
    await expectState(true);

    const rollback = await cutInTheMiddle(how, 'rollback', '--no-backup');
    expect(rollback).toMatchObject({ code: 4 });
    expect(rollback.stderr).toContain('MIGRATOR.DATABASE_FAULT');
    await expectState(true);
    expect(await shop.migrator('rollback', '--no-backup', '--accept-data-loss')).toMatchObject({
      code: 0,
    });
    await expectState(false);
  });
});
