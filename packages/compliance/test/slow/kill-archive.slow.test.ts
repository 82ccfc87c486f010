/** @module-tag slow */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addAuditRows, makeMonth, monthBefore, type TestMonth } from '../audit-rows.ts';
import { KEYS, runMigrator, startMigrator } from '../run-migrator.ts';

const ROWS = 20_000;

let database: SchemaDatabase;
let db: Database;
let blocker: Database;
let folder: string;
let month: TestMonth;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1 });
  blocker = createClient({ url: database.url, maxConnections: 1 });
  folder = mkdtempSync(path.join(os.tmpdir(), 'archive-'));
  month = await makeMonth(db, monthBefore(100));
  await addAuditRows(db, month, ROWS);
});

afterEach(async () => {
  await db.$disconnect();
  await blocker.$disconnect();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Where a lock of somebody else stops the archive; it is killed there. */
const STOPS = [
  { at: 'while it seals', lock: () => `lock table ${month.table} in row exclusive mode`, files: 0 },
  {
    at: 'between the file and its manifest',
    lock: () => 'lock table audit_log_archives in share row exclusive mode',
    files: 1,
  },
  {
    at: 'between the manifest and the detachment',
    lock: () => 'lock table audit_logs in access share mode',
    files: 1,
  },
] as const;

it.each(STOPS)('killed $at, it loses no row and doubles none', async ({ lock, files }) => {
  const archive = ['archive', '--dir', folder];
  await blocker.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(lock());
      const [holder] = await tx.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`;
      const running = startMigrator(database, archive);
      const exited = once(running, 'exit');
      await expect
        .poll(
          () =>
            // It may wait for autovacuum before it comes to this lock.
            db.$queryRaw`select from pg_stat_activity
              where application_name = 'migrator' and datname = current_database()
                and ${holder?.pid} = any (pg_blocking_pids(pid))`,
          { timeout: 60_000, interval: 20 },
        )
        .not.toEqual([]);
      running.kill('SIGKILL');
      await exited;
    },
    { timeout: 120_000 },
  );
  expect(await count(month.table)).toBe(ROWS);
  expect(readdirSync(folder)).toHaveLength(files);

  const again = await runMigrator(database, [...archive, '--json']);
  expect(again.code).toBe(0);
  const { archived } = JSON.parse(again.stdout) as { archived: { rows: number; file: string }[] };
  expect(archived).toMatchObject([{ partition: month.partition, rows: ROWS }]);
  expect(await count('audit_log_archives')).toBe(1);
  expect(await count(`audit_logs where event_type = 'PHI_READ'`)).toBe(0);

  const identity = path.join(folder, 'key');
  writeFileSync(identity, KEYS.identity);
  const [file = ''] = archived.map((it) => it.file);
  const restored = await runMigrator(database, [
    ...['archive', 'restore', file, '--identity', identity, '--json'],
  ]);
  expect(JSON.parse(restored.stdout)).toMatchObject({ rows: ROWS, isListed: true });
  expect(await count(`audit_restored.${month.partition}`)).toBe(ROWS);
});

async function count(from: string): Promise<number> {
  const [row] = await db.$queryRawUnsafe<{ rows: number }[]>(
    `select count(*)::int as rows from ${from}`,
  );
  return row?.rows ?? -1;
}
