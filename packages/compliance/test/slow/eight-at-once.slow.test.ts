/** @module-tag slow */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addPerson } from '../add-person.ts';
import { addAuditRows, makeMonth, monthBefore } from '../audit-rows.ts';
import { KEYS, runMigrator, type Run } from '../run-migrator.ts';

const ROWS = 500;

let database: SchemaDatabase;
let db: Database;
let folder: string;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1, encryptionKey: KEYS.encryption });
  folder = mkdtempSync(path.join(os.tmpdir(), 'eight-'));
});

afterEach(async () => {
  await db.$disconnect();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command eight times at once; each does its work or says that another does it. */
async function eightTimes(refusal: string, ...args: string[]): Promise<Run[]> {
  const command = [...args, '--dir', folder, '--json'];
  const runs = await Promise.all(Array.from({ length: 8 }, () => runMigrator(database, command)));
  for (const { code, stdout } of runs.filter((run) => run.code !== 0)) {
    expect({ code, stdout }).toMatchObject({ stdout: expect.stringContaining(refusal) as string });
  }
  return runs.filter(({ code }) => code === 0);
}

async function count(from: string): Promise<number> {
  const [row] = await db.$queryRawUnsafe<{ rows: number }[]>(
    `select count(*)::int as rows from ${from}`,
  );
  return row?.rows ?? -1;
}

it('archives a month once', async () => {
  const month = await makeMonth(db, monthBefore(100));
  await addAuditRows(db, month, ROWS);
  const done = await eightTimes('COMPLIANCE.ARCHIVE_RUNNING', 'archive');
  const archived = done.flatMap(
    ({ stdout }) => (JSON.parse(stdout) as { archived: { rows: number }[] }).archived,
  );
  expect(archived).toMatchObject([{ partition: month.partition, rows: ROWS }]);
  expect(await count('audit_log_archives')).toBe(1);
  expect(await count(`audit_logs where event_type = 'PHI_READ'`)).toBe(0);
});

it('carries a policy out once', async () => {
  const id = await addPerson(db, 'officer@example.org', 'OWNER');
  await db.$executeRawUnsafe(
    `insert into training_records (id, user_id, kind, course, version, assigned_at, completed_at, created_at, updated_at)
     select gen_random_uuid(), $1::uuid, 'TRAINING', 'course ' || n, '1', t, t, t, t
     from generate_series(1, ${ROWS}) n, lateral (select now() - interval '7 years' as t) as times`,
    id,
  );
  const call = ['retention', 'run', '--approved-by', 'officer@example.org'];
  const done = await eightTimes('COMPLIANCE.RETENTION_RUNNING', ...call);
  const removed = done
    .flatMap(({ stdout }) => (JSON.parse(stdout) as { policies: { archived: number }[] }).policies)
    .reduce((sum, { archived }) => sum + archived, 0);
  expect(removed).toBe(ROWS);
  expect(await count('training_records')).toBe(0);
  expect(await count('retention_executions where finished_at is null')).toBe(0);
});
