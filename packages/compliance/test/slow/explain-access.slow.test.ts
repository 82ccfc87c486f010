/** @module-tag slow */
import { randomUUID } from 'node:crypto';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addPerson } from '../add-person.ts';
import { KEYS, runMigrator } from '../run-migrator.ts';

let database: SchemaDatabase;
let db: Database;
const patient = randomUUID();

beforeAll(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1, encryptionKey: KEYS.encryption });
  const doctor = await addPerson(db, 'doctor@example.org', 'DOCTOR');
  await db.patient.create({ data: { id: patient, family: 'Explaincanary' } });
  await db.careTeamMember.create({
    data: { patientId: patient, userId: doctor, role: '17561000', source: 'CLINICIAN_ENTERED' },
  });
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

const explain = (...args: string[]) => runMigrator(database, ['explain', 'access', ...args]);
const who = ['--user', 'doctor@example.org', '--patient', patient];

it('tells at a terminal why somebody may see a record, and nothing of it', async () => {
  const { code, stdout } = await explain(...who);
  expect(stdout).toMatch(/^allowed, treating; purpose TREAT\n/);
  expect(stdout).toMatch(/ yes +tie +in the care team/);
  expect(stdout).not.toContain('canary');
  expect(code).toBe(0);
});

it('tells what keeps somebody out', async () => {
  const { stdout } = await explain(...who, '--one-factor', '--json');
  const { allowed, treating } = JSON.parse(stdout) as {
    allowed: boolean;
    treating: { rule: string; holds: boolean | null; says: string }[];
  };
  expect(allowed).toBe(false);
  expect(treating.filter(({ holds }) => holds === false)).toEqual([
    { rule: 'permission', holds: false, says: expect.stringContaining('mfa') as string },
  ]);
});

it.each([
  [['--patient', patient], 'COMPLIANCE.OPTION_MISSING'],
  [['--user', 'nobody@example.org', '--patient', patient], 'COMPLIANCE.PERSON_UNKNOWN'],
  [['--user', 'doctor@example.org', '--patient', randomUUID()], 'COMPLIANCE.CHART_UNKNOWN'],
  [['--user', 'doctor@example.org', '--patient', 'x'], 'COMPLIANCE.ID_INVALID'],
  [[...who, '--list', 'diagnoses'], 'COMPLIANCE.INPUT_INVALID'],
  [[...who, '--purpose', 'FUN'], 'COMPLIANCE.INPUT_INVALID'],
])('refuses %j', async (args, error) => {
  const { code, stdout } = await explain(...args, '--json');
  expect(stdout).toContain(error);
  expect(code).not.toBe(0);
});
