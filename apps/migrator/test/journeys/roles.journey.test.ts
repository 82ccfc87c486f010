import path from 'node:path';
import { startServer } from '@holovitals/postgres';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openShop();
  shop.write(
    'packages/catalog/sql/upkeep.sql',
    `-- What only the owner does.
-- @internal
create or replace function forget_items() returns void
language sql security definer set search_path = public as $$ delete from items $$;
`,
  );
  shop.write(
    'packages/catalog/sql/names.sql',
    `-- Keeps names in lower case, and shows them.
create or replace function lower_name() returns trigger
language plpgsql set search_path = public as $$ begin new.name := lower(new.name); return new; end $$;
create or replace trigger items_lower_name before insert or update on items
  for each row execute function lower_name();
create or replace view item_names as select name from items;
`,
  );
});

afterEach(() => shop.remove());

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function asOwner(sql: string): Promise<unknown[]> {
  return withClient(
    shop.database.url,
    async (client) => (await client.query<Record<string, unknown>>(sql)).rows,
  );
}

/** What the application role gets for a statement: its rows, or the SQLSTATE of the refusal. */
async function asApplication(sql: string): Promise<unknown> {
  return withClient(shop.appUrl, (client) =>
    client.query(sql).then(
      ({ rows }) => rows as unknown,
      (error: { code: string }) => error.code,
    ),
  );
}

describe('roles sync', () => {
  it(
    'changes nothing the second time, and mends what was changed by hand',
    { tags: 'slow' },
    async () => {
      await shop.migrator('dev', '--name', 'first');
      const sync = async () =>
        JSON.parse((await shop.migrator('roles', 'sync', '--json')).stdout) as unknown;
      expect(await sync()).toMatchObject({ changed: true });
      expect(await sync()).toMatchObject({ changed: false });
      await asOwner('grant delete, truncate on sales to public');
      await asOwner(`grant update on sales to "${shop.database.name}_app"`);
      await asOwner('grant execute on function forget_items() to public');
      await asOwner(
        `alter default privileges in schema public grant delete on tables to "${shop.database.name}_app"`,
      );
      expect(await sync()).toMatchObject({ changed: true });
      expect(await asApplication('delete from sales')).toBe('42501');
      expect(await asApplication('update sales set amount = 1')).toBe('42501');
      expect(await asApplication('select forget_items()')).toBe('42501');
      expect(
        await asOwner(
          'select 1 from pg_default_acl, aclexplode(defaclacl) where grantee <> defaclrole',
        ),
      ).toEqual([]);
      expect(await sync()).toMatchObject({ changed: false });
    },
  );

  it('may run eight at once, beside a deploy', { tags: 'slow' }, async () => {
    await shop.migrator('dev', '--name', 'first', '--create-only');
    const runs = await Promise.all([
      ...Array.from({ length: 8 }, () => shop.migrator('roles', 'sync')),
      shop.migrator('deploy'),
    ]);
    expect(runs.filter(({ code }) => code !== 0)).toEqual([]);
    await shop.migrator('roles', 'sync');
    expect(await shop.migrator('verify')).toMatchObject({ code: 0 });
  });

  it('leaves the application no way to make, alter or empty a table', async () => {
    await shop.migrator('roles', 'sync');
    await shop.migrator('dev', '--name', 'first');
    for (const sql of [
      'create table mine (id int)',
      'alter table items add column mine int',
      'truncate items',
      'select * from sale_partitions.sales_default',
      'update _prisma_migrations set logs = null',
      'delete from migrator.objects',
    ]) {
      expect(await asApplication(sql), sql).toBe('42501');
    }
  });
});

describe('the application role', () => {
  it('may use what a deploy made as soon as it ends, but not what is internal', async () => {
    await shop.migrator('roles', 'sync');
    await shop.migrator('dev', '--name', 'first');
    await asApplication(`insert into items values (gen_random_uuid(), 'Fig', 5, default, now())`);
    expect(await asApplication('update items set price_cents = 7')).toEqual([]);
    expect(await asApplication('select cheapest(), name from item_names')).toEqual([
      { cheapest: 7, name: 'fig' },
    ]);
    expect(await asApplication('select forget_items()')).toBe('42501');
  });

  it(
    'loses a function that becomes internal, and gains one that no longer is',
    { tags: 'slow' },
    async () => {
      await shop.migrator('roles', 'sync');
      await shop.migrator('dev', '--name', 'first');
      shop.write(
        'packages/catalog/sql/cheapest.sql',
        `-- The lowest price.
-- @internal
create or replace function cheapest() returns integer
language sql stable set search_path = public as $$ select min(price_cents) from items $$;
`,
      );
      await shop.migrator('deploy');
      expect(await asApplication('select cheapest()')).toBe('42501');
      shop.write(
        'packages/catalog/sql/cheapest.sql',
        `-- The lowest price.
create or replace function cheapest() returns integer
language sql stable set search_path = public as $$ select min(price_cents) from items $$;
`,
      );
      await shop.migrator('deploy');
      expect(await asApplication('select cheapest()')).toEqual([{ cheapest: null }]);
    },
  );

  it(
    'finds a function that a migration makes closed, unless the migration opens it',
    { tags: 'slow' },
    async () => {
      await shop.migrator('roles', 'sync');
      await shop.migrator('dev', '--name', 'first');
      shop.addMigration(
        '29990101000000_functions',
        `create function shut() returns int language sql as 'select 1';
create function open() returns int language sql as 'select 2';
grant execute on function open() to public;
`,
      );
      await shop.migrator('deploy');
      await shop.migrator('roles', 'sync');
      expect(await asApplication('select shut()')).toBe('42501');
      expect(await asApplication('select open()')).toEqual([{ open: 2 }]);
    },
  );
});

