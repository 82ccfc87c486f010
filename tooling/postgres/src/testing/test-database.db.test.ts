import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { markDatabase, readMarks } from './database-mark.ts';
import { removeAbandoned } from './remove-abandoned.ts';
import { startScratchServer, type ScratchServer } from './scratch-server.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { testServersFolder } from './test-server-home.ts';
import { openTestServer } from './test-server.ts';

const hasGivenServer = (process.env['TEST_DATABASE_URL'] ?? '') !== '';
const DAY_MS = 86_400_000;
const made: TestDatabase[] = [];
const scratch: ScratchServer[] = [];

async function create(options?: Parameters<typeof createTestDatabase>[0]): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  made.push(database);
  return database;
}

afterEach(async () => {
  for (const database of made.splice(0)) await database.drop();
  vi.unstubAllEnvs();
  for (const server of scratch.splice(0)) await server.destroy();
});

async function query(url: string, sql: string): Promise<unknown[]> {
  return withClient(url, async (client) => (await client.query(sql)).rows as unknown[]);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('createTestDatabase', () => {
  it('gives an empty database whose owner is no superuser', async () => {
    const database = await create();
    const rows = await query(
      database.url,
      `select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,
              pg_get_userbyid(datdba) = current_user as is_owner
         from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolbypassrls: false,
        rolcreatedb: true,
        rolcreaterole: true,
        is_owner: true,
      },
    ]);
    expect(await query(database.superuserUrl, 'select current_database() as name')).toEqual([
      { name: database.name },
    ]);
  });

  it('builds a template once and clones it', async () => {
    let builds = 0;
    const template = {
      key: randomUUID(),
      async build(url: string) {
        builds += 1;
        await query(url, 'create table item as select 7 as n');
      },
    };
    const clones = await Promise.all([1, 2, 3].map(() => create({ template })));
    for (const clone of clones) {
      expect(await query(clone.url, 'select n from item')).toEqual([{ n: 7 }]);
    }
    expect(builds).toBe(1);
    await query(clones[0]?.url ?? '', 'delete from item');
    expect(await query((await create({ template })).url, 'select n from item')).toEqual([{ n: 7 }]);
  });

  it('tells keys apart that begin alike, and takes any character in them', async () => {
    const start = `${randomUUID()} "quoted'; ${'x'.repeat(100)}`;
    const clones = [];
    for (const end of ['a', 'b']) {
      const build = async (url: string) => {
        await query(url, `create table item as select '${end}' as n`);
      };
      clones.push(await create({ template: { key: start + end, build } }));
    }
    for (const [at, n] of ['a', 'b'].entries()) {
      expect(await query(clones[at]?.url ?? '', 'select n from item')).toEqual([{ n }]);
    }
  });

  it('ends a session that building a template left open', async () => {
    let ended = 0;
    const build = async (url: string) => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => (ended += 1));
      await client.connect();
    };
    const clone = await create({ template: { key: randomUUID(), build } });
    expect(await query(clone.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await expect.poll(() => ended).toBeGreaterThan(0);
  });

  it('leaves no template behind when building it fails, and builds it the next time', async () => {
    const key = randomUUID();
    const failing = { key, build: () => Promise.reject(new Error('no')) };
    await expect(create({ template: failing })).rejects.toThrow('no');
    const clone = await create({ template: { key, build: () => Promise.resolve() } });
    const left = "select count(*)::int as n from pg_database where datname like 'test_building_%'";
    expect(await query(clone.url, left)).toEqual([{ n: 0 }]);
  });

  it('drops the roles that are named after the database with it', async () => {
    const server = await openTestServer();
    const database = await createTestDatabase();
    await query(database.url, `create role "${database.name}_app"`);
    await database.drop();
    const roles = `select 1 from pg_roles where rolname = '${database.name}_app'`;
    expect(await query(server.url, roles)).toEqual([]);
    await server.release();
  });

  it('refuses to drop a database that lost its mark', async () => {
    const server = await openTestServer();
    const database = await create();
    await query(server.url, `comment on database "${database.name}" is 'mine'`);
    await expect(database.drop()).rejects.toMatchObject({ code: 'POSTGRES.NOT_OUR_DATABASE' });
    await withClient(server.url, (client) => markDatabase(client, database.name));
    await server.release();
  });
});

describe('removeAbandoned', () => {
  /** On a server of its own: other packages' tests use the shared one meanwhile. */
  async function onOwnServer(work: (client: pg.Client) => Promise<void>): Promise<void> {
    const own = await startScratchServer();
    scratch.push(own);
    vi.stubEnv('TEST_DATABASE_URL', own.url());
    await withClient(own.url(), work);
  }

  it('drops what dead runs left, and nothing that lives or is not marked', async () => {
    await onOwnServer(async (client) => {
      const [living, dead, foreign, faraway] = await Promise.all([1, 2, 3, 4].map(() => create()));
      const remark = async (database: TestDatabase | undefined, change: object) => {
        const mark = { ...(await readMarks(client)).get(database?.name ?? ''), ...change };
        const comment = `Made by tests; may be dropped at any time. ${JSON.stringify(mark)}`;
        await client.query(
          `comment on database "${database?.name}" is ${client.escapeLiteral(comment)}`,
        );
      };
      await remark(dead, { life: '1:1' });
      await remark(faraway, { host: 'elsewhere' });
      await client.query(`comment on database "${foreign?.name}" is null`);
      expect(await removeAbandoned(client)).toEqual([dead?.name]);
      expect(await removeAbandoned(client, Date.now() + 2 * DAY_MS)).toEqual([faraway?.name]);
      await markDatabase(client, foreign?.name ?? '');
      expect([...(await readMarks(client)).keys()].sort()).toEqual(
        [living?.name, foreign?.name].sort(),
      );
      for (const database of made.splice(0)) await database.drop();
    });
  });

  it('keeps a template for a week of disuse', { tags: 'slow' }, async () => {
    await onOwnServer(async (client) => {
      const template = { key: randomUUID(), build: () => Promise.resolve() };
      await (await createTestDatabase({ template })).drop();
      expect(await removeAbandoned(client, Date.now() + 6 * DAY_MS)).toEqual([]);
      expect(await removeAbandoned(client, Date.now() + 8 * DAY_MS)).toEqual([
        expect.stringMatching(/^test_template_/),
      ]);
    });
  });
});

describe('the test server', () => {
  it.skipIf(hasGivenServer)('keeps its data beside its credentials, by whomever', async () => {
    const database = await create();
    const rows = await query(
      database.superuserUrl,
      `select current_setting('data_directory') as at`,
    );
    expect(rows).toEqual([{ at: path.join(testServersFolder(), 'shared', 'cluster', 'data') }]);
  });

  it('is the one that TEST_DATABASE_URL names, whatever DATABASE_URL says', async () => {
    const own = await startScratchServer();
    scratch.push(own);
    vi.stubEnv('TEST_DATABASE_URL', own.url());
    vi.stubEnv('DATABASE_URL', 'postgresql://nobody@127.0.0.1:1/none');
    const database = await create();
    expect(new URL(database.url).port).toBe(String(own.port));
    expect(new URL(database.url).username).not.toBe('postgres');
    await made.pop()?.drop();
  });

  it('may be used by a role that can create databases only', { tags: 'slow' }, async () => {
    const own = await startScratchServer();
    scratch.push(own);
    const password = own.passwordOf('tester');
    await query(own.url(), `create role tester login createdb password '${password}'`);
    vi.stubEnv('TEST_DATABASE_URL', own.url({ role: 'tester' }));
    const build = async (url: string) => {
      await query(url, 'create table item as select 7 as n');
    };
    const database = await create({ template: { key: 'any', build } });
    expect(await query(database.url, 'select n, current_user as me from item')).toEqual([
      { n: 7, me: 'tester' },
    ]);
    await made.pop()?.drop();
  });

  it('is refused where TEST_DATABASE_URL is no URL', async () => {
    vi.stubEnv('TEST_DATABASE_URL', 'localhost:5432');
    await expect(openTestServer()).rejects.toMatchObject({ code: 'POSTGRES.TEST_URL_MALFORMED' });
  });

  it(
    'runs while another process uses it, and stops when that one is killed',
    { tags: 'slow' },
    () => {
      const watcher = new URL('../../test/leave-server-behind.mjs', import.meta.url);
      const run = spawnSync(process.execPath, [watcher.pathname], { encoding: 'utf8' });
      expect(run.stderr).toBe('');
      expect(JSON.parse(run.stdout)).toEqual({ ranWhileUsed: true, stoppedAfterKill: true });
    },
  );
});
