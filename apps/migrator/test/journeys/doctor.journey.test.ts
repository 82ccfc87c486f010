import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Run, type Shop } from '../shop-workspace.ts';
import { openTransactionPooler } from '../transaction-pooler.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
});

afterEach(() => shop.remove());

interface Report {
  readonly state: string;
  readonly findings: readonly { name: string; state: string; what: string; fix?: string }[];
}

function report(run: Run): Report {
  return JSON.parse(run.stdout) as Report;
}

function finding(run: Run, name: string) {
  return report(run).findings.find((found) => found.name === name);
}

async function asAdministrator(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: shop.database.superuserUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

describe('an operator who asks the doctor', () => {
  it('hears of nothing but the test server’s disregard for crashes', async () => {
    await shop.migrator('roles', 'sync');
    await shop.migrator('dev', '--name', 'first');
    const run = await shop.migrator('doctor', '--json');
    const told = report(run).findings.filter(({ state }) => state !== 'ok');
    expect(told.filter(({ name }) => name !== 'server-durability')).toEqual([]);
    expect(run.code).toBe(told.length === 0 ? 0 : 3);
  });

  it('is told that the database cannot be reached, and no password', async () => {
    const url = new URL(shop.database.url);
    url.password = 'canary-4711';
    const refused = await shop.migratorWith({ DATABASE_URL: url.toString() }, 'doctor', '--json');
    expect(refused.code).toBe(4);
    expect(finding(refused, 'reachable')).toMatchObject({ state: 'critical' });
    expect(finding(refused, 'clock')).toMatchObject({ state: 'skipped' });
    url.port = '1';
    const nobody = await shop.migratorWith({ DATABASE_URL: url.toString() }, 'doctor');
    expect(nobody.stdout).toContain('Nothing listens there.');
    expect(refused.stdout + refused.stderr + nobody.stdout + nobody.stderr).not.toContain('canary');
  });

  it('is told that the application role is missing, then that it may too much', async () => {
    expect(finding(await shop.migrator('doctor', '--json'), 'create-role')).toMatchObject({
      state: 'warning',
      fix: 'Run `pnpm migrator roles sync`.',
    });
    await shop.migrator('roles', 'sync');
    await asAdministrator(`alter role "${shop.database.name}_app" bypassrls createdb`);
    const run = await shop.migrator('doctor', '--json');
    expect(run.code).toBe(4);
    expect(finding(run, 'application-role')?.what).toContain('has BYPASSRLS, may create databases');
  });

  it('is told when the application works on the wrong database, or as the owner', async () => {
    await shop.migrator('roles', 'sync');
    const owner = { APP_DATABASE_URL: shop.database.url };
    expect(
      finding(await shop.migratorWith(owner, 'doctor', '--json'), 'application-role'),
    ).toMatchObject({ state: 'critical' });
    const elsewhere = new URL(shop.appUrl);
    elsewhere.pathname = '/template1';
    const other = { APP_DATABASE_URL: elsewhere.toString() };
    expect(
      finding(await shop.migratorWith(other, 'doctor', '--json'), 'application-login'),
    ).toMatchObject({
      state: 'critical',
      what: 'APP_DATABASE_URL and DATABASE_URL are two databases.',
    });
  });

  it('is told that the shadow database is the database itself, by whatever name', async () => {
    const url = new URL(shop.database.url);
    url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
    url.searchParams.set('application_name', 'shadow');
    const shadow = { SHADOW_DATABASE_URL: url.toString() };
    const run = await shop.migratorWith(shadow, 'doctor', '--json');
    expect(finding(run, 'shadow-database')).toMatchObject({ state: 'critical' });
  });

  it('is told that the schema is not composed, and of the server all the same', async () => {
    shop.delete('db/schema.manifest.json');
    const run = await shop.migrator('doctor', '--json');
    expect(run.code).toBe(4);
    expect(finding(run, 'composed-schema')).toMatchObject({ state: 'critical' });
    expect(finding(run, 'extensions')).toMatchObject({ state: 'skipped' });
    expect(finding(run, 'server-version')).toMatchObject({ state: 'ok' });
  });

  it('is told which extension the server lacks', async () => {
    const file = 'schema.config.json';
    shop.write(file, shop.read(file).replace('"extensions":[]', '"extensions":["no_such_thing"]'));
    expect(await shop.compose()).toMatchObject({ code: 0 });
    const run = await shop.migrator('doctor', '--json');
    expect(finding(run, 'extensions')?.what).toContain('no_such_thing');
    expect(run.code).toBe(4);
  });

  it('is told whose tables stand in the way', async () => {
    await shop.migrator('dev', '--name', 'first');
    await asAdministrator('alter table items owner to current_user');
    const run = await shop.migrator('doctor', '--json');
    expect(finding(run, 'ownership')).toMatchObject({ state: 'critical' });
    expect(finding(run, 'ownership')?.what).toContain('items');
  });

  it(
    'is told which of the other connections are not encrypted, and no password',
    { tags: 'slow' },
    async () => {
      // An address of this machine that its URL does not tell to be one.
      const far = new URL(shop.database.url);
      far.hostname = '0.0.0.0';
      const gone = new URL(far);
      [gone.port, gone.password] = ['1', 'canary-4711'];
      const others = {
        REPLICA_DATABASE_URL: `${far.toString()}?schema=public`,
        REPORTS_DATABASE_URL: shop.database.url,
        POOL_2_DATABASE_URL: gone.toString(),
        EMPTY_DATABASE_URL: '',
      };
      const run = await shop.migratorWith(others, 'doctor', '--json');
      expect(finding(run, 'tls-others')).toMatchObject({
        state: 'warning',
        what: 'REPLICA_DATABASE_URL: The connection to another host is not encrypted.',
      });
      const strict = { ...others, NODE_ENV: 'production' };
      const inProduction = await shop.migratorWith(strict, 'doctor', '--json');
      expect(finding(inProduction, 'tls-others')).toMatchObject({ state: 'critical' });
      expect(inProduction.code).toBe(4);
      const { POOL_2_DATABASE_URL, REPORTS_DATABASE_URL } = others;
      const unreached = { POOL_2_DATABASE_URL, REPORTS_DATABASE_URL };
      const skipped = await shop.migratorWith(unreached, 'doctor', '--json');
      expect(finding(skipped, 'tls-others')).toMatchObject({ state: 'skipped' });
      const near = await shop.migratorWith({ REPORTS_DATABASE_URL }, 'doctor', '--json');
      expect(finding(near, 'tls-others')).toMatchObject({ state: 'ok' });
      const odd = { MIRROR_DATABASE_URL: 'mysql://u:canary-4711@db/x' };
      const wrong = await shop.migratorWith(odd, 'doctor', '--json');
      expect(finding(wrong, 'tls-others')?.what).toContain('It is not a PostgreSQL URL.');
      for (const { stdout, stderr } of [run, inProduction, skipped, near, wrong]) {
        expect(stdout + stderr).not.toContain('canary');
      }
    },
  );

  it.each([1, 2, 5])(
    'is told of a pooler that lends %i backends per transaction',
    { tags: 'slow' },
    async (size) => {
      const pooler = await openTransactionPooler(shop.database.url, size);
      try {
        const pooled = { DATABASE_URL: pooler.url, APP_DATABASE_URL: shop.appUrl };
        const run = await shop.migratorWith(pooled, 'doctor', '--json');
        expect(finding(run, 'pooler')).toMatchObject({ state: 'critical' });
        const deploy = await shop.migratorWith(pooled, 'deploy');
        expect(deploy.code).toBe(2);
        expect(deploy.stderr).toContain('MIGRATOR.POOLER_REFUSED');
      } finally {
        await pooler.close();
      }
    },
  );
});