describe('an operator whose role owns nothing', () => {
  const limited = () => `${shop.database.name}_limited`;
  const urls = () => {
    const url = new URL(shop.database.url);
    url.username = limited();
    url.password = 'limited';
    return { DATABASE_URL: url.toString() };
  };

  async function asAdministrator(sql: string): Promise<void> {
    await withClient(shop.database.superuserUrl, (client) => client.query(sql));
  }

  beforeEach(async () => {
    await asAdministrator(`create role "${limited()}" login password 'limited'`);
    await asAdministrator(`alter database "${shop.database.name}" owner to current_user`);
    await asAdministrator('revoke create on schema public from public');
  });

  it(
    'is told what an administrator must run, and needs no more than that',
    { tags: 'slow' },
    async () => {
      await shop.migrator('dev', '--name', 'first', '--create-only');
      const deploy = await shop.migratorWith(urls(), 'deploy');
      expect(deploy.code).toBe(2);
      expect(deploy.stderr).toContain('MIGRATOR.SCHEMA_CLOSED');
      expect(deploy.stderr).toContain(`GRANT USAGE, CREATE ON SCHEMA public TO "${limited()}"`);
      const refused = await shop.migratorWith(urls(), 'roles', 'sync');
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('MIGRATOR.ROLE_NOT_PERMITTED');
      const print = await shop.migratorWith(urls(), 'roles', 'sync', '--print');
      await asAdministrator(
        print.stdout.replace(/^\\password (.*)$/m, `alter role $1 password 'shop-app';`),
      );
      expect(await shop.migratorWith(urls(), 'roles', 'sync')).toMatchObject({ code: 0 });
      expect(await shop.migratorWith(urls(), 'deploy')).toMatchObject({ code: 0 });
      expect(await shop.migratorWith(urls(), 'verify')).toMatchObject({ code: 0 });
      expect((await shop.migratorWith(urls(), 'roles', 'sync', '--print')).stdout.trim()).toBe('');
      await asAdministrator(`reassign owned by "${limited()}" to current_user`);
      const taken = await shop.migratorWith(urls(), 'roles', 'sync');
      expect(taken.stderr).toContain('MIGRATOR.RIGHTS_MISSING');
      expect(taken.stderr).toContain(`ALTER TABLE public.items OWNER TO "${limited()}";`);
      await asAdministrator(`drop owned by "${limited()}" cascade`);
    },
  );
});

describe('names and passwords that want quoting', () => {
  const database = `We"ird ${process.pid}-Db'é`;
  const role = `Own "er" ${process.pid}`;
  const password = `p@ss:/?#'"%$\\`;

  it('are taken as they are, from roles to verify', { tags: 'slow' }, async () => {
    const at = (user: string, secret: string) => {
      const url = new URL(shop.database.superuserUrl);
      url.username = encodeURIComponent(user);
      url.password = encodeURIComponent(secret);
      url.pathname = `/${encodeURIComponent(database)}`;
      return url.toString();
    };
    const urls = {
      DATABASE_URL: at(role, password),
      APP_DATABASE_URL: at(`${role} app`, `${password}&app`),
    };
    const [name, owner, secret] = [
      pg.escapeIdentifier(database),
      pg.escapeIdentifier(role),
      pg.escapeLiteral(password),
    ];
    const administer = (...statements: string[]) =>
      withClient(shop.database.superuserUrl, async (client) => {
        for (const sql of statements) await client.query(sql);
      });
    await administer(
      `create role ${owner} login createdb createrole password ${secret}`,
      `create database ${name} owner ${owner}`,
    );
    try {
      for (const args of [
        ['roles', 'sync'],
        ['dev', '--name', 'first'],
        ['deploy'],
        ['seed'],
        ['status'],
        ['verify'],
        ['roles', 'sync', '--print'],
      ]) {
        const run = await shop.migratorWith(urls, ...args);
        expect(run, args.join(' ')).toMatchObject({ code: 0 });
        expect(run.stdout + run.stderr).not.toContain('p@ss');
      }
      const doctor = await shop.migratorWith(urls, 'doctor', '--json');
      expect(doctor.stdout).not.toContain('"critical"');
    } finally {
      await administer(
        `drop database ${name} with (force)`,
        `drop role ${pg.escapeIdentifier(`${role} app`)}`,
        `drop role ${owner}`,
      );
    }
  });
});

describe('the embedded server', () => {
  const embedded = { DATABASE_URL: '', APP_DATABASE_URL: '' };

  it('gives a database that another role owns back to its owner', { tags: 'slow' }, async () => {
    const server = await startServer({ dataDir: path.join(shop.root, '.data', 'postgres') });
    try {
      await withClient(server.url(), (client) => client.query('create database shop'));
      const url = server.url({ database: 'shop' });
      await shop.migratorWith({ ...embedded, DATABASE_URL: url }, 'dev', '--name', 'first');
      expect(await shop.migratorWith(embedded, 'roles', 'sync')).toMatchObject({ code: 0 });
      expect(await shop.migratorWith(embedded, 'verify', '--json')).toMatchObject({ code: 0 });
      expect(await shop.migratorWith(embedded, 'doctor')).toMatchObject({ code: 0 });
    } finally {
      await server.stop();
    }
  });
});

describe('one role for both', () => {
  it('is refused', async () => {
    const same = { APP_DATABASE_URL: shop.database.url };
    const run = await shop.migratorWith(same, 'roles', 'sync');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('MIGRATOR.ROLES_EQUAL');
  });
});
