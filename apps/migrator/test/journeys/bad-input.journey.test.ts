/** @module-tag slow */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newestMigration, openShop, type Run, type Shop } from '../shop-workspace.ts';

const SECRET = 'secret-4711';
const PENDING = '29990101000000_good';

let shop: Shop;
let kept: string;
let first: string;
let catalog: string;

beforeAll(async () => {
  shop = await openShop();
  await shop.migrator('dev', '--name', 'first');
  first = newestMigration(shop);
  shop.addMigration(PENDING, 'create table good (id int);\n');
  shop.write(`db/migrations/${PENDING}/down.sql`, 'drop table good;\n');
  shop.write(`db/migrations/${PENDING}/meta.json`, '{"domains":["catalog"],"reversible":true}\n');
  await shop.migrator('seal');
  kept = mkdtempSync(path.join(os.tmpdir(), 'kept-shop-'));
  cpSync(shop.root, kept, { recursive: true });
  catalog = await readCatalog();
});

afterEach(async () => {
  expect(await readCatalog()).toBe(catalog);
});

afterAll(async () => {
  rmSync(kept, { recursive: true, force: true });
  await shop.remove();
});

/** All that a command could have changed: relations, columns, constraints, and what is recorded. */
function readCatalog(): Promise<string> {
  return asSuperuser(async (client) => {
    const { rows } = await client.query<{ hash: string }>(
      `select md5(concat(
         (select string_agg(concat(relname, relkind, relacl), ',' order by oid) from pg_class
          where relnamespace = 'public'::regnamespace),
         (select string_agg(concat(attrelid, attname, atttypid, attnotnull), ',' order by attrelid, attnum)
          from pg_attribute where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)),
         (select string_agg(concat(conname, pg_get_constraintdef(oid)), ',' order by oid) from pg_constraint),
         (select string_agg(m::text, ',' order by id) from _prisma_migrations m),
         (select string_agg(o::text, ',' order by file) from migrator.objects o))) as hash`,
    );
    return rows[0]?.hash ?? '';
  });
}

async function asSuperuser<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: shop.database.superuserUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The database's URL, changed. */
function urlWith(change: (url: URL) => void): string {
  const url = new URL(shop.database.url);
  change(url);
  return url.toString();
}

/** What every refusal has: its code, a fix, no stack and no password. */
function expectRefusal(run: Run, exit: number, ...says: string[]): void {
  const said = run.stdout + run.stderr;
  expect(said).not.toMatch(/\n\s+at /);
  expect(said).not.toContain(SECRET);
  expect(said).not.toContain(new URL(shop.database.url).password);
  for (const text of says) expect(run.stderr).toContain(text);
  expect(run.stderr).toContain('fix: ');
  expect(run.code).toBe(exit);
}

describe('a call that is not understood', () => {
  it.concurrent.each<[string, string[], string[]]>([
    ['an unknown option', ['deploy', '--lock-timeot', '5'], ['--lock-timeout', 'deploy --help']],
    ['an unknown command', ['deplyo'], ['Did you mean deploy?', 'migrator --help']],
    ['an unknown subcommand', ['env', 'chekc'], ['Did you mean check?', 'env --help']],
    ['an option without its value', ['deploy', '--lock-timeout'], ['argument missing']],
    ['a value of another type', ['deploy', '--lock-timeout', 'soon'], ['whole number']],
    ['a number of steps that is none', ['rollback', '--steps', 'two'], ['whole number']],
    ['no steps', ['rollback', '--steps', '0'], ['from 1 on']],
    ['options that contradict', ['rollback', '--steps', '1', '--to', 'x'], ['cannot be used with']],
    ['a needed option left out', ['dev'], ['--name <name>', 'dev --help']],
    ['a URL where none belongs', ['deploy', `postgres://u:${SECRET}@h/d`], ['too many arguments']],
    ['a URL as a command', [`postgres://u:${SECRET}@h/d`], ['//…@h/d']],
  ])('is refused: %s', async (_, args, says) => {
    expectRefusal(await shop.migrator(...args), 2, 'MIGRATOR.CALL_INVALID', ...says);
  });

  it('is told to programs as JSON, and to those who name no command by the help', async () => {
    const run = await shop.migrator('deploy', '--jsno', '--json');
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'MIGRATOR.CALL_INVALID' } });
    const bare = await shop.migrator();
    expect(bare).toMatchObject({ code: 2, stdout: '' });
    expect(bare.stderr).toContain('Usage: migrator');
  });
});

