/** @module-tag slow */
import { chmodSync, cpSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { installedPackage } from '../../src/binaries.ts';
import { locateClusterFolder } from '../../src/cluster-folder.ts';
import { findServerProcesses, isAlive } from '../../src/process-state.ts';
import { serverStatus } from '../../src/server-status.ts';
import { startServer } from '../../src/start-server.ts';
import { removeServer } from '../../src/testing/scratch-server.ts';
import { spawnStarter, startInAnotherProcess } from '../start-in-another-process.ts';

const ROUNDS = 25;
const isRoot = process.getuid?.() === 0;
const homes: string[] = [];

function newHome(): string {
  const home = mkdtempSync('/var/tmp/postgres-kill-');
  chmodSync(home, 0o755);
  homes.push(home);
  return home;
}

afterEach(async () => {
  for (const home of homes.splice(0)) await removeServer(home);
});

/** A seeded sequence, so that a failing round can be run again. */
function* delays(seed: number, below: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state % below;
  }
}

async function query(url: string, sql: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('kill -9', () => {
  it('of the process that makes and starts a server leaves nothing that stops the next', async () => {
    const delay = delays(1, 1_200);
    for (let round = 0; round < ROUNDS; round += 1) {
      const dataDir = newHome();
      const starter = spawnStarter({ dataDir });
      await wait(delay.next().value);
      starter.kill('SIGKILL');
      const server = await startServer({ dataDir });
      expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(findServerProcesses(locateClusterFolder(dataDir).data)).toContain(server.pid);
      await removeServer(dataDir);
    }
  });

  it('of the process that starts a server on data it has leaves one server', async () => {
    const dataDir = newHome();
    const { data } = locateClusterFolder(dataDir);
    const delay = delays(5, 120);
    await (await startServer({ dataDir })).stop();
    for (let round = 0; round < 4 * ROUNDS; round += 1) {
      const starter = spawnStarter({ dataDir });
      // A process of Node needs this long before it starts anything.
      await wait(60 + delay.next().value);
      starter.kill('SIGKILL');
      const server = await startServer({ dataDir });
      expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(findServerProcesses(data)).toContain(server.pid);
      await server.stop();
      await expect.poll(() => findServerProcesses(data)).toEqual([]);
    }
  });

  it('of some of eight starters leaves the others with one server', async () => {
    const delay = delays(2, 900);
    for (let round = 0; round < 8; round += 1) {
      const dataDir = newHome();
      const victims = Array.from({ length: 3 }, () => spawnStarter({ dataDir }));
      const others = Array.from({ length: 5 }, () => startInAnotherProcess({ dataDir }));
      for (const victim of victims) {
        await wait(delay.next().value / 3);
        victim.kill('SIGKILL');
      }
      const started = await Promise.all(others);
      expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
      expect(new Set(started.map(({ password }) => password)).size).toBe(1);
      expect(serverStatus(dataDir).pid).toBe(started[0]?.pid);
      await removeServer(dataDir);
    }
  });

  it('of the server, at work, loses no committed row', async () => {
    const dataDir = newHome();
    const delay = delays(3, 150);
    let server = await startServer({ dataDir });
    await query(server.url(), 'create table kept (n int primary key)');
    let committed = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { pid } = server;
      const url = server.url();
      const pause = delay.next().value;
      let killed: Promise<boolean> | undefined;
      try {
        for (;;) {
          await query(url, 'insert into kept values ($1) on conflict do nothing', [committed + 1]);
          committed += 1;
          killed ??= wait(pause).then(() => process.kill(pid, 'SIGKILL'));
        }
      } catch (error) {
        if (killed === undefined) throw error;
        await killed;
      }
      await expect.poll(() => isAlive(pid)).toBe(false);
      server = await startServer({ dataDir });
      expect(server.pid).not.toBe(pid);
      const found = await query(server.url(), 'select count(*)::int as n from kept');
      const { n } = found[0] as { n: number };
      expect(n - committed === 0 || n - committed === 1).toBe(true);
    }
    expect(committed).toBeGreaterThanOrEqual(ROUNDS);
    expect(
      await query(
        server.url(),
        'select count(*)::int as bad from pg_stat_database where checksum_failures > 0',
      ),
    ).toEqual([{ bad: 0 }]);
  });

  it.runIf(isRoot)('of a copy of the programs leaves no half of them in use', async () => {
    const parent = mkdtempSync('/var/tmp/postgres-kill-');
    const options = {
      dataDir: path.join(parent, 'home'),
      platformPackage: path.join(parent, 'package'),
    };
    homes.push(options.dataDir);
    cpSync(installedPackage(), options.platformPackage, {
      recursive: true,
      verbatimSymlinks: true,
    });
    const delay = delays(4, 500);
    for (let round = 0; round < 10; round += 1) {
      const starter = spawnStarter(options);
      await wait(delay.next().value);
      starter.kill('SIGKILL');
    }
    const server = await startServer(options);
    const programs = readlinkSync(`/proc/${server.pid}/exe`);
    expect(programs.startsWith(parent)).toBe(false);
    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
    await removeServer(options.dataDir);
    const copy = path.resolve(programs, '../..');
    for (const name of readdirSync(path.dirname(copy))) {
      if (!name.startsWith(path.basename(copy))) continue;
      rmSync(path.join(path.dirname(copy), name), { recursive: true, force: true });
    }
    rmSync(parent, { recursive: true, force: true });
  });
});
