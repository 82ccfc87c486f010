/** @module-tag slow */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeTrail } from '../audit-rows.ts';
import { KEYS, runMigrator, startMigrator } from '../run-migrator.ts';

let database: SchemaDatabase;
let db: Database;
let folder: string;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 2, encryptionKey: KEYS.encryption });
  folder = mkdtempSync(path.join(os.tmpdir(), 'checkpoints-'));
});

afterEach(async () => {
  await db.$disconnect();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** What a superuser does with the triggers off. */
async function forge(sql: string): Promise<void> {
  const superuser = createClient({ url: database.superuserUrl, maxConnections: 1 });
  try {
    await superuser.$executeRawUnsafe('set session_replication_role = replica');
    await superuser.$executeRawUnsafe(sql);
  } finally {
    await superuser.$disconnect();
  }
}

const migrator = (...args: string[]) => runMigrator(database, args);
const seal = (...args: string[]) => migrator('audit', 'seal', '--dir', folder, '--json', ...args);
const verify = async (...args: string[]) => {
  const { code, stdout, stderr } = await migrator('audit', 'verify', '--json', ...args);
  return { code, stderr, found: JSON.parse(stdout || '{}') as Record<string, unknown> };
};

// Writers choose their shards by chance; one of eighty rows and sixteen shards has three.
const FULL_SHARD = `(select shard from audit_logs group by shard order by count(*) desc limit 1)`;
const OF_FIRST = `(select id from audit_logs where shard = ${FULL_SHARD} order by seq offset 1 limit 1)`;
const HEAD = `(select id from audit_checkpoints order by closed_at desc, shard desc limit 1)`;

it.each([
  {
    what: 'a row that is gone',
    sql: `delete from audit_logs where id = ${OF_FIRST}`,
    kind: 'ROW_REMOVED',
  },
  {
    what: 'a row that was moved',
    sql: `update audit_logs set seq = 1000000 where id = ${OF_FIRST}`,
    kind: 'ROW_REMOVED',
  },
  {
    what: 'a row with a number that is never given',
    sql: `update audit_logs set seq = -5 where id = ${OF_FIRST}`,
    kind: 'ROW_ADDED',
  },
  {
    what: 'two rows in another order, behind the others',
    sql: `with two as (select id, seq, shard from audit_logs where shard =
        ${FULL_SHARD} order by seq limit 2)
      update audit_logs set seq = (select sum(seq) from two) - audit_logs.seq + 1000
      from two where two.id = audit_logs.id`,
    kind: 'ROW_REMOVED',
  },
  {
    what: 'a copy of a row in another month, under the same number',
    sql: `insert into audit_logs select (jsonb_populate_record(log, '{"timestamp": "2001-01-01"}')).*
      from audit_logs as log where id = ${OF_FIRST}`,
    kind: 'ROW_FORGED',
  },
  {
    what: 'a checkpoint that is gone, with its rows',
    sql: `with head as (delete from audit_checkpoints where id = ${HEAD} returning *)
      delete from audit_logs using head where audit_logs.shard = head.shard and seq >= first_seq`,
    kind: 'CHECKPOINT_REMOVED',
  },
  {
    what: 'a checkpoint that was changed',
    sql: `update audit_checkpoints set tree_size = tree_size + 1 where id = ${HEAD}`,
    kind: 'CHECKPOINT_FORGED',
  },
])('finds $what', async ({ sql, kind }) => {
  await writeTrail(db, 80);
  await seal();
  await forge(sql);
  const { code, found } = await verify('--copies', folder);
  expect(code).toBe(4);
  expect(found['faults']).toContainEqual(expect.objectContaining({ kind }));
});

it('waits for a writer that has its numbers and has not committed', async () => {
  const other = createClient({
    url: database.url,
    maxConnections: 1,
    encryptionKey: KEYS.encryption,
  });
  try {
    let commit = () => {};
    const committed = new Promise<void>((resolve) => (commit = resolve));
    let begun = () => {};
    const writing = new Promise<void>((resolve) => (begun = resolve));
    const slow = writeTrail(other, 30, async () => {
      begun();
      await committed;
    });
    await writing;
    await writeTrail(db, 30);
    const sealing = seal();
    await wait(1500);
    expect(await db.auditCheckpoint.count()).toBe(0);
    commit();
    await slow;
    expect(JSON.parse((await sealing).stdout)).toMatchObject({ rows: 61 });
  } finally {
    await other.$disconnect();
  }
  expect(await verify('--copies', folder)).toMatchObject({ code: 0, found: { unsealed: 0 } });
});

it('killed at any moment, among writers, it seals every row once', async () => {
  let isWriting = true;
  let written = 0;
  const writers = [1, 2].map(async () => {
    while (isWriting) {
      await writeTrail(db, 20);
      written += 20;
    }
  });
  for (const pause of [900, 1100, 1300, 1500, 1700]) {
    const running = startMigrator(database, ['audit', 'seal', '--every', '0.1', '--dir', folder]);
    const exited = once(running, 'exit');
    await wait(pause);
    running.kill('SIGKILL');
    await exited;
  }
  isWriting = false;
  await Promise.all(writers);
  // The server learns that the killed one is gone a moment later.
  await expect.poll(async () => (await seal()).code, { timeout: 10_000 }).toBe(0);
  expect(await verify('--copies', folder)).toMatchObject({
    code: 0,
    found: { rows: written + 1, unsealed: 0, faultCount: 0 },
  });
});

it('one sealer is enough: a second is refused', async () => {
  await writeTrail(db, 1);
  const running = startMigrator(database, ['audit', 'seal', '--every', '1', '--dir', folder]);
  const exited = once(running, 'exit');
  await expect.poll(() => db.auditCheckpoint.count(), { timeout: 20_000 }).toBeGreaterThan(0);
  expect((await seal()).stderr).toContain('COMPLIANCE.SEALER_RUNNING');
  running.kill('SIGTERM');
  await exited;
});
