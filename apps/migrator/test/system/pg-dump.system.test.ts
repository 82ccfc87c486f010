import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findClient } from '../../src/backup/client/find-client.ts';
import { ODD_DATABASE } from '../databases/odd-database.ts';
import { BACKUP_KEY, openShop, type Run, type Shop } from '../shop-workspace.ts';

const OLDEST = 14;
const NEWEST = 18;
const PASSWORD = 'of the "owner"';
const KEY = ['--identity', 'backup.key'];

/** What the built-in engine does not write; a superuser may make all of it. */
const RARE = `
create function same(integer, integer) returns boolean language sql immutable as 'select $1 = $2';
create operator === (leftarg = integer, rightarg = integer, function = same, commutator = ===);
create operator family whole using btree;
create operator class whole_ops for type integer using btree family whole as operator 1 <, operator 3 =, function 1 btint4cmp(integer, integer);
create text search configuration plain (copy = simple);
create collation german (locale = 'C');
create foreign data wrapper far;
create server "far away" foreign data wrapper far options (host 'x');
create foreign table "other's" (x integer) server "far away";
create publication offered for table parents;
comment on operator ===(integer, integer) is 'it''s the same
--
-- Name: parents; Type: TABLE; Schema: public; Owner: x
--
';
create table lent (x integer primary key);
insert into lent values (1), (2);
alter table lent owner to "lend""er";
grant select on lent to "lend""er", shop_owner;
grant usage on foreign server "far away" to "lend""er";`;

let server: ScratchServer;
let shop: Shop;
let nowhere: string;

beforeAll(async () => {
  const { major } = await findClient(OLDEST);
  const version = major < NEWEST ? (major as 14 | 15 | 16 | 17) : undefined;
  server = await startScratchServer({ version });
  nowhere = mkdtempSync(path.join(os.tmpdir(), 'no-pg-bin-'));
  shop = await openShop();
  shop.write('backup.key', BACKUP_KEY.identity);
  await run('postgres', `create role shop_owner login createdb password '${PASSWORD}'`);
  await run('postgres', `create role "lend""er"; grant "lend""er" to shop_owner`);
}, 120_000);

afterAll(async () => {
  await shop?.remove();
  await server?.destroy();
  rmSync(nowhere, { recursive: true, force: true });
});

async function run(database: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url({ database }) });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A database of the owner's, in which the owner and then the superuser make things. */
async function createDatabase(name: string, byOwner: string, bySuperuser: string): Promise<void> {
  await run('postgres', `create database "${name}" owner shop_owner`);
  await run(name, `set role shop_owner; ${byOwner}`);
  await run(name, bySuperuser);
}

function urlOf(database: string, role: 'owner' | 'superuser'): string {
  const url = new URL(server.url({ database }));
  if (role === 'owner') [url.username, url.password] = ['shop_owner', encodeURIComponent(PASSWORD)];
  return url.toString();
}

function on(database: string, role: 'owner' | 'superuser', others: Record<string, string> = {}) {
  return (...args: string[]): Promise<Run> =>
    shop.migratorWith({ DATABASE_URL: urlOf(database, role), ...others }, ...args);
}

async function manifestOf(running: Promise<Run>): Promise<unknown> {
  const { code, stdout, stderr } = await running;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { manifest: unknown }).manifest;
}

it('writes every sort of thing by pg_dump, and needs none to bring it back', async () => {
  await createDatabase('odd', ODD_DATABASE, '');
  const back = on('odd', 'owner');
  const args = ['backup', '--engine', 'pg_dump', '--out', 'odd.age', '--json'];
  expect(await manifestOf(back(...args))).toMatchObject({ engine: 'pg_dump' });
  const without = on('odd', 'owner', { PG_BIN: nowhere });
  const verified = await without('backup', 'verify', 'odd.age', '--json', ...KEY);
  expect({ code: verified.code, notes: verified.stdout || verified.stderr }).toMatchObject({
    code: 0,
    notes: expect.stringContaining('"notes": []') as string,
  });
  expect(await without('restore', 'odd.age', '--replace', ...KEY)).toMatchObject({ code: 0 });
  const again = await manifestOf(back('backup', '--out', 'again.age', '--json'));
  const told = await back('restore', 'odd.age', '--dry-run', '--json', ...KEY);
  const { schemaHash, counts } = JSON.parse(told.stdout) as Record<string, unknown>;
  expect(again).toMatchObject({ engine: 'builtin', schemaHash, counts });
});

