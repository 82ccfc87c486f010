/** @module-tag slow */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addPerson } from '../add-person.ts';
import { addCanaryRows, type Canaries } from '../deidentified/canary-rows.ts';
import { huntCanaries } from '../deidentified/hunt-canaries.ts';
import { KEYS, runMigrator } from '../run-migrator.ts';

let database: SchemaDatabase;
let db: Database;
let folder: string;
let canaries: Canaries;
let agreement: string;

beforeAll(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1, encryptionKey: KEYS.encryption });
  folder = mkdtempSync(path.join(os.tmpdir(), 'deidentified-'));
  await addPerson(db, 'officer@example.org', 'OWNER');
  canaries = await addCanaryRows(db);
  const { id: counterpartyId } = await db.organization.create({
    data: { name: 'Institute', kind: 'VENDOR' },
  });
  ({ id: agreement } = await db.legalAgreement.create({
    data: {
      ...{ type: 'DATA_USE_AGREEMENT', title: 'Study 8', version: '1', phiPermitted: true },
      ...{ counterpartyId, counterpartyRole: 'DATA_RECIPIENT', signedAt: new Date() },
      effectiveFrom: new Date('2020-01-01'),
    },
  }));
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

it('puts a canary into every column of the catalog that is open to one', () => {
  expect(canaries.found.length).toBeGreaterThan(300);
  // A merge names a chart; the code of a vaccine has two or three digits.
  expect(canaries.closed).toEqual(['patients.merged_at', 'patient_immunizations.cvx_code']);
});

it.each(['safe-harbor', 'date-shift', 'limited-data-set'])(
  'lets no canary out as %s, in no disguise',
  async (profile) => {
    const out = path.join(folder, profile);
    const isLimited = profile === 'limited-data-set';
    const run = await runMigrator(database, [
      ...['export', 'deidentified', '--profile', profile, '--out', out, '--json'],
      ...['--approved-by', 'officer@example.org'],
      ...(isLimited ? ['--agreement', agreement] : []),
    ]);
    expect(run.code, run.stderr).toBe(0);
    const report = JSON.parse(run.stdout) as { rows: number; tables: { table: string }[] };
    expect(report.rows).toBeGreaterThan(300);
    for (const { table } of report.tables) {
      expect(existsSync(path.join(out, `${table}.ndjson`)), table).toBe(true);
    }
    const hunted = canaries.found.filter(({ isLimitedData }) => !isLimited || !isLimitedData);
    expect(huntCanaries(out, hunted)).toEqual([]);
    expect(huntCanaries(out, canaries.found).length > 0).toBe(isLimited);
    expect(valuesOf(out, 'patients', 'birthDate')).toEqual(
      profile === 'date-shift'
        ? [expect.stringMatching(/^198[678]-\d\d-\d\d$/)]
        : [isLimited ? '1987-03-14' : '1987'],
    );
    expect(valuesOf(out, 'patients', 'address')).toEqual([
      isLimited
        ? { state: 'VT', city: 'Wombatville', zip: '03601-4711' }
        : { state: 'VT', zip3: '000' },
    ]);
    expect(new Set(valuesOf(out, 'patient_vital_signs', 'loincCode'))).toEqual(new Set(['8480-6']));
    expect(new Set(valuesOf(out, 'patient_allergies', 'patientId')).size).toBe(1);
  },
);

/** The values that the rows of a table have for a field. */
function valuesOf(out: string, table: string, field: string): unknown[] {
  const lines = readFileSync(path.join(out, `${table}.ndjson`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.flatMap((line) => {
    const value = (JSON.parse(line) as Record<string, unknown>)[field];
    return value === undefined ? [] : [value];
  });
}

it('finds a canary that is let out in a disguise', () => {
  const value = canaries.found.find(({ column }) => column === 'mrn')?.value ?? '';
  const place = mkdtempSync(path.join(folder, 'leak-'));
  for (const leak of [value, value.toUpperCase(), Buffer.from(value).toString('base64')]) {
    writeFileSync(path.join(place, 'leak.ndjson'), JSON.stringify({ leak }));
    expect(huntCanaries(place, canaries.found).join(), leak).toContain('patients.mrn');
  }
  expect(readFileSync(path.join(place, 'leak.ndjson'), 'utf8')).not.toBe('');
});
