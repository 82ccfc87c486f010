import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { removeServer, startScratchServer, type ScratchServer } from '../testing/scratch-server.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/db.mjs', import.meta.url));
const root = mkdtempSync('/var/tmp/db-cli-');

beforeAll(() => {
  writeFileSync(path.join(root, 'pnpm-workspace.yaml'), '');
  writeFileSync(path.join(root, 'package.json'), '{ "name": "corner-shop" }');
});

afterAll(async () => {
  await removeServer(path.join(root, '.data', 'postgres'));
  rmSync(root, { recursive: true, force: true });
});

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function db(args: readonly string[], env: Readonly<Record<string, string>> = {}): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { code: status, stdout, stderr };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('db on the embedded server', () => {
  it('starts it, tells where it is, and stops it', () => {
    expect(db(['status', '--json'])).toMatchObject({ code: 3 });
    const started = db(['start', '--json']);
    expect(JSON.parse(started.stdout)).toMatchObject({ running: true });
    expect(db(['start'])).toMatchObject({ code: 0, stdout: '' });
    const status = db(['status']);
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(status.stdout).toMatch(/^PostgreSQL runs: pid \d+, port \d+$/m);
    expect(JSON.parse(db(['stop', '--json']).stdout)).toEqual({ stopped: true });
    expect(JSON.parse(db(['stop', '--json']).stdout)).toEqual({ stopped: false });
    expect(db(['status']).stdout).toContain('not running');
  });

  it('creates the database named as the workspace, for an owner of its own', async () => {
    expect(db(['create'])).toMatchObject({ code: 0, stdout: '' });
    const url = db(['url', '--role', 'corner_shop_owner']);
    expect(url.stderr).toContain('password');
    const rows = await query(
      url.stdout.trim(),
      `select current_database() as name, current_user as me, pg_get_userbyid(datdba) as owner
         from pg_database where datname = current_database()`,
    );
    expect(rows).toEqual([
      { name: 'corner_shop', me: 'corner_shop_owner', owner: 'corner_shop_owner' },
    ]);
    expect(db(['create'])).toMatchObject({ code: 4 });
    expect(db(['create']).stderr).toContain('A database of that name exists.');
  });

  it('empties and drops the default database without its name', async () => {
    const url = db(['url']).stdout.trim();
    await query(url, 'create table item ()');
    expect(JSON.parse(db(['reset', '--json']).stdout)).toEqual({
      database: 'corner_shop',
      reset: true,
    });
    expect(await query(url, "select 1 from pg_class where relname = 'item'")).toEqual([]);
    const drop = () => JSON.parse(db(['drop', '--json']).stdout) as unknown;
    expect(drop()).toEqual({ database: 'corner_shop', dropped: true });
    expect(drop()).toEqual({ database: 'corner_shop', dropped: false });
  });

  it('takes names that need quoting', { tags: 'slow' }, async () => {
    const name = 'Käse "&/ %20';
    expect(db(['create', name]).code).toBe(0);
    expect(await query(db(['url', name]).stdout.trim(), 'select current_database() as n')).toEqual([
      { n: name },
    ]);
    expect(db(['drop', name]).code).toBe(0);
  });

  it('refuses the databases of the server itself', { tags: 'slow' }, () => {
    for (const name of ['postgres', 'template0', 'template1']) {
      for (const action of ['drop', 'reset']) {
        const refused = db([action, name]);
        expect(refused).toMatchObject({ code: 2, stdout: '' });
        expect(refused.stderr).toContain('POSTGRES.DATABASE_PROTECTED');
      }
    }
  });

  it('refuses names that PostgreSQL would cut short', () => {
    for (const name of ['x'.repeat(64), 'ä'.repeat(32), '']) {
      expect(db(['create', name]).stderr).toContain('POSTGRES.DATABASE_NAME_INVALID');
    }
  });

  it('runs in no production', () => {
    const env = { NODE_ENV: 'production' };
    for (const args of [['start'], ['url'], ['create', 'x'], ['drop', 'x', '--force']]) {
      const refused = db(args, env);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('POSTGRES.PRODUCTION_NEEDS_URL');
    }
  });
});

describe('db on the server of DATABASE_URL', () => {
  let server: ScratchServer;
  let env: { DATABASE_URL: string };

  beforeAll(async () => {
    server = await startScratchServer();
    env = { DATABASE_URL: server.url({ database: 'shop' }) };
    expect(db(['create', 'shop'], env).code).toBe(0);
  });
  afterAll(() => server.destroy());

  it('answers the given URL, or that of another database there', () => {
    expect(db(['url'], env).stdout.trim()).toBe(env.DATABASE_URL);
    const other = db(['url', 'other'], env).stdout.trim();
    expect(other).toBe(server.url({ database: 'other' }));
    expect(db(['url', '--role', 'x'], env).stderr).toContain('POSTGRES.ROLE_NOT_EMBEDDED');
  });

  it('drops and empties only what is named, and keeps the owner', async () => {
    for (const action of ['drop', 'reset']) {
      expect(db([action], env).stderr).toContain('POSTGRES.DATABASE_NAME_NEEDED');
    }
    await query(server.url(), 'create role keeper');
    await query(server.url(), 'alter database shop owner to keeper');
    expect(db(['reset', 'shop'], env).code).toBe(0);
    const owner = "select pg_get_userbyid(datdba) as o from pg_database where datname = 'shop'";
    expect(await query(server.url(), owner)).toEqual([{ o: 'keeper' }]);
  });

  it('destroys in production only with --force', async () => {
    const production = { ...env, NODE_ENV: 'production' };
    for (const action of ['reset', 'drop']) {
      const refused = db([action, 'shop'], production);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('POSTGRES.PRODUCTION_REFUSED');
    }
    const there = "select 1 as one from pg_database where datname = 'shop'";
    expect(await query(server.url(), there)).toEqual([{ one: 1 }]);
    expect(db(['drop', 'shop', '--force'], production).code).toBe(0);
    expect(await query(server.url(), there)).toEqual([]);
  });

  it('tells what is wrong without the password', () => {
    const secret = 'p4ssw0rd-of-mine';
    const wrong = { DATABASE_URL: `postgresql://postgres:${secret}@127.0.0.1:${server.port}/shop` };
    const refused = db(['create', 'x'], wrong);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('28P01');
    expect(refused.stderr).not.toContain(secret);
    const malformed = db(['create', 'x'], { DATABASE_URL: `mysql://root:${secret}@h/x` });
    expect(malformed.code).toBe(2);
    expect(malformed.stderr).toContain('POSTGRES.URL_MALFORMED');
    expect(malformed.stderr).not.toContain(secret);
  });

  it('reads DATABASE_URL from .env', () => {
    const file = path.join(root, '.env');
    writeFileSync(file, `DATABASE_URL=${env.DATABASE_URL}\n`);
    expect(db(['url']).stdout.trim()).toBe(env.DATABASE_URL);
    rmSync(file);
  });
});

describe('a wrong call of db', () => {
  it.each([
    [['stats'], '(Did you mean status?)'],
    [['status', '--jsn'], '(Did you mean --json?)'],
    [['start', '--port', '70000'], 'A port is a whole number'],
    [['create', 'a', 'b'], 'too many arguments'],
    [[], 'Usage: db'],
  ])('%j is refused with exit code 2', (args, hint) => {
    const refused = db(args);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(hint);
  });
});