describe('a database that is not to be reached', () => {
  it.concurrent.each<[string, string, string]>([
    ['no URL at all', '', 'MIGRATOR.DATABASE_URL_MISSING'],
    ['words', `the database, ${SECRET}`, 'MIGRATOR.DATABASE_URL_MALFORMED'],
    ['another kind of database', `mysql://u:${SECRET}@h/d`, 'MIGRATOR.DATABASE_URL_MALFORMED'],
    ['a port that is none', `postgres://u:${SECRET}@h:99999/d`, 'MIGRATOR.DATABASE_URL_MALFORMED'],
    ['no database', `postgres://u:${SECRET}@h`, 'MIGRATOR.DATABASE_URL_MALFORMED'],
    ['a bare percent sign', `postgres://u:%${SECRET}@h/d`, '%25'],
    ['an unknown host', `postgres://u:${SECRET}@nowhere.invalid/d`, 'Correct the host'],
    ['a port where nothing listens', `postgres://u:${SECRET}@127.0.0.1:1/d`, 'Nothing listens'],
    [
      'a certificate that is not there',
      `postgres://u:${SECRET}@127.0.0.1:1/d?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`,
      'sslrootcert',
    ],
  ])('is refused: %s', async (_, url, says) => {
    const environment = { DATABASE_URL: url, NODE_ENV: 'production' };
    const isTried = /127|invalid/.test(url);
    expectRefusal(await shop.migratorWith(environment, 'deploy'), isTried ? 4 : 2, says);
  });

  it('is refused: a wrong password, an unknown role, an unknown database, TLS where there is none', async () => {
    const cases: [string, string][] = [
      [urlWith((url) => (url.password = SECRET)), 'roles sync'],
      [urlWith((url) => (url.username = 'nobody_known')), 'roles sync'],
      [urlWith((url) => (url.pathname = '/no "such" base')), 'does not exist'],
      [urlWith((url) => url.searchParams.set('sslmode', 'require')), 'no TLS'],
    ];
    for (const [url, says] of cases) {
      const run = await shop.migratorWith({ DATABASE_URL: url }, 'deploy');
      expectRefusal(run, 4, 'MIGRATOR.CONNECTION_FAILED', says);
    }
  });

  it('is refused: a server that does not answer, and one that is no PostgreSQL', async () => {
    const sockets: Socket[] = [];
    const mute = await listen((socket) => sockets.push(socket));
    const web = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    for (const server of [mute, web]) {
      const { port } = server.address() as AddressInfo;
      const DATABASE_URL = `postgres://u:${SECRET}@127.0.0.1:${port}/d?connect_timeout=1`;
      expectRefusal(
        await shop.migratorWith({ DATABASE_URL }, 'status'),
        4,
        'MIGRATOR.CONNECTION_FAILED',
      );
    }
    for (const socket of sockets) socket.destroy();
    for (const server of [mute, web]) server.close();
  });
});

