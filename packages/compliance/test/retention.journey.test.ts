/** @module-tag slow */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addPerson } from './add-person.ts';
import { KEYS, runMigrator } from './run-migrator.ts';

let database: SchemaDatabase;
let db: Database;
let folder: string;
let officer: string;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1, encryptionKey: KEYS.encryption });
  folder = mkdtempSync(path.join(os.tmpdir(), 'retention-'));
  officer = await addPerson(db, 'officer@example.org', 'OWNER');
});

afterEach(async () => {
  await db.$disconnect();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  runMigrator(database, ['retention', 'run', '--dir', folder, ...args]);
const approve = (...args: string[]) => run('--approved-by', 'officer@example.org', ...args);

/** A day so many calendar years ago, and some days further back. */
function ago(years: number, days = 0): Date {
  const now = new Date();
  return new Date(
    Date.UTC(now.getUTCFullYear() - years, now.getUTCMonth(), now.getUTCDate() - days),
  );
}

/** Training that ended then: a compliance document, kept for six years from its last effect. */
async function addTraining(userId: string, ended: Date): Promise<string> {
  const id = randomUUID();
  await db.$executeRawUnsafe(
    `insert into training_records (id, user_id, kind, course, version, assigned_at, completed_at, created_at, updated_at)
     values ($1::uuid, $2::uuid, 'TRAINING', 'canary', '1', $3::timestamptz, $3, $3, $3)`,
    ...[id, userId, ended],
  );
  return id;
}

async function idsOf(table: string): Promise<string[]> {
  const rows = await db.$queryRawUnsafe<{ id: string }[]>(
    `select id::text from ${table} order by id`,
  );
  return rows.map(({ id }) => id);
}

interface Report {
  readonly policy: string;
  readonly executionId: string;
  readonly tables: readonly {
    readonly model: string;
    readonly candidates: number;
    readonly going: number;
  }[];
  readonly archived: number;
  readonly deleted: number;
  readonly heldBack: number;
  readonly certificate: string | null;
}

function reportOf(stdout: string, policy: string): Report {
  const { policies } = JSON.parse(stdout) as { policies: Report[] };
  const report = policies.find((it) => it.policy === policy);
  if (report === undefined) throw new Error(stdout);
  return report;
}

it('removes what is over by six calendar years and a day, into a proven file, with a certificate', async () => {
  const due = await addTraining(officer, ago(6, 3));
  const young = await addTraining(officer, ago(6, -1));
  expect(await run()).toMatchObject({ code: 2, stdout: '' });
  const counted = await run('--dry-run', '--json');
  expect(counted.code).toBe(0);
  expect(reportOf(counted.stdout, 'COMPLIANCE_DOCUMENTS')).toMatchObject({
    archived: 0,
    deleted: 0,
  });
  expect(reportOf(counted.stdout, 'COMPLIANCE_DOCUMENTS').tables).toContainEqual(
    expect.objectContaining({ model: 'TrainingRecord', candidates: 1, going: 1 }),
  );
  expect(await idsOf('training_records')).toHaveLength(2);
  expect(await db.retentionExecution.count({ where: { dryRun: true } })).toBe(4);

  expect((await run('--approved-by', 'nobody@example.org')).stderr).toContain('PERSON_UNKNOWN');
  const done = await approve('--json');
  expect(done.code).toBe(0);
  const report = reportOf(done.stdout, 'COMPLIANCE_DOCUMENTS');
  expect(report).toMatchObject({ archived: 1, deleted: 0, heldBack: 0 });
  expect(await idsOf('training_records')).toEqual([young]);

  const text = readFileSync(report.certificate ?? '', 'utf8');
  const { sha256, ...certificate } = JSON.parse(text) as { sha256: string };
  expect(createHash('sha256').update(JSON.stringify(certificate)).digest('hex')).toBe(sha256);
  expect(certificate).toMatchObject({
    approvedById: officer,
    removed: [{ model: 'TrainingRecord', rows: 1, how: 'archived' }],
    archives: [{ model: 'TrainingRecord', rows: 1, removed: 1 }],
    isCutOff: false,
  });
  const execution = await db.retentionExecution.findUniqueOrThrow({
    where: { id: report.executionId },
  });
  expect(Buffer.from(execution.certificateHash ?? []).toString('hex')).toBe(sha256);
  expect(execution).toMatchObject({ archived: 1, approvedById: officer, failedAt: null });
  expect(execution.finishedAt).not.toBeNull();
  const trail = await db.auditLog.findMany({
    where: { eventType: 'RETENTION', requestId: report.executionId },
  });
  expect(trail.map(({ action, recordCount }) => `${action} ${recordCount}`).sort()).toEqual([
    'D 1',
    'E 1',
  ]);
  for (const file of readdirSync(folder)) {
    expect(readFileSync(path.join(folder, file), 'latin1')).not.toContain(due);
  }
});

it('takes an approval only from who may give it', async () => {
  const due = await addTraining(officer, ago(6, 3));
  const admin = await addPerson(db, 'admin@example.org', 'ADMIN');
  const ended = await addPerson(db, 'ended@example.org', 'OWNER');
  const inactive = await addPerson(db, 'inactive@example.org', 'OWNER');
  const local = await addPerson(db, 'local@example.org', 'OWNER');
  await db.userRole.updateMany({
    where: { userId: ended },
    data: { validFrom: ago(2), validTo: ago(1) },
  });
  await db.user.update({ where: { id: inactive }, data: { status: 'SUSPENDED' } });
  const { id: organizationId } = await db.organization.create({
    data: { name: 'O', kind: 'PROVIDER' },
  });
  await db.userRole.updateMany({ where: { userId: local }, data: { organizationId } });
  const refusals: [string, string][] = [
    [admin, 'PERSON_NOT_PERMITTED'],
    ['admin@example.org', 'PERSON_NOT_PERMITTED'],
    [ended, 'PERSON_NOT_PERMITTED'],
    [local, 'PERSON_NOT_PERMITTED'],
    [inactive, 'PERSON_UNKNOWN'],
    [`' or true --`, 'PERSON_UNKNOWN'],
  ];
  for (const [person, code] of refusals) {
    const refused = await run('--approved-by', person);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`COMPLIANCE.${code}`);
    expect(refused.stderr).not.toContain(person);
  }
  expect(await idsOf('training_records')).toEqual([due]);
  expect(await db.retentionExecution.count()).toBe(0);
});

it('deletes by policies that say so, and keeps what holds, longer rules, minors and other rows keep', async () => {
  const [held, free] = await Promise.all(
    ['held@example.org', 'free@example.org'].map((email) => addPerson(db, email)),
  );
  await db.dataRetentionPolicy.updateMany({ data: { isActive: false } });
  const policy = {
    dataType: 'COMPLIANCE_DOCUMENT',
    startsFrom: 'LAST_IN_EFFECT',
    action: 'DELETE',
  } as const;
  await db.dataRetentionPolicy.create({
    data: { name: 'short "; drop', retentionPeriodDays: 10, ...policy },
  });
  const long = await db.dataRetentionPolicy.create({
    data: { name: 'long', retentionPeriodDays: 365, ...policy },
  });
  const kept = [await addTraining(held ?? '', ago(9)), await addTraining(free ?? '', ago(0, 200))];
  for (let day = 2; day < 9; day += 1) await addTraining(free ?? '', ago(1, day));
  await db.legalHold.create({
    data: {
      name: 'canary',
      matter: 'canary',
      scopeType: 'User',
      scopeId: held ?? '',
      placedById: officer,
    },
  });

  const done = await approve('--json', '--batch', '3');
  expect(done.code).toBe(0);
  expect(done.stdout + done.stderr).not.toContain('canary');
  expect((await idsOf('training_records')).sort()).toEqual(kept.sort());
  const [first, second] = ['long', 'short "; drop'].map((name) => reportOf(done.stdout, name));
  expect([first?.deleted, second?.deleted]).toEqual([7, 0]);
  expect(second?.tables).toContainEqual(
    expect.objectContaining({
      model: 'TrainingRecord',
      candidates: 2,
      held: 1,
      keptLonger: 1,
      going: 0,
    }),
  );

  await db.legalHold.updateMany({
    data: { releasedAt: new Date(), releasedById: officer, releaseReason: 'over' },
  });
  await db.legalHold.create({
    data: {
      name: 'b',
      matter: 'b',
      scopeType: 'DataRetentionPolicy',
      scopeId: long.id,
      placedById: officer,
    },
  });
  const byHold = await approve('--json');
  expect(reportOf(byHold.stdout, 'long')).toMatchObject({ deleted: 0, heldBack: 1 });
  await db.dataRetentionPolicy.update({ where: { id: long.id }, data: { action: 'REVIEW' } });
  expect(reportOf((await approve('--json')).stdout, 'short "; drop')).toMatchObject({
    deleted: 0,
  });
});

it('keeps the record of who was a minor until majority and the extension, and what others name', async () => {
  await db.dataRetentionPolicy.updateMany({ data: { isActive: false } });
  const policy = {
    dataType: 'MEDICAL_RECORD',
    retentionPeriodDays: 3650,
    action: 'SHRED',
  } as const;
  await db.dataRetentionPolicy.create({
    data: { name: 'charts', ...policy, minorExtensionYears: 3 },
  });
  const add = async (mrn: string, data: { majorityOn?: Date; retainUntil?: Date }) =>
    (
      await db.patient.create({
        data: { mrn, createdAt: ago(10, 3), updatedAt: ago(10, 3), ...data },
      })
    ).id;
  const going = [
    await add('adult', { majorityOn: ago(20) }),
    await add('minor then, three years over', { majorityOn: ago(3, 2) }),
  ];
  const minors = [
    await add('minor then, three years not over', { majorityOn: ago(3) }),
    await add('of unknown age', {}),
  ];
  const longer = await add('kept by its own day', { majorityOn: ago(20), retainUntil: ago(-1) });
  const named = await add('named', { majorityOn: ago(20) });
  const identifier = { patientId: named, system: 'urn:x', valueCiphertext: 'x' };
  await db.patientIdentifier.create({ data: identifier });

  const { stdout, code } = await approve('--json', '--rate', '100000');
  expect(code).toBe(0);
  const report = reportOf(stdout, 'charts');
  expect(report.tables).toContainEqual(
    expect.objectContaining({
      model: 'Patient',
      candidates: 6,
      minors: 2,
      keptLonger: 1,
      named: 1,
      going: 2,
    }),
  );
  expect(report).toMatchObject({ deleted: 2, heldBack: 4 });
  expect((await idsOf('patients')).sort()).toEqual([...minors, longer, named].sort());
  const trail = await db.auditLog.findMany({ where: { requestId: report.executionId } });
  expect(trail.map(({ patientId }) => patientId).sort()).toEqual(going.sort());
});
