/** @module-tag slow */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addAuditRows, makeMonth, monthBefore, type TestMonth } from '../audit-rows.ts';
import { killWhileBlocked } from '../kill-while-blocked.ts';
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
  { at: 'while it seals', lock: () => `lock table ${month.table} in row exclusive mode`, left: [] },
  {
    at: 'between the file and its manifest',
    lock: () => 'lock table audit_log_archives in share row exclusive mode',
    left: [expect.stringMatching(/\.rows\.age\.begun$/)],
  },
  {
    at: 'between the manifest and the detachment',
    lock: () => 'lock table audit_logs in access share mode',
    left: [expect.stringMatching(/\.rows\.age$/)],
  },
] as const;

it.each(STOPS)('killed $at, it loses no row, doubles none, and leaves no file', async (stop) => {
  const sight = { watcher: db, blocker };
  await killWhileBlocked(database, sight, { lock: stop.lock(), args: archive() });
  expect(await count(month.table)).toBe(ROWS);
  expect(readdirSync(folder)).toEqual(stop.left);
  await expectWhole();
});

it('killed while it writes, it leaves no part of a file', async () => {
  const running = startMigrator(database, archive());
  const exited = once(running, 'exit');
  await expect
    .poll(() => readdirSync(folder), { timeout: 60_000, interval: 1 })
    .toEqual([expect.stringContaining('.begun')]);
  running.kill('SIGKILL');
  await exited;
  await expectWhole();
});

it('names a file whose manifest was committed, and takes none of another database', async () => {
  const hold = 'lock table audit_logs in access share mode';
  const sight = { watcher: db, blocker };
  await killWhileBlocked(database, sight, { lock: hold, args: archive() });
  const [name = ''] = readdirSync(folder);
  const file = path.join(folder, name);
  renameSync(file, `${file}.begun`);
  const foreign = name.replace(/[0-9a-f]{8}(?=\.rows)/, '01234567') + '.begun';
  writeFileSync(path.join(folder, foreign), 'of another database, which is writing it');

  const again = await runMigrator(database, archive());
  expect(again.stderr).toContain(`named     ${name}`);
  expect(again.stdout).toContain(`${ROWS} row(s) in ${file}`);
  expect(readdirSync(folder).sort()).toEqual([name, foreign].sort());
});

const archive = (...more: string[]) => ['archive', '--dir', folder, ...more];

/** Runs it again: the month is in one file, and in no other place. */
async function expectWhole(): Promise<void> {
  const again = await runMigrator(database, archive('--json'));
  expect(again.code).toBe(0);
  const { archived } = JSON.parse(again.stdout) as { archived: { rows: number; file: string }[] };
  expect(archived).toMatchObject([{ partition: month.partition, rows: ROWS }]);
  expect(await count('audit_log_archives')).toBe(1);
  expect(await count(`audit_logs where event_type = 'PHI_READ'`)).toBe(0);
  const [file = ''] = archived.map((it) => it.file);
  expect(readdirSync(folder)).toEqual([path.basename(file)]);

  const identity = path.join(folder, 'key');
  writeFileSync(identity, KEYS.identity);
  const restored = await runMigrator(database, [
    ...['archive', 'restore', file, '--identity', identity, '--json'],
  ]);
  expect(JSON.parse(restored.stdout)).toMatchObject({ rows: ROWS, isListed: true });
  expect(await count(`audit_restored.${month.partition}`)).toBe(ROWS);
}

async function count(from: string): Promise<number> {
  const [row] = await db.$queryRawUnsafe<{ rows: number }[]>(
    `select count(*)::int as rows from ${from}`,
  );
  return row?.rows ?? -1;
}