it('is used by itself for what the built-in engine cannot write, and says so', async () => {
  await createDatabase('rare', ODD_DATABASE, RARE);
  const back = on('rare', 'superuser');
  const refused = await back('backup', '--engine', 'builtin');
  expect(refused).toMatchObject({ code: 3 });
  expect(refused.stderr).toContain('MIGRATOR.BACKUP_UNSUPPORTED');
  expect(refused.stderr).toContain('operator public.===');
  const taken = await back('backup', '--out', 'rare.age');
  expect(taken).toMatchObject({ code: 0 });
  expect(taken.stderr).toContain('structure by pg_dump');
  expect(await back('restore', 'rare.age', '--into', 'rare2', ...KEY)).toMatchObject({ code: 0 });
  expect(
    await run(
      'rare2',
      `select 1 === 1 as same, pg_get_userbyid(relowner) as owner, (select count(*)::int from lent) as rows,
         (select count(*)::int from pg_publication_tables) as published
       from pg_class where relname = 'lent'`,
    ),
  ).toEqual([{ same: true, owner: 'lend"er', rows: 2, published: 1 }]);
});

it('is missed by name where there is none that fits', async () => {
  const without = (...args: string[]) =>
    on('rare', 'superuser', { PG_BIN: nowhere })('backup', '--out', 'none.age', ...args);
  const forced = await without('--engine', 'pg_dump');
  expect(forced).toMatchObject({ code: 2 });
  expect(forced.stderr).toContain('MIGRATOR.CLIENT_MISSING');
  const auto = await without();
  expect(auto).toMatchObject({ code: 3 });
  expect(auto.stderr).toContain('MIGRATOR.BACKUP_UNSUPPORTED');
  expect(auto.stderr).toMatch(/postgresql-client-\d+/);
});

it('leaves nothing behind where the migrator is killed while it runs', async () => {
  const sessions = `select pid from pg_stat_activity where datname = 'odd' and application_name = 'migrator'`;
  const DATABASE_URL = urlOf('odd', 'owner');
  const args = ['backup', '--engine', 'pg_dump', '--out', 'killed.age'];
  const child = shop.startWith({ DATABASE_URL }, ...args);
  const ended = once(child, 'close');
  // One holds the lock, one reads, and the third is the client program's.
  await expect.poll(() => run('odd', sessions), { interval: 10, timeout: 30_000 }).toHaveLength(3);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  await expect.poll(() => run('odd', sessions), { timeout: 30_000 }).toEqual([]);
  expect(existsSync(path.join(shop.root, 'killed.age'))).toBe(false);
  expect(await on('odd', 'owner')(...args)).toMatchObject({ code: 0 });
});

it('goes to a newer server, and to another owner', async () => {
  const newest = await startScratchServer();
  try {
    const admin = new pg.Client({ connectionString: newest.url() });
    await admin.connect();
    await admin.query(`create role someone login createdb password 'x'; create role "lend""er"`);
    await admin.end();
    const url = new URL(newest.url({ database: 'odd' }));
    [url.username, url.password] = ['someone', 'x'];
    const there = { DATABASE_URL: url.toString() };
    const restored = await shop.migratorWith(there, 'restore', 'odd.age', '--replace', ...KEY);
    expect({ code: restored.code, stderr: restored.stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('someone owns what shop_owner owned') as string,
    });
  } finally {
    await newest.destroy();
  }
});
