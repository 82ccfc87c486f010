/** @module-tag slow */
import {
  OTHER_MAJORS,
  startScratchServer,
  type ScratchServer,
  type ScratchServerOptions,
} from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { runPrisma } from '../prisma-cli.ts';
import { addOrders } from '../shop-orders.ts';
import { openShop, type Shop } from '../shop-workspace.ts';

let server: ScratchServer | undefined;
let shop: Shop | undefined;

afterEach(async () => {
  await shop?.remove();
  await server?.destroy();
  shop = server = undefined;
  delete process.env['TEST_DATABASE_URL'];
});

async function openOn(version: ScratchServerOptions['version']): Promise<Shop> {
  server = await startScratchServer({ version });
  process.env['TEST_DATABASE_URL'] = server.url();
  shop = await openShop();
  addOrders(shop);
  return shop;
}

describe.each(OTHER_MAJORS)('PostgreSQL %i', (version) => {
  it('is brought to the schema, agrees with it, and agrees with Prisma', async () => {
    const opened = await openOn(version);
    expect(await opened.migrator('roles', 'sync')).toMatchObject({ code: 0 });
    expect(await opened.migrator('dev', '--name', 'first')).toMatchObject({ code: 0 });
    expect(await opened.migrator('deploy')).toMatchObject({ code: 0 });
    expect(await opened.migrator('roles', 'sync')).toMatchObject({ code: 0 });
    expect(await opened.migrator('seed')).toMatchObject({ code: 0 });
    expect(await opened.migrator('status')).toMatchObject({ code: 0 });
    const verified = await opened.migrator('verify', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ differences: [] });
    expect((await runPrisma(opened, 'migrate', 'status')).output).toContain('up to date');
    const diff = ['migrate', 'diff', '--from-config-datasource', '--exit-code'];
    expect(await runPrisma(opened, ...diff, '--to-schema', 'db/schema.prisma')).toMatchObject({
      code: 0,
    });
  });

  it('takes a second migration, and tells what was changed by hand', async () => {
    const opened = await openOn(version);
    await opened.migrator('dev', '--name', 'first');
    const fragment = 'packages/catalog/prisma/items.prisma';
    opened.write(
      fragment,
      opened
        .read(fragment)
        .replace(
          '@check items_price_positive: price_cents >= 0',
          '@check items_price_positive: price_cents > 0',
        ),
    );
    const dev = await opened.migrator('dev', '--name', 'second');
    expect(dev).toMatchObject({ code: 0 });
    expect(await opened.migrator('verify')).toMatchObject({ code: 0 });
  });

  it('is found fit by the doctor', async () => {
    const opened = await openOn(version);
    await opened.migrator('roles', 'sync');
    const { stdout } = await opened.migrator('doctor', '--json');
    const { findings } = JSON.parse(stdout) as { findings: { name: string; state: string }[] };
    const faults = findings.filter(({ state }) => state !== 'ok').map(({ name }) => name);
    // Before 15 schema public belongs to the server's own role, and everyone may create in it.
    const open = version < 15 ? ['public-schema', 'application-role'] : [];
    expect(faults.filter((name) => !open.includes(name))).toEqual(['server-durability']);
  });
});

describe('PostgreSQL 13', () => {
  it('is refused as too old, by the doctor too, and left alone', async () => {
    const opened = await openOn(13);
    for (const command of ['deploy', 'status', 'rollback']) {
      const run = await opened.migrator(command);
      expect(run).toMatchObject({ code: 2 });
      expect(run.stderr).toContain('MIGRATOR.SERVER_UNSUPPORTED');
    }
    const { stdout } = await opened.migrator('doctor', '--json');
    expect(stdout).toContain('PostgreSQL 13.23 is too old');
    const client = new pg.Client({ connectionString: opened.database.url });
    await client.connect();
    const { rows } = await client.query(
      `select relname from pg_class where relnamespace = 'public'::regnamespace`,
    );
    await client.end();
    expect(rows).toEqual([]);
  });
});
