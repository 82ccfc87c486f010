/** @module-tag slow */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { createClient, type Database } from '@holovitals/database';
import { startReplica, startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import { listRoles } from '@holovitals/identity';
import { searchLoinc } from '@holovitals/clinical';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openPlatform } from '../../src/open-platform.ts';
import { readSettings } from '../../src/settings.ts';
import { openTestPlatform } from '../test-platform.ts';
import { openReferenceReads, type ReferenceReads } from '../../src/reference-reads.ts';

const DATABASE = 'holovitals';
const root = path.join(import.meta.dirname, '../../../..');
const secrets = { encryptionKey: randomBytes(32).toString('hex'), codeKey: randomBytes(32) };

let primary: ScratchServer;
let replica: ScratchServer;

beforeAll(async () => {
  primary = await startScratchServer();
  const admin = createClient({ url: primary.url() });
  await admin.$executeRawUnsafe(`create database ${DATABASE}`);
  await admin.$executeRawUnsafe(
    `create role owner login createrole password '${primary.passwordOf('owner')}'`,
  );
  await admin.$executeRawUnsafe(`alter database ${DATABASE} owner to owner`);
  await admin.$disconnect();
  const env = {
    ...process.env,
    DATABASE_URL: primary.url({ database: DATABASE, role: 'owner' }),
    APP_DATABASE_URL: primary.url({ database: DATABASE, role: 'app' }),
    READONLY_DATABASE_URL: primary.url({ database: DATABASE, role: 'reader' }),
  };
  const migrator = path.join(root, 'apps/migrator/bin/migrator.mjs');
  for (const args of [['roles', 'sync'], ['deploy'], ['roles', 'sync'], ['seed']]) {
    await promisify(execFile)(process.execPath, [migrator, ...args], { cwd: root, env });
  }
  replica = await startReplica(primary);
});

afterAll(async () => {
  await replica?.destroy();
  await primary?.destroy();
});

const urlOf = (server: ScratchServer) => server.url({ database: DATABASE, role: 'app' });

it('opens on the primary, and not on its replica', async () => {
  const platform = await openPlatform({ ...secrets, databaseUrl: urlOf(primary) });
  await platform.identity.db.$disconnect();
  await expect(openPlatform({ ...secrets, databaseUrl: urlOf(replica) })).rejects.toMatchObject({
    code: 'DATABASE.REPLICA_REFUSED',
    kind: 'unavailable',
  });
});

