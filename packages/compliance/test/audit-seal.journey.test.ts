import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { healthChecks } from '../src/health-checks.ts';
import { writeTrail } from './audit-rows.ts';
import { KEYS, runMigrator } from './run-migrator.ts';

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

it('seals the trail, copies its checkpoints, and proves it', async () => {
  // And one that tells of the key that signs.
  await writeTrail(db, 60);
  const before = await verify();
  expect(before).toMatchObject({ code: 0, found: { rows: 60, unsealed: 60, checkpoints: 0 } });

  const sealed = await seal();
  expect(sealed.code, sealed.stderr).toBe(0);
  expect(JSON.parse(sealed.stdout)).toMatchObject({ rows: 61 });
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^checkpoints-\d{4}-\d\d\.jsonl$/)]);
  expect(JSON.parse((await seal()).stdout)).toEqual({ rows: 0, checkpoints: 0, copied: 0 });

  await writeTrail(db, 5);
  const health = healthChecks.find(({ name }) => name === 'audit-seal');
  const session = {
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => ({
      rows: await db.$queryRawUnsafe<Row[]>(sql, ...values),
    }),
  };
  const soon = new Date(Date.now() + 60_000);
  const late = new Date(Date.now() + 2 * 60 * 60_000);
  expect(await health?.look(session, soon)).toEqual([]);
  expect(await health?.look(session, late)).toMatchObject([{ severity: 'warning' }]);
  expect(await verify('--copies', folder)).toMatchObject({
    code: 0,
    found: { rows: 66, unsealed: 5, faultCount: 0 },
  });
});

it('takes a line that a crash cut short for no copy, and a folder that is not there for an error', async () => {
  await writeTrail(db, 3);
  await seal();
  const [name = ''] = readdirSync(folder);
  appendFileSync(path.join(folder, name), '{"checkpoint":{"id":"01');
  await writeTrail(db, 3);
  expect((await seal()).code).toBe(0);
  expect(await verify('--copies', folder)).toMatchObject({
    code: 3,
    found: { unreadableCopies: 1, faultCount: 0, unsealed: 0 },
  });
  const missing = await verify('--copies', path.join(folder, 'elsewhere'));
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.stderr).toContain('COMPLIANCE.CHECKPOINT_COPIES_MISSING');
  await writeTrail(db, 1);
  const unwritten = await migrator('audit', 'seal', '--dir', path.join(folder, name, 'below'));
  expect(unwritten.stderr).toContain('COMPLIANCE.CHECKPOINT_COPIES_UNWRITTEN');
  expect(JSON.parse((await seal()).stdout)).toMatchObject({ rows: 0, copied: 1 });
});

it('names the row that a superuser changed with triggers off', async () => {
  await writeTrail(db, 40);
  await seal();
  const [row] = await db.$queryRawUnsafe<{ id: string; seq: string; shard: number }[]>(
    `select id, seq::text as seq, shard from audit_logs order by seq offset 7 limit 1`,
  );
  await forge(`update audit_logs set user_id = '${randomUUID()}' where id = '${row?.id}'`);
  const { code, found } = await verify();
  expect(code).toBe(4);
  expect(found['faults']).toEqual([
    expect.objectContaining({ kind: 'ROW_FORGED', row: row?.id, seq: row?.seq, shard: row?.shard }),
  ]);
});
