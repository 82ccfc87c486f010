import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { locateClusterFolder } from './cluster-folder.ts';
import { isAlive } from './process-state.ts';
import { serverStatus } from './server-status.ts';
import { startServer } from './start-server.ts';
import { stopServer } from './stop-server.ts';

const homes: string[] = [];

function newHome(): string {
  const home = mkdtempSync('/var/tmp/postgres-test-');
  homes.push(home);
  return home;
}

afterEach(async () => {
  for (const home of homes.splice(0)) {
    await stopServer(home);
    rmSync(locateClusterFolder(home).cluster, { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  }
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
              current_setting('timezone') as zone, current_setting('listen_addresses') as hosts`,
    );
    expect(rows).toEqual([{ scram: 'scram-sha-256', sums: 'on', zone: 'UTC', hosts: '127.0.0.1' }]);
    const wrong = new URL(first.url());
    wrong.password = 'wrong';
    await expect(query(wrong.toString(), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await first.stop();
    const second = await startServer({ dataDir });
    expect(second.port).toBe(first.port);
    expect(second.started).toBe(true);
  });

  it('keeps passwords in files of mode 0600', async () => {
    const dataDir = newHome();
    const server = await startServer({ dataDir });
    expect(server.passwordOf('shop')).toBe(server.passwordOf('shop'));
    for (const file of readdirSync(path.join(dataDir, 'credentials'))) {
      expect(statSync(path.join(dataDir, 'credentials', file)).mode & 0o777).toBe(0o600);
    }
  });

  it('boots once when eight processes ask at once', async () => {
    const dataDir = newHome();
    const servers = await Promise.all(
      Array.from({ length: 8 }, () => startInAnotherProcess(dataDir)),
    );
    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
    expect(servers.filter(({ started }) => started)).toHaveLength(1);
  });

  it('comes back with its data after the server was killed', async () => {
    const dataDir = newHome();
    const first = await startServer({ dataDir });
    await query(first.url(), 'create table kept as select 42 as answer');
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => isAlive(first.pid)).toBe(false);
    const second = await startServer({ dataDir });
    expect(await query(second.url(), 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('refuses a port that another program holds', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    await expect(startServer({ dataDir: newHome(), port })).rejects.toMatchObject({
      code: 'POSTGRES.PORT_TAKEN',
    });
    holder.close();
  });

  it('refuses data of another major version', async () => {
    const dataDir = newHome();
    await (await startServer({ dataDir })).stop();
    writeFileSync(path.join(locateClusterFolder(dataDir).data, 'PG_VERSION'), '12\n');
    await expect(startServer({ dataDir })).rejects.toMatchObject({ code: 'POSTGRES.WRONG_MAJOR' });
  });

  it('refuses data whose passwords are gone', async () => {
    const dataDir = newHome();
    await (await startServer({ dataDir })).stop();
    rmSync(path.join(dataDir, 'credentials'), { recursive: true });
    await expect(startServer({ dataDir })).rejects.toMatchObject({
      code: 'POSTGRES.CREDENTIALS_LOST',
    });
  });

  it('is told apart from a stale pid file', async () => {
    const dataDir = newHome();
    await (await startServer({ dataDir })).stop();
    const { data } = locateClusterFolder(dataDir);
    writeFileSync(
      path.join(data, 'postmaster.pid'),
      `${process.pid}\n${data}\n0\n5432\n\n\n\nready\n`,
    );
    expect(serverStatus(dataDir).running).toBe(false);
    expect((await startServer({ dataDir })).started).toBe(true);
  });
});

/** Starts the server from a process of its own, through the package's sources. */
function startInAnotherProcess(dataDir: string): Promise<{ pid: number; started: boolean }> {
  const script = `
    import { startServer } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
    const { pid, started } = await startServer({ dataDir: ${JSON.stringify(dataDir)} });
    process.stdout.write(JSON.stringify({ pid, started }));`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', () => resolve(JSON.parse(output) as { pid: number; started: boolean }));
  });
}
