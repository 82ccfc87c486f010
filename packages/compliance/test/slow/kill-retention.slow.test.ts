/** @module-tag slow */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addPerson } from '../add-person.ts';
import { killWhileBlocked } from '../kill-while-blocked.ts';
import { KEYS, runMigrator } from '../run-migrator.ts';

const ROWS = 1_000;
const BATCH = 100;

let database: SchemaDatabase;
let db: Database;
let blocker: Database;
let folder: string;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1, encryptionKey: KEYS.encryption });
  blocker = createClient({ url: database.url, maxConnections: 1 });
  folder = mkdtempSync(path.join(os.tmpdir(), 'retention-'));
  const officer = await addPerson(db, 'officer@example.org', 'OWNER');
  await addPerson(db, 'second@example.org', 'OWNER');
  await db.$executeRawUnsafe(
    `insert into training_records (id, user_id, kind, course, version, assigned_at, completed_at, created_at, updated_at)
     select gen_random_uuid(), $1::uuid, 'TRAINING', 'course ' || n, '1', t, t, t, t
     from generate_series(1, ${ROWS}) n, lateral (select now() - interval '7 years' as t) as times`,
    officer,
  );
  // The last word on an execution waits for who holds this lock.
  await db.$executeRawUnsafe(
    `create function wait_to_certify() returns trigger language plpgsql
     as $$ begin perform pg_advisory_xact_lock(4711); return new; end $$`,
  );
  await db.$executeRawUnsafe(
    `create trigger wait_to_certify before update on retention_executions for each row
     when (new.certificate_hash is not null) execute function wait_to_certify()`,
  );
});

