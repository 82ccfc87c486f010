import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { findBinaries } from './binaries.ts';
import { locateClusterFolder } from './cluster-folder.ts';
import { findServerProcesses, isAlive } from './process-state.ts';
import { isReachable } from './server-user.ts';
import { serverStatus } from './server-status.ts';
import { startServer } from './start-server.ts';
import { stopServer } from './stop-server.ts';
import { removeServer } from './testing/scratch-server.ts';
import { startInAnotherProcess } from '../test/start-in-another-process.ts';

/** `daemon`, which every system knows: initdb asks for the user's name. */
const ORDINARY = { uid: 1, gid: 1 };
const isRoot = process.getuid?.() === 0;
const ordinaryCanRun = isRoot && isReachable(import.meta.dirname, ORDINARY);

const homes: string[] = [];
const parents: string[] = [];

function newHome(): string {
  const home = mkdtempSync('/var/tmp/postgres-test-');
  chmodSync(home, 0o755);
  homes.push(home);
  return home;
}

afterEach(async () => {
  for (const home of homes.splice(0)) await removeServer(home);
  for (const parent of parents.splice(0)) rmSync(parent, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('startServer', () => {
  it('serves with scram passwords, checksums and UTC, on a port it keeps', async () => {
    const dataDir = newHome();
    const first = await startServer({ dataDir });
    const rows = await query(
      first.url(),
      `select current_setting('password_encryption') as scram, current_setting('data_checksums') as sums,
              current_setting('timezone') as zone, current_setting('listen_addresses') as hosts,
              current_setting('unix_socket_directories') as sockets, datlocale as locale,
              current_setting('server_version') as version
         from pg_database where datname = 'postgres'`,
    );
    expect(rows).toEqual([
      {
        scram: 'scram-sha-256',
        sums: 'on',
        zone: 'UTC',
        hosts: '127.0.0.1',
        sockets: '',
        locale: 'C.UTF-8',
        version: first.version,
      },
    ]);
    const wrong = new URL(first.url());
    wrong.password = 'wrong';
    await expect(query(wrong.toString(), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await first.stop();
    const second = await startServer({ dataDir });
    expect(second.port).toBe(first.port);
    expect(second.started).toBe(true);
  });

  it('trusts no connection, whatever its database or address', async () => {
    const server = await startServer({ dataDir: newHome() });
    const rules = await query(server.url(), 'select distinct auth_method from pg_hba_file_rules');
    expect(rules).toEqual([{ auth_method: 'scram-sha-256' }]);
  });

  it('has the extensions that schemas ask for', { tags: 'slow' }, async () => {
    const server = await startServer({ dataDir: newHome() });
    const names = [
      'pg_trgm',
      'btree_gin',
      'btree_gist',
      'pgcrypto',
      'citext',
      'pg_stat_statements',
    ];
    for (const name of names) await query(server.url(), `create extension ${name}`);
    expect(
      await query(server.url(), 'select count(*) > 0 as seen from pg_stat_statements'),
    ).toEqual([{ seen: true }]);
  });

  it('keeps passwords in files of mode 0600 and gives role names as they are', async () => {
    const dataDir = newHome();
    const server = await startServer({ dataDir });
    const role = 'shop/owner @2';
    expect(server.passwordOf(role)).toBe(server.passwordOf(role));
    await query(server.url(), `create role "${role}" login password '${server.passwordOf(role)}'`);
    expect(await query(server.url({ role }), 'select current_user as me')).toEqual([{ me: role }]);
    for (const file of readdirSync(path.join(dataDir, 'credentials'))) {
      expect(statSync(path.join(dataDir, 'credentials', file)).mode & 0o777).toBe(0o600);
    }
  });

  it(
    'boots once when eight processes ask at once, and all agree on a password',
    { tags: 'slow' },
    async () => {
      const dataDir = newHome();
      const servers = await Promise.all(
        Array.from({ length: 8 }, () => startInAnotherProcess({ dataDir })),
      );
      expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
      expect(servers.filter(({ started }) => started)).toHaveLength(1);
      expect(new Set(servers.map(({ password }) => password)).size).toBe(1);
    },
  );

  it('comes back with its data after the server was killed', async () => {
    const dataDir = newHome();
    const first = await startServer({ dataDir });
    await query(first.url(), 'create table kept as select 42 as answer');
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => isAlive(first.pid)).toBe(false);
    const second = await startServer({ dataDir });
    expect(await query(second.url(), 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it(
    'ends a child that a killed server left at work before it starts anew',
    { tags: 'slow' },
    async () => {
      const dataDir = newHome();
      const first = await startServer({ dataDir });
      const client = new pg.Client({ connectionString: first.url() });
      client.on('error', () => undefined);
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const busy = client.query('do $$ begin loop end loop; end $$').catch(() => 'ended');
      await expect
        .poll(() =>
          query(first.url(), `select state from pg_stat_activity where pid = ${rows[0]?.pid}`),
        )
        .toEqual([{ state: 'active' }]);
      process.kill(first.pid, 'SIGKILL');
      await expect.poll(() => isAlive(first.pid)).toBe(false);
      expect(isAlive(rows[0]?.pid ?? 0)).toBe(true);
      const second = await startServer({ dataDir });
      expect(isAlive(rows[0]?.pid ?? 0)).toBe(false);
      expect(second.started).toBe(true);
      expect(await busy).toBe('ended');
    },
  );

  it('is not fooled by a pid file whose pid another program has', { tags: 'slow' }, async () => {
    const dataDir = newHome();
    await (await startServer({ dataDir })).stop();
    const { data } = locateClusterFolder(dataDir);
    const pidFile = path.join(data, 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${data}\n0\n5432\n\n\n\nready\n`);
    utimesSync(pidFile, 0, 0);
    expect(serverStatus(dataDir).running).toBe(false);
    expect(existsSync(pidFile)).toBe(true);
    expect((await startServer({ dataDir })).started).toBe(true);
  });

  it(
    'starts over an empty pid file and the rest of an initdb that was killed',
    { tags: 'slow' },
    async () => {
      const dataDir = newHome();
      await (await startServer({ dataDir })).stop();
      const { data, cluster } = locateClusterFolder(dataDir);
      writeFileSync(path.join(data, 'postmaster.pid'), '');
      utimesSync(path.join(data, 'postmaster.pid'), 0, 0);
      expect((await startServer({ dataDir })).started).toBe(true);
      await stopServer(dataDir);
      rmSync(data, { recursive: true });
      mkdirSync(path.join(cluster, 'new-123', 'base'), { recursive: true });
      expect((await startServer({ dataDir })).started).toBe(true);
      expect(readdirSync(cluster)).toEqual(['data']);
    },
  );

  it('waits for a server that is just starting, and joins it', { tags: 'slow' }, async () => {
    const dataDir = newHome();
    await (await startServer({ dataDir })).stop();
    // What a starter leaves that is killed right after it spawned the server: no pid file yet.
    const folder = locateClusterFolder(dataDir);
    const { directory } = findBinaries(folder.user);
    const port = readFileSync(path.join(dataDir, 'port'), 'utf8').trim();
    const settings = ['-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1'];
    spawn(path.join(directory, 'postgres'), ['-D', folder.data, '-p', port, ...settings], {
      ...folder.user,
      cwd: folder.cluster,
      env: { LC_ALL: 'C' },
      stdio: 'ignore',
      detached: true,
    }).unref();
    const server = await startServer({ dataDir });
    expect(findServerProcesses(folder.data)).toContain(server.pid);
    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('says what takes time', { tags: 'slow' }, async () => {
    const lines: string[] = [];
    await startServer({ dataDir: newHome(), log: (line) => lines.push(line) });
    expect(lines).toEqual([
      expect.stringMatching(/^creating a PostgreSQL \d+\.\d+ data directory$/),
      expect.stringMatching(/^starting PostgreSQL \d+\.\d+ on port \d+$/),
    ]);
  });
});

describe('startServer refuses', () => {
  it(
    'a port that another program holds, but moves from a remembered one',
    { tags: 'slow' },
    async () => {
      const holder = createServer();
      await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
      const { port } = holder.address() as { port: number };
      const dataDir = newHome();
      await expect(startServer({ dataDir, port })).rejects.toMatchObject({
        code: 'POSTGRES.PORT_TAKEN',
      });
      writeFileSync(path.join(dataDir, 'port'), `${port}\n`);
      expect((await startServer({ dataDir })).port).not.toBe(port);
      holder.close();
    },
  );

  it('another port than that of the running server', { tags: 'slow' }, async () => {
    const dataDir = newHome();
    const { port } = await startServer({ dataDir });
    await expect(startServer({ dataDir, port: port - 1 })).rejects.toMatchObject({
      code: 'POSTGRES.RUNS_ON_ANOTHER_PORT',
    });
    expect((await startServer({ dataDir, port })).started).toBe(false);
  });

  it('data of another major version', { tags: 'slow' }, async () => {
    const dataDir = newHome();
    await (await startServer({ dataDir })).stop();
    writeFileSync(path.join(locateClusterFolder(dataDir).data, 'PG_VERSION'), '12\n');
    await expect(startServer({ dataDir })).rejects.toMatchObject({ code: 'POSTGRES.WRONG_MAJOR' });
  });

  it('a folder of files that are no data, and leaves them', async () => {
    const dataDir = newHome();
    const { data } = locateClusterFolder(dataDir);
    mkdirSync(data, { recursive: true });
    writeFileSync(path.join(data, 'letter.txt'), 'keep me');
    await expect(startServer({ dataDir })).rejects.toMatchObject({ code: 'POSTGRES.DATA_FOREIGN' });
    expect(readdirSync(data)).toEqual(['letter.txt']);
  });

  it(
    'data whose password is gone, also where other passwords are there',
    { tags: 'slow' },
    async () => {
      const dataDir = newHome();
      const server = await startServer({ dataDir });
      server.passwordOf('shop');
      await server.stop();
      rmSync(path.join(dataDir, 'credentials', 'postgres'));
      await expect(startServer({ dataDir })).rejects.toMatchObject({
        code: 'POSTGRES.CREDENTIALS_LOST',
      });
    },
  );

  it(
    'a setting that the server does not know, with the end of its log',
    { tags: 'slow' },
    async () => {
      const start = startServer({ dataDir: newHome(), settings: { no_such_setting: 'on' } });
      await expect(start).rejects.toMatchObject({
        code: 'POSTGRES.START_FAILED',
        why: expect.stringContaining('no_such_setting') as string,
      });
    },
  );

  it('a platform whose programs are not installed', async () => {
    const start = startServer({ dataDir: newHome(), platformPackage: '/var/tmp/none' });
    await expect(start).rejects.toMatchObject({ code: 'POSTGRES.BINARIES_MISSING' });
  });

  it('a file where its folder belongs', async () => {
    const file = path.join(newHome(), 'file');
    writeFileSync(file, '');
    await expect(startServer({ dataDir: file })).rejects.toMatchObject({
      code: 'POSTGRES.NO_PERMISSION',
    });
  });
});

describe.runIf(isRoot)('startServer as root', () => {
  it('keeps the data aside where a parent folder lets nobody pass', { tags: 'slow' }, async () => {
    const parent = mkdtempSync('/var/tmp/closed-');
    parents.push(parent);
    const dataDir = path.join(parent, 'postgres');
    homes.push(dataDir);
    const server = await startServer({ dataDir });
    const { cluster } = locateClusterFolder(dataDir);
    expect(cluster.startsWith(parent)).toBe(false);
    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('uses no folder aside that a stranger made first', async () => {
    const parent = mkdtempSync('/var/tmp/closed-');
    parents.push(parent);
    const dataDir = path.join(parent, 'postgres');
    const { cluster } = locateClusterFolder(dataDir);
    parents.push(cluster);
    mkdirSync(cluster);
    chownSync(cluster, ORDINARY.uid, ORDINARY.gid);
    await expect(startServer({ dataDir })).rejects.toMatchObject({
      code: 'POSTGRES.NO_PERMISSION',
    });
    expect(statSync(cluster).uid).toBe(ORDINARY.uid);
  });
});

describe.runIf(ordinaryCanRun)('startServer as an ordinary user', () => {
  it(
    'keeps the data inside, and runs as that user even when root starts it later',
    { tags: 'slow' },
    async () => {
      const dataDir = newHome();
      chownSync(dataDir, ORDINARY.uid, ORDINARY.gid);
      chmodSync(dataDir, 0o700);
      const first = await startInAnotherProcess({ dataDir }, ORDINARY);
      expect(statSync(`/proc/${first.pid}`).uid).toBe(ORDINARY.uid);
      expect(existsSync(path.join(dataDir, 'cluster', 'data', 'PG_VERSION'))).toBe(true);
      await stopServer(dataDir);
      const second = await startServer({ dataDir });
      expect(statSync(`/proc/${second.pid}`).uid).toBe(ORDINARY.uid);
    },
  );

  it('refuses a folder that the user may not write', async () => {
    const dataDir = newHome();
    await expect(startInAnotherProcess({ dataDir }, ORDINARY)).rejects.toThrow(
      'POSTGRES.NO_PERMISSION',
    );
  });

  it('refuses to join the server of another user, which runs on', { tags: 'slow' }, async () => {
    const dataDir = newHome();
    await startServer({ dataDir });
    await expect(startInAnotherProcess({ dataDir }, ORDINARY)).rejects.toThrow(
      'POSTGRES.NO_PERMISSION',
    );
    expect(serverStatus(dataDir).running).toBe(true);
  });
});
