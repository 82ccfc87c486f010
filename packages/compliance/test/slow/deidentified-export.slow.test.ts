/** @module-tag slow */
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addPerson } from '../add-person.ts';
import { KEYS, runMigrator, startMigrator } from '../run-migrator.ts';

let database: SchemaDatabase;
let db: Database;
let folder: string;
let officer: string;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1, encryptionKey: KEYS.encryption });
  folder = mkdtempSync(path.join(os.tmpdir(), 'deidentified-'));
  officer = await addPerson(db, 'officer@example.org', 'OWNER');
});

afterEach(async () => {
  await db.$disconnect();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const APPROVED = ['--approved-by', 'officer@example.org'];
const place = (name: string) => path.join(folder, name);
const run = (...args: string[]) => runMigrator(database, ['export', 'deidentified', ...args]);
async function made(name: string, ...args: string[]): Promise<Report> {
  const { code, stdout, stderr } = await run('--out', place(name), ...APPROVED, '--json', ...args);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Report;
}
async function refused(code: string, ...args: string[]): Promise<void> {
  const { stderr, code: exit } = await run(...args);
  expect(stderr).toContain(code);
  expect(exit).not.toBe(0);
}

interface Report {
  readonly rows: number;
  readonly isDryRun: boolean;
  readonly smallCells: { k: number | null; classes: number; peopleInSmall: number };
  readonly tables: { table: string; rows: number; columns: Record<string, Tally> }[];
}
interface Tally {
  readonly kept: number;
  readonly generalized: number;
  readonly dropped: number;
}
type Row = Record<string, unknown>;

function rowsOf(name: string, table: string): Row[] {
  const text = readFileSync(path.join(place(name), `${table}.ndjson`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

async function addPatient(birthDate: string, organizationId?: string): Promise<string> {
  const { id } = await db.patient.create({
    data: { family: 'Quill', birthDate, organizationId: organizationId ?? null, gender: 'FEMALE' },
    select: { id: true },
  });
  return id;
}

async function addVital(
  patientId: string,
  effectiveAt: string,
  more: object = {},
): Promise<string> {
  const { id } = await db.patientVitalSign.create({
    data: {
      ...{ patientId, effectiveAt: new Date(effectiveAt), status: 'FINAL', value: 120 },
      ...{ code: 'BP', codeSystem: 'urn:oid:1.2.3', loincCode: '8480-6', ucumCode: 'mm[Hg]' },
      ...{ source: 'DEVICE', ...more },
    },
    select: { id: true },
  });
  return id;
}

const trail = () =>
  db.auditLog.findMany({ where: { eventType: 'PHI_EXPORT' }, orderBy: { timestamp: 'asc' } });

it('moves all dates of a person alike, those of another otherwise, and the same again with the key', async () => {
  const [one, other] = [await addPatient('1980-05-05'), await addPatient('1980-05-05')];
  const merged = await addPatient('1980-05-05');
  for (const patient of [one, other]) {
    await addVital(patient, '2024-02-28T10:15:00Z');
    await addVital(patient, '2024-03-01T10:15:00Z');
  }
  await addVital(merged, '2024-03-10T10:15:00Z');
  await db.patient.update({
    where: { id: merged },
    data: { mergedIntoId: one, mergedAt: new Date(), active: false },
    select: { id: true },
  });
  const key = place('key');
  await made('first', '--profile', 'date-shift', '--shift-key', key);
  expect(statSync(key).mode & 0o777).toBe(0o600);
  await made('second', '--profile', 'date-shift', '--shift-key', key);
  await made('third', '--profile', 'date-shift');

  const daysOf = (name: string) => {
    const people = rowsOf(name, 'patients');
    expect(people).toHaveLength(2);
    return people.map(({ id, birthDate }) =>
      [
        birthDate,
        ...rowsOf(name, 'patient_vital_signs')
          .filter(({ patientId }) => patientId === id)
          .map(({ effectiveAt }) => effectiveAt)
          .sort(),
      ].map((date) => Date.parse(String(date)) / 86_400_000),
    );
  };
  const first = daysOf('first');
  for (const [born = 0, ...at] of first) {
    const shift = born - Date.parse('1980-05-05') / 86_400_000;
    expect(Math.abs(shift)).toBeGreaterThanOrEqual(1);
    expect(Math.abs(shift)).toBeLessThanOrEqual(365);
    const days = at.map((day) => Math.floor(day - shift) - Date.parse('2024-02-28') / 86_400_000);
    expect([
      [0, 2],
      [0, 2, 11],
    ]).toContainEqual(days);
  }
  expect(first[0]?.[0]).not.toBe(first[1]?.[0]);
  expect(new Set(daysOf('second').flat())).toEqual(new Set(first.flat()));
  expect(new Set(daysOf('third').flat())).not.toEqual(new Set(first.flat()));
  const idsOf = (name: string) => rowsOf(name, 'patients').map(({ id }) => id);
  expect(idsOf('second').some((id) => idsOf('first').includes(id))).toBe(false);
});

it('tells no age over 89, counts groups, and leaves out what was entered in error', async () => {
  const old = await addPatient('1920-01-01');
  for (let at = 0; at < 12; at += 1) await addPatient('1980-01-01');
  await addVital(old, '2024-01-01T00:00:00Z', { enteredInErrorAt: new Date() });
  await addVital(old, '1921-01-01T00:00:00Z');
  const age = { loincCode: '30525-0', ucumCode: 'a' };
  await addVital(old, '2024-01-01T00:00:00Z', { ...age, value: 104 });
  await addVital(old, '2024-01-01T00:00:00Z', { ...age, ucumCode: 'mo', value: 1250 });
  const report = await made('out');
  expect(report.smallCells).toEqual({ k: 1, classes: 2, peopleInSmall: 1 });
  expect(rowsOf('out', 'patients').map(({ birthDate }) => birthDate)).toContain('90+');
  const vitals = rowsOf('out', 'patient_vital_signs');
  expect(vitals.map(({ effectiveAt }) => effectiveAt).sort()).toEqual(['2024', '2024', '90+']);
  expect(vitals.map(({ value }) => value ?? null).sort()).toEqual([120, 90, null]);
  expect(readFileSync(path.join(place('out'), 'report.json'), 'utf8')).not.toContain('1920');
});

it('writes what is left of no patients', async () => {
  const report = await made('out');
  expect(report).toMatchObject({ rows: 0, smallCells: { k: null, classes: 0 } });
  expect(rowsOf('out', 'patients')).toEqual([]);
  expect(statSync(place('out')).mode & 0o777).toBe(0o700);
});

it('exports the charts of one organisation, approved, and says so in the trail', async () => {
  const { id } = await db.organization.create({ data: { name: 'Clinic', kind: 'PROVIDER' } });
  await addPatient('1980-01-01', id);
  await addPatient('1981-01-01');
  expect((await made('out', '--organization', id)).rows).toBe(1);
  expect(rowsOf('out', 'patients')).toMatchObject([{ birthDate: '1980', gender: 'female' }]);
  expect(await trail()).toMatchObject([
    { action: 'E', outcome: 'SUCCESS', userId: officer, recordCount: 0 },
    { action: 'E', outcome: 'SUCCESS', userId: officer, recordCount: 1 },
  ]);
  expect(await db.disclosure.count()).toBe(0);
  expect((await runMigrator(database, ['audit', 'verify'])).code).toBe(0);
});

it('refuses what is missing or does not fit, and writes nothing', async () => {
  await addPatient('1980-01-01');
  const out = ['--out', place('out')];
  await refused('COMPLIANCE.OPTION_MISSING', ...APPROVED);
  await refused('COMPLIANCE.OPTION_MISSING', ...out);
  await refused('COMPLIANCE.PERSON_UNKNOWN', ...out, '--approved-by', 'nobody@example.org');
  await addPerson(db, 'doctor@example.org');
  await refused('COMPLIANCE.PERSON_NOT_PERMITTED', ...out, '--approved-by', 'doctor@example.org');
  await refused('COMPLIANCE.CHOICE_INVALID', ...out, ...APPROVED, '--profile', 'expert');
  await refused('COMPLIANCE.OPTION_UNFIT', ...out, ...APPROVED, '--agreement', randomUUID());
  await refused('COMPLIANCE.OPTION_UNFIT', ...out, ...APPROVED, '--shift-key', place('key'));
  await refused('COMPLIANCE.ID_INVALID', ...out, ...APPROVED, '--organization', 'x');
  await refused(
    'COMPLIANCE.ORGANIZATION_UNKNOWN',
    ...out,
    ...APPROVED,
    '--organization',
    randomUUID(),
  );
  const shift = ['--profile', 'date-shift', '--shift-key'];
  await refused('COMPLIANCE.SHIFT_KEY_INVALID', ...out, ...APPROVED, ...shift, folder);
  await refused('COMPLIANCE.EXPORT_FOLDER_TAKEN', '--out', folder, ...APPROVED);
  await db.$executeRawUnsafe(`alter table patients add column nickname text default 'Bo'`);
  await refused('patients.nickname', ...out, ...APPROVED);
  await refused('COMPLIANCE.COLUMN_UNCLASSIFIED', '--dry-run');
  expect(readdirSync(folder)).toEqual([]);
});

it('counts in a dry run, which needs nobody and leaves nothing', async () => {
  await addPatient('1980-01-01');
  const { stdout, code } = await run('--dry-run', '--profile', 'date-shift');
  expect(code).toBe(0);
  expect(stdout).toContain('patients: 1 row(s)');
  expect(stdout).toContain('would be  1 row(s) as date-shift');
  expect(readdirSync(folder)).toEqual([]);
  expect(await trail()).toEqual([]);
});

it('wants a data use agreement in effect, and leaves out who is restricted and what is labelled', async () => {
  const clinic = await db.organization.create({ data: { name: 'Clinic', kind: 'PROVIDER' } });
  const { id: counterpartyId } = await db.organization.create({
    data: { name: 'Institute', kind: 'VENDOR' },
  });
  const agree = async (more: object) => {
    const { id } = await db.legalAgreement.create({
      data: {
        ...{ type: 'DATA_USE_AGREEMENT', title: 'Study', version: '1', phiPermitted: true },
        ...{ counterpartyId, counterpartyRole: 'DATA_RECIPIENT', signedAt: new Date('2020-01-01') },
        ...{ effectiveFrom: new Date('2020-01-01'), ...more },
      },
    });
    return ['--profile', 'limited-data-set', '--agreement', id];
  };
  const out = ['--out', place('out'), ...APPROVED];
  const unfit = async (more: object) =>
    refused('COMPLIANCE.AGREEMENT_UNFIT', ...out, ...(await agree(more)));
  await unfit({ type: 'BAA', counterpartyRole: 'BUSINESS_ASSOCIATE' });
  await unfit({ phiPermitted: false });
  await unfit({ phiPermitted: false, signedAt: null });
  await unfit({ effectiveTo: new Date('2021-01-01') });
  await unfit({ effectiveFrom: new Date('2999-01-01') });
  await unfit({ terminatedAt: new Date('2022-01-01') });
  await unfit({ organizationId: clinic.id });
  await refused(
    'COMPLIANCE.AGREEMENT_UNFIT',
    ...out,
    '--profile',
    'limited-data-set',
    '--agreement',
    randomUUID(),
  );
  await refused('COMPLIANCE.OPTION_MISSING', ...out, '--profile', 'limited-data-set');
  expect(readdirSync(folder)).toEqual([]);

  const kept = await addPatient('1920-02-03', clinic.id);
  const restricted = await addPatient('1981-01-01', clinic.id);
  await addVital(kept, '1999-12-31T23:30:00Z');
  await addVital(kept, '2000-01-01T00:00:00Z', { securityLabels: ['42CFRPart2'] });
  await addVital(kept, '2000-01-01T00:00:00Z', { confidentiality: 'V' });
  await addVital(restricted, '2000-01-01T00:00:00Z');
  await db.patientPrivacyRequest.create({
    data: {
      ...{
        patientId: restricted,
        organizationId: clinic.id,
        kind: 'RESTRICTION',
        status: 'FULFILLED',
      },
      ...{
        details: 'none for research',
        disposition: 'AGREED',
        restrictedPurposes: ['HRESCH'],
        decidedAt: new Date(),
      },
      effectiveFrom: new Date('2020-01-01'),
    },
  });
  const agreement = await agree({ organizationId: clinic.id });
  await run('--dry-run', ...agreement, '--organization', clinic.id);
  expect(await db.disclosure.count()).toBe(0);
  expect((await made('lds', ...agreement, '--organization', clinic.id)).rows).toBe(2);
  expect(rowsOf('lds', 'patients')).toMatchObject([{ birthDate: '1920-02-03' }]);
  expect(rowsOf('lds', 'patient_vital_signs')).toMatchObject([{ effectiveAt: '1999-12-31T23:30' }]);
  expect((await trail()).at(-1)).toMatchObject({
    ...{ resourceType: 'LegalAgreement', resourceId: agreement[3], recordCount: 2 },
  });
  expect(await db.disclosure.findMany()).toMatchObject([
    {
      ...{ patientId: kept, recipientName: 'Institute', recipientId: counterpartyId },
      ...{ legalBasis: 'LIMITED_DATA_SET', purposeOfUse: 'HRESCH', isAccountable: false },
    },
  ]);
  const other = ['--organization', clinic.id, '--purpose', 'public-health'];
  expect((await made('health', ...agreement, ...other)).rows).toBe(4);
  expect(await db.disclosure.count({ where: { purposeOfUse: 'PUBHLTH' } })).toBe(2);
  await refused('COMPLIANCE.OPTION_UNFIT', ...out, '--purpose', 'research');
});

it('exports twice at once; cut off, it leaves no folder of that name and its trace', async () => {
  const patient = await addPatient('1980-01-01');
  await addVital(patient, '2024-01-01T00:00:00Z');
  const [one, two] = await Promise.all([made('one'), made('two')]);
  expect([one.rows, two.rows]).toEqual([2, 2]);

  // The audit trail lets it begin, and the table of a later step keeps it waiting.
  const blocker = createClient({ url: database.url, maxConnections: 1 });
  await blocker.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe('lock table patient_vital_signs in access exclusive mode');
      const child = startMigrator(database, [
        ...['export', 'deidentified', '--out', place('cut'), ...APPROVED],
      ]);
      await expect
        .poll(() => readdirSync(folder).some((name) => name.startsWith('cut.partial-')), {
          timeout: 60_000,
        })
        .toBe(true);
      await expect.poll(async () => (await trail()).length, { timeout: 60_000 }).toBe(5);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    },
    { timeout: 120_000 },
  );
  await blocker.$disconnect();
  expect(existsSync(place('cut'))).toBe(false);
  expect((await trail()).at(-1)).toMatchObject({ recordCount: 0, outcome: 'SUCCESS' });
  expect((await made('cut')).rows).toBe(2);
});

it('removes what it wrote where it cannot go on, and says so in the trail', async () => {
  await addPatient('1980-01-01');
  await db.$executeRawUnsafe(
    `update patients set birth_date = 'hv1.1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'`,
  );
  const { code, stderr } = await run('--out', place('out'), ...APPROVED);
  expect(code).not.toBe(0);
  expect(stderr).toContain('DATABASE.');
  expect(readdirSync(folder)).toEqual([]);
  expect((await trail()).map(({ outcome }) => outcome)).toEqual(['SUCCESS', 'MINOR_FAILURE']);
  chmodSync(folder, 0o700);
});