it('takes no audit row on a replica, without which no record is read', async () => {
  const db = createClient({ url: urlOf(replica), encryptionKey: secrets.encryptionKey });
  const read = {
    ...({ eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS', agentSystem: 'test' } as const),
    ...{ hash: new Uint8Array(32), keyVersion: 1 },
  };
  await expect(db.auditLog.create({ data: read })).rejects.toThrow('25006');
  await db.$disconnect();
});

describe('reads of reference data', () => {
  const asReader = (server: ScratchServer) => server.url({ database: DATABASE, role: 'reader' });
  const isReplica = async (db: Database) => {
    const rows = await db.$queryRaw<{ yes: boolean }[]>`select pg_is_in_recovery() as yes`;
    return rows[0]?.yes;
  };

  function open(url: string): Database {
    const db = createClient({ url });
    onTestFinished(() => db.$disconnect());
    return db;
  }

  /** Looks until the replica is so, a minute at most. */
  async function lookUntil(reads: ReferenceReads, state: string): Promise<void> {
    const deadline = Date.now() + 60_000;
    do await reads.look();
    while (reads.report()?.state !== state && Date.now() < deadline);
    expect(reads.report()).toMatchObject({ state });
  }

  async function resume(): Promise<void> {
    const admin = createClient({ url: replica.url() });
    await admin.$queryRaw`select pg_wal_replay_resume()::text`.finally(() => admin.$disconnect());
  }

  /** Pauses the replay; it has stopped when this ends. */
  async function pause(): Promise<void> {
    const admin = open(replica.url());
    onTestFinished(resume);
    await admin.$queryRaw`select pg_wal_replay_pause()::text`;
    const deadline = Date.now() + 60_000;
    const state = async () => {
      const rows = await admin.$queryRaw<{ state: string }[]>`
        select pg_get_wal_replay_pause_state() as state`;
      return rows[0]?.state;
    };
    while ((await state()) !== 'paused') expect(Date.now()).toBeLessThan(deadline);
  }

  it('come from the replica while it keeps up, else from the primary', async () => {
    let ahead = 0;
    const db = open(urlOf(primary));
    const reads = await openReferenceReads(db, open(asReader(replica)), {
      maxLagMs: 10_000,
      clock: () => Date.now() + ahead,
    });
    await lookUntil(reads, 'used');
    expect(await reads.read(isReplica)).toBe(true);
    const { items } = await reads.read((it) => listRoles(it, { limit: 50 }));
    expect(items).toEqual((await listRoles(db, { limit: 50 })).items);
    expect(items.length).toBeGreaterThan(3);
    for (const q of ['glucose', '2345', 'glukose']) {
      const found = await reads.read((it) => searchLoinc(it, { q, limit: 5 }));
      expect(found).toEqual(await searchLoinc(db, { q, limit: 5 }));
    }

    // A primary that is idle leaves nobody behind.
    ahead += 60_000;
    await lookUntil(reads, 'used');

    await pause();
    const owner = open(primary.url({ database: DATABASE, role: 'owner' }));
    await owner.$transaction([
      // Test servers commit before the log is written, which is all that a replica can know of.
      owner.$executeRaw`set local synchronous_commit = on`,
      owner.permission.create({ data: { name: 'READ_LATE', scope: 'PHI' } }),
    ]);
    await reads.look();
    expect(await reads.read(isReplica)).toBe(true);
    ahead += 11_000;
    await reads.look();
    expect(reads.report()).toMatchObject({ state: 'behind' });
    expect(reads.report()?.lagMs).toBeGreaterThan(10_000);
    expect(await reads.read(isReplica)).toBe(false);

    await resume();
    await lookUntil(reads, 'used');
    const late = await reads.read((it) => it.permission.count({ where: { name: 'READ_LATE' } }));
    expect(late).toBe(1);
  });

  it('go to the primary when the replica is gone, and back when it is there again', async () => {
    const reads = await openReferenceReads(open(urlOf(primary)), open(asReader(replica)), {
      maxLagMs: 10_000,
    });
    await lookUntil(reads, 'used');
    await replica.stop();
    expect(await reads.read(isReplica)).toBe(false);
    expect(reads.report()).toEqual({ state: 'unreachable', lagMs: null });
    await reads.look();
    expect(reads.report()).toEqual({ state: 'unreachable', lagMs: null });
    await replica.restart();
    await lookUntil(reads, 'used');
    expect(await reads.read(isReplica)).toBe(true);
  });

  it('are not asked of a primary, of another cluster, or as a role that reaches records', async () => {
    const other = await startScratchServer();
    onTestFinished(() => other.destroy());
    for (const [url, why] of [
      [asReader(primary), 'It is no replica.'],
      [other.url(), 'It is no replica, it belongs to another primary.'],
      [urlOf(replica), 'Its role may read tables with row security.'],
    ] as const) {
      const settings = { ...secrets, databaseUrl: urlOf(primary), replica: { url, maxLagMs: 1 } };
      await expect(openPlatform(settings)).rejects.toMatchObject({
        ...{ code: 'API.REPLICA_UNFIT', why },
      });
    }
  });

  it('reach no record, whoever they say they are', async () => {
    const reader = open(asReader(replica));
    const rows = await reader.$queryRaw<{ name: string }[]>`
      select oid::regclass::text as name from pg_class
      where relrowsecurity and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`;
    expect(rows.length).toBeGreaterThan(40);
    for (const { name } of rows) {
      await expect(reader.$queryRawUnsafe(`select 1 from ${name}`), name).rejects.toThrow('42501');
    }
    await expect(reader.patient.findMany()).rejects.toThrow('42501');
    await expect(reader.$queryRaw`select set_actor('{}'::jsonb)`).rejects.toThrow('42501');
  });

  it('are limited as the environment says, by safe defaults else', async () => {
    const limitsOf = async (environment: Readonly<Record<string, string>>) => {
      const { connections, replica: named } = await readSettings({
        ...{ APP_DATABASE_URL: urlOf(primary), REPLICA_DATABASE_URL: asReader(replica) },
        ...{ ENCRYPTION_KEY: secrets.encryptionKey, SESSION_SECRET: 'of the test', ...environment },
      });
      const settings = { ...secrets, databaseUrl: urlOf(primary), connections, replica: named };
      const { reads, close } = await openPlatform(settings);
      onTestFinished(close);
      await lookUntil(reads, 'used');
      return reads.read(
        (db) => db.$queryRaw<unknown[]>`select pg_is_in_recovery() as "isReplica",
          current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
          current_setting('idle_in_transaction_session_timeout') as idle`,
      );
    };
    const isReplica = true;
    expect(await limitsOf({})).toEqual([
      { isReplica, statement: '1min', lock: '10s', idle: '1min' },
    ]);
    const told = {
      ...{ DATABASE_STATEMENT_TIMEOUT: '1500', DATABASE_LOCK_TIMEOUT: '0' },
      ...{ DATABASE_IDLE_TIMEOUT: '7000' },
    };
    expect(await limitsOf(told)).toEqual([
      { isReplica, statement: '1500ms', lock: '0', idle: '7s' },
    ]);
  });

  it('are told of in readiness', async () => {
    const settings = {
      ...{ ...secrets, databaseUrl: urlOf(primary) },
      replica: { url: asReader(replica), maxLagMs: 10_000 },
    };
    const { reads, close } = await openPlatform(settings);
    onTestFinished(close);
    await lookUntil(reads, 'used');
    const platform = await openTestPlatform({ reads });
    onTestFinished(() => platform.close());
    const ready = await platform.server.inject('/health/ready');
    expect(ready.json()).toMatchObject({ ready: true, replica: { state: 'used' } });
    const roles = await platform.server.inject('/v1/roles');
    expect(roles.json<{ items: object[] }>().items.length).toBeGreaterThan(3);
  });
});