function listen(serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe('a database that is not ours to change', () => {
  it('is refused: rights that are lacking', async () => {
    const { name } = shop.database;
    const role = `${name}_guest`;
    await asSuperuser((client) => client.query(`create role "${role}" login password '${SECRET}'`));
    const DATABASE_URL = urlWith((url) => {
      url.username = role;
      url.password = SECRET;
    });
    expectRefusal(
      await shop.migratorWith({ DATABASE_URL }, 'deploy'),
      2,
      'MIGRATOR.SCHEMA_CLOSED',
      'GRANT USAGE, CREATE ON SCHEMA',
    );
    await asSuperuser((client) => client.query(`revoke connect on database "${name}" from public`));
    expectRefusal(
      await shop.migratorWith({ DATABASE_URL }, 'deploy'),
      4,
      'MIGRATOR.CONNECTION_FAILED',
      'GRANT CONNECT ON DATABASE',
    );
  });

  it('is refused: tables of another program', async () => {
    const name = `${shop.database.name}_foreign`;
    const owner = new URL(shop.database.url).username;
    await asSuperuser((client) => client.query(`create database "${name}" owner "${owner}"`));
    const DATABASE_URL = urlWith((url) => (url.pathname = `/${name}`));
    const foreign = new pg.Client({ connectionString: DATABASE_URL });
    await foreign.connect();
    await foreign.query('create table "Their ""own"" table" (id int)');
    expectRefusal(
      await shop.migratorWith({ DATABASE_URL }, 'deploy'),
      3,
      'MIGRATOR.DATABASE_FOREIGN',
      'Their "own" table',
    );
    const { rows } = await foreign.query(
      `select relname from pg_class where relnamespace = 'public'::regnamespace`,
    );
    expect(rows).toEqual([{ relname: 'Their "own" table' }]);
    await foreign.end();
    await asSuperuser((client) => client.query(`drop database "${name}"`));
  });
});

describe('a history that does not hold together', () => {
  const file = (name: string) => path.join(shop.migrations, name);

  afterEach(() => {
    rmSync(shop.root, { recursive: true, force: true });
    cpSync(kept, shop.root, { recursive: true });
  });

  it.each<[string, () => void, number, string[]]>([
    [
      'a script that was edited after it was applied',
      () => writeFileSync(file(`${first}/migration.sql`), 'select 1;'),
      3,
      ['MIGRATOR.HISTORY_BROKEN', 'was changed after it was applied'],
    ],
    [
      'an applied migration that is gone',
      () => {
        rmSync(file(first), { recursive: true });
        shop.write('db/migrations.sum', '');
      },
      3,
      ['MIGRATOR.HISTORY_BROKEN', 'is applied and not on disk'],
    ],
    [
      'a new migration that is older than an applied one',
      () => shop.addMigration('20000101000000_late', 'create table late (id int);'),
      3,
      ['MIGRATOR.HISTORY_BROKEN', '20000101000000_late is older'],
    ],
    [
      'a sealed migration that is gone',
      () => rmSync(file(PENDING), { recursive: true }),
      3,
      ['MIGRATOR.SUMS_CONFLICTING', PENDING],
    ],
    [
      'sums of two branches',
      () => {
        const [head = '', ...rest] = shop.read('db/migrations.sum').split('\n');
        const theirs = `<<<<<<< HEAD\n${rest.join('\n')}=======\n${'0'.repeat(64)}  29990102000000_b\n>>>>>>> b\n`;
        shop.write('db/migrations.sum', `${head}\n${theirs}`);
      },
      3,
      ['MIGRATOR.SUMS_CONFLICTING', 'conflict'],
    ],
    [
      'a script that is not UTF-8',
      () => writeFileSync(file(`${PENDING}/migration.sql`), Buffer.from([0x73, 0xff, 0x3b])),
      2,
      ['MIGRATOR.MIGRATION_UNREADABLE', PENDING, 'UTF-8'],
    ],
    [
      'a script that holds a NUL',
      () => writeFileSync(file(`${PENDING}/migration.sql`), 'select 1;\0drop table items;'),
      2,
      ['MIGRATOR.MIGRATION_UNREADABLE', 'NUL'],
    ],
    [
      'a folder without a script',
      () => mkdirSync(file('notes')),
      2,
      ['MIGRATOR.MIGRATION_UNREADABLE', 'notes', 'remove the folder'],
    ],
    [
      'a script that is a folder',
      () => mkdirSync(file('29990103000000_odd/migration.sql'), { recursive: true }),
      2,
      ['MIGRATOR.MIGRATION_UNREADABLE', 'cannot be opened'],
    ],
    [
      'a migration that is a link',
      () => symlinkSync(file(PENDING), file('29990104000000_link')),
      2,
      ['MIGRATOR.MIGRATION_UNREADABLE', 'symbolic link'],
    ],
    [
      'a link that leads nowhere',
      () => symlinkSync('/nowhere', file('29990104000000_link')),
      2,
      ['MIGRATOR.MIGRATION_UNREADABLE', 'symbolic link'],
    ],
    [
      'a configuration that is no JSON',
      () => shop.write('schema.config.json', '{ "schemaDir": '),
      2,
      ['MIGRATOR.WORKSPACE_UNREADABLE', 'schema.config.json'],
    ],
    [
      'a configuration of another type',
      () => shop.write('schema.config.json', '{ "schemaDir": 5 }'),
      2,
      ['MIGRATOR.WORKSPACE_UNREADABLE', 'schemaDir'],
    ],
    [
      'a manifest that is damaged',
      () => shop.write('db/schema.manifest.json', '{ "version": 1'),
      2,
      ['schema.manifest.json'],
    ],
  ])('is refused: %s', async (_, arrange, exit, says) => {
    arrange();
    expectRefusal(await shop.migrator('deploy'), exit, ...says);
  });

  it.each([
    ['no JSON', '{'],
    ['of another type', '{ "reversible": "no" }'],
    ['a list', '[]'],
  ])('is refused on its way back where meta.json is %s', { tags: 'slow' }, async (_, meta) => {
    writeFileSync(file(`${first}/meta.json`), meta);
    await shop.migrator('seal');
    const run = await shop.migrator('rollback', '--accept-data-loss');
    expectRefusal(run, 2, 'MIGRATOR.MIGRATION_UNREADABLE', 'meta.json');
  });

  it('goes on once the sums are settled by `seal`', async () => {
    rmSync(file(PENDING), { recursive: true });
    expect(await shop.migrator('seal')).toMatchObject({ code: 0 });
    expect(shop.read('db/migrations.sum')).not.toContain(PENDING);
    expect(await shop.migrator('deploy', '--dry-run')).toMatchObject({ code: 0 });
  });
});
