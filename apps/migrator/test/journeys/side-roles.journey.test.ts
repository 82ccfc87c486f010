import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKUP_KEY, openShop, type Run, type Shop } from '../shop-workspace.ts';

const REFUSED = '42501';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
  const config = JSON.parse(shop.read('schema.config.json')) as {
    classifications: Record<string, object>;
  };
  config.classifications['locked'] = {
    ...{ rank: 3, meaning: 'for nobody', rowSecurity: false, mask: true, log: false },
    withheld: true,
  };
  shop.write('schema.config.json', JSON.stringify({ ...config, auditTrail: ['Sale'] }));
  shop.write(
    'packages/catalog/prisma/tills.prisma',
    `/// Where things are paid.
/// @open
model Till {
  id   Int    @id
  name String
  /// @locked
  /// @appReads It is compared when a till is opened.
  pin  String
  /// @locked
  safe String
  @@map("Tills of ""us""")
}
`.replaceAll('""', "''"),
  );
  expect(await shop.compose()).toMatchObject({ code: 0 });
  expect(await migrator('roles', 'sync')).toMatchObject({ code: 0 });
  expect(await migrator('dev', '--name', 'first')).toMatchObject({ code: 0 });
  await asSuperuser(`insert into "Tills of ''us''" values (1, 'door', 'one', 'two')`);
  await asSuperuser('insert into sales values (gen_random_uuid(), now(), 7)');
});

afterAll(() => shop.remove());

function urlOf(suffix: 'readonly' | 'auditor' | 'backup'): string {
  const url = new URL(shop.database.url);
  [url.username, url.password] = [`${shop.database.name}_${suffix}`, `of-the-${suffix}`];
  return url.toString();
}

function migrator(...args: string[]): Promise<Run> {
  return shop.migratorWith(
    {
      READONLY_DATABASE_URL: urlOf('readonly'),
      AUDITOR_DATABASE_URL: urlOf('auditor'),
      BACKUP_DATABASE_URL: urlOf('backup'),
    },
    ...args,
  );
}

/** The rows of a statement, or the SQLSTATE of its refusal. */
async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.end();
  }
}

const asSuperuser = (sql: string) => ask(shop.database.superuserUrl, sql);

describe('roles sync, with roles beside the application', () => {
  it('lets each read what it is for, as soon as a deploy ends', async () => {
    const tills = `from "Tills of ''us''"`;
    expect(await ask(shop.appUrl, `select pin ${tills}`)).toEqual([{ pin: 'one' }]);
    expect(await ask(shop.appUrl, `select safe ${tills}`)).toBe(REFUSED);
    expect(await ask(urlOf('readonly'), `select name ${tills}`)).toEqual([{ name: 'door' }]);
    expect(await ask(urlOf('readonly'), `select pin ${tills}`)).toBe(REFUSED);
    expect(await ask(urlOf('readonly'), 'select amount from sales')).toBe(REFUSED);
    expect(await ask(urlOf('auditor'), 'select amount from sales')).toEqual([{ amount: 7 }]);
    expect(await ask(urlOf('auditor'), `select name ${tills}`)).toBe(REFUSED);
    expect(await ask(urlOf('backup'), `select pin, safe ${tills}`)).toEqual([
      { pin: 'one', safe: 'two' },
    ]);
    for (const url of [urlOf('readonly'), urlOf('auditor'), urlOf('backup')]) {
      expect(await ask(url, `update "Tills of ''us''" set name = 'x' where false`)).toBe(REFUSED);
      expect(await ask(url, 'delete from sales where false')).toBe(REFUSED);
      expect(await ask(url, 'create table mine (id int)')).toBe(REFUSED);
      expect(await ask(url, 'select cheapest()')).toBe(REFUSED);
    }
  });

  it(
    'needs a superuser once, for the backup to see past row security',
    { tags: 'slow' },
    async () => {
      const blinded = await migrator('backup', '--out', '-');
      expect(blinded).toMatchObject({ code: 2 });
      expect(blinded.stderr).toContain('MIGRATOR.BACKUP_BLINDED');
      const doctor = await migrator('doctor', '--json');
      expect(doctor.stdout).toContain(
        `The backup role ${shop.database.name}_backup lacks BYPASSRLS.`,
      );
      const print = await migrator('roles', 'sync', '--print');
      expect(print.stdout).toContain(`ALTER ROLE "${shop.database.name}_backup" BYPASSRLS;`);
      await asSuperuser(print.stdout);
      const file = `${shop.root}/by-the-backup-role.age`;
      expect(await migrator('backup', '--out', file)).toMatchObject({ code: 0 });
      shop.write('key', BACKUP_KEY.identity);
      const proof = await migrator('backup', 'verify', file, '--identity', `${shop.root}/key`);
      expect(proof).toMatchObject({ code: 0 });
      expect(JSON.parse((await migrator('roles', 'sync', '--json')).stdout)).toMatchObject({
        ...{ changed: false, left: [] },
        sideRoles: [{ kind: 'read-only' }, { kind: 'auditor' }, { kind: 'backup' }],
      });
    },
  );

  it('is held to its word by verify, and seen by the doctor', { tags: 'slow' }, async () => {
    expect(await migrator('verify')).toMatchObject({ code: 0 });
    const role = `"${shop.database.name}_readonly"`;
    await asSuperuser(
      `grant select on sales to ${role}; alter policy auditor_reads on sales to public`,
    );
    await asSuperuser(`grant pg_read_all_data to ${role}`);
    const verify = await migrator('verify');
    expect(verify.code).toBe(3);
    expect(verify.stdout).toContain(`REVOKE SELECT ON TABLE sales FROM ${role}`);
    expect(verify.stdout).toContain('CREATE POLICY auditor_reads ON sales');
    expect((await migrator('doctor')).stdout).toContain('is a member of a role that reads');
    await asSuperuser(`revoke pg_read_all_data from ${role}`);
    expect(await migrator('roles', 'sync')).toMatchObject({ code: 0 });
    expect(await migrator('verify')).toMatchObject({ code: 0 });
  });

  it('prints the URL of a role, and tells which variable one lacks', async () => {
    expect((await migrator('roles', 'url', 'auditor')).stdout.trim()).toBe(urlOf('auditor'));
    const lacking = await shop.migrator('roles', 'url', 'auditor');
    expect(lacking.code).toBe(2);
    expect(lacking.stderr).toContain('MIGRATOR.ROLE_NOT_SET_UP');
    expect(lacking.stderr).toContain('AUDITOR_DATABASE_URL');
    const twice = {
      READONLY_DATABASE_URL: urlOf('auditor'),
      AUDITOR_DATABASE_URL: urlOf('auditor'),
    };
    const same = await shop.migratorWith(twice, 'roles', 'sync');
    expect(same.stderr).toContain('READONLY_DATABASE_URL and AUDITOR_DATABASE_URL name the same');
    expect(same.stderr).not.toContain('of-the-auditor');
  });
});