afterEach(async () => {
  await db.$disconnect();
  await blocker.$disconnect();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** SQL that locks one row, by its place in the order that rows go in. */
function lockOfRow(place: number): string {
  return `select id from training_records
    where id = (select id from training_records order by id offset ${place} limit 1) for update`;
}

/** Where a lock of somebody else stops the run; it is killed there. */
const STOPS = [
  {
    at: 'before it begins',
    lock: 'lock table retention_executions in share row exclusive mode',
    gone: 0,
  },
  { at: 'between a file and its record', lock: 'lock table audit_logs in share mode', gone: 0 },
  {
    at: 'between the record of a file and the first row',
    lock: 'lock table training_records in share mode',
    gone: 0,
  },
  {
    at: 'between two batches',
    lock: lockOfRow(450),
    gone: 400,
  },
  {
    at: 'before the tables are vacuumed',
    lock: 'lock table training_records in share update exclusive mode',
    gone: ROWS,
  },
  {
    at: 'between a certificate and its record',
    lock: `select pg_advisory_xact_lock(4711)::text`,
    gone: ROWS,
  },
] as const;

it.each(STOPS)('killed $at, it doubles nothing, loses nothing and certifies once', async (stop) => {
  await expectKilled(stop, 'ARCHIVE');
});

it.each(STOPS.filter(({ at }) => !at.includes('file')))(
  'deletes as well: killed $at',
  async (stop) => {
    await db.dataRetentionPolicy.updateMany({
      where: { dataType: 'COMPLIANCE_DOCUMENT' },
      data: { action: 'DELETE' },
    });
    await expectKilled(stop, 'DELETE');
  },
);

it('killed twice, and its policy switched off, what went is certified all the same', async () => {
  for (const offset of [450, 250]) {
    await kill(lockOfRow(offset), 'officer@example.org');
  }
  await db.dataRetentionPolicy.updateMany({ data: { isActive: false } });
  expect(await run('second@example.org')).toMatchObject({ code: 0 });
  expect(await certified()).toBe(600);
  expect(await rowsLeft()).toBe(ROWS - 600);
});

async function expectKilled(
  { lock, gone }: (typeof STOPS)[number],
  action: 'ARCHIVE' | 'DELETE',
): Promise<void> {
  await kill(lock, 'officer@example.org');
  expect(await rowsLeft()).toBe(ROWS - gone);
  const again = await run('second@example.org', '--json');
  expect(again.code).toBe(0);
  expect(await rowsLeft()).toBe(0);
  expect(await certified()).toBe(ROWS);
  const [first, ...more] = await db.retentionExecution.findMany({ orderBy: { startedAt: 'asc' } });
  if (gone > 0) {
    // Who approved what had gone is not who approved the rest.
    const officer = await db.user.findUniqueOrThrow({ where: { email: 'officer@example.org' } });
    expect(first).toMatchObject({ approvedById: officer.id, [PART[action]]: gone });
    expect(more.map((it) => it[PART[action]])).toEqual(gone === ROWS ? [] : [ROWS - gone]);
  }
  const third = await run('second@example.org', '--json');
  expect(JSON.stringify(JSON.parse(third.stdout))).not.toContain('certificate-');
}

const PART = { ARCHIVE: 'archived', DELETE: 'deleted' } as const;

const argumentsOf = (approver: string, ...more: string[]) => [
  ...['retention', 'run', '--approved-by', approver, '--dir', folder],
  ...['--batch', String(BATCH), ...more],
];
const run = (approver: string, ...more: string[]) =>
  runMigrator(database, argumentsOf(approver, ...more));
const kill = (lock: string, approver: string) =>
  killWhileBlocked(database, { watcher: db, blocker }, { lock, args: argumentsOf(approver) });

async function rowsLeft(): Promise<number> {
  return db.trainingRecord.count();
}

interface Certificate {
  readonly sha256: string;
  readonly executionId: string;
  readonly isCutOff: boolean;
  readonly removed: readonly { readonly rows: number }[];
  readonly archives: readonly {
    readonly rows: number;
    readonly removed: number;
    readonly file: string;
  }[];
}

/**
 * How many rows the certificates name. Each execution that removed rows has one, whose hash it holds;
 * each archived row that went is counted by one file, which lies where it should.
 */
async function certified(): Promise<number> {
  const executions = await db.retentionExecution.findMany({ where: { dryRun: false } });
  const files = readdirSync(folder);
  expect(files.filter((name) => !/\.(json|txt|age)$/.test(name))).toEqual([]);
  const certificates = files
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Certificate);
  const hashes = executions.map((it) => [it.id, hexOf(it.certificateHash)] as const);
  expect(certificates.map((it) => [it.executionId, it.sha256]).sort()).toEqual(
    hashes.filter(([, hash]) => hash !== '').sort(),
  );
  const named: string[] = [];
  let sum = 0;
  for (const { sha256, ...certificate } of certificates) {
    expect(hexOf(createHash('sha256').update(JSON.stringify(certificate)).digest())).toBe(sha256);
    const execution = executions.find(({ id }) => id === certificate.executionId);
    const removed = certificate.removed.reduce((total, { rows }) => total + rows, 0);
    expect(removed).toBe((execution?.archived ?? 0) + (execution?.deleted ?? 0));
    expect(execution?.finishedAt === null).toBe(certificate.isCutOff);
    sum += removed;
    const inFiles = certificate.archives.reduce((total, archive) => total + archive.removed, 0);
    expect(inFiles).toBe(execution?.archived);
    for (const { file, rows, removed: went } of certificate.archives) {
      const [name = '', hash = ''] = file.split(' sha256:');
      const bytes = readFileSync(path.join(folder, name));
      expect(hexOf(createHash('sha256').update(bytes).digest())).toBe(hash);
      expect(rows).toBeGreaterThanOrEqual(went);
      named.push(name);
    }
  }
  expect(executions.filter((it) => it.finishedAt === null && it.failedAt === null)).toEqual([]);
  // A file that was recorded before the first row went is named by the audit trail alone.
  const trail = await db.auditLog.findMany({ where: { eventType: 'RETENTION', action: 'E' } });
  const recorded = trail.map(({ reason }) => reason?.split(' ')[0]);
  expect(files.filter((name) => name.endsWith('.age'))).toEqual(recorded.sort());
  expect(named.filter((name) => !recorded.includes(name))).toEqual([]);
  return sum;
}

function hexOf(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
