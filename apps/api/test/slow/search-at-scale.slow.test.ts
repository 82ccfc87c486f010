/** @module-tag slow */
import { createClient, type Database } from '@holovitals/database';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

const PATIENTS = 100_000;
/** Those among them with names that can be read. */
const OPENED = 3_000;
const BATCH = 500;
const SYLLABLES = [
  'ba',
  'den',
  'fro',
  'gar',
  'hil',
  'jo',
  'kel',
  'lim',
  'mor',
  'nus',
  'pra',
  'ste',
];
/** Borne by one in ten. */
const COMMON = 'Maybury';
const OURS = { family: 'Zyxwalt', given: 'Quillon', birthDate: '1931-02-28', mrn: 'Z-1' };
const IDENTIFIER = { system: 'urn:oid:2.16.840.1.113883.4.3.25', value: 'D-0815-4711' };

let clinic: Clinic;
let superuser: pg.Client;
let doctor: string;
let ours: string;

/** A name of three syllables, another for each number below 1,728. */
function nameOf(number: number): string {
  const name = [144, 12, 1].map((step) => SYLLABLES[Math.floor(number / step) % 12]).join('');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function patientOf(number: number, organizationId: string) {
  const day = new Date(Date.UTC(1930, 0, 1 + ((number * 7) % 33_000)));
  return {
    organizationId,
    mrn: `N-${number}`,
    family: number % 10 === 7 ? COMMON : nameOf((number * 31) % 1_728),
    given: nameOf((number * 17) % 400),
    birthDate: day.toISOString().slice(0, 10),
  };
}

async function fill(db: Database): Promise<void> {
  const [north, south] = clinic.organizations;
  for (let first = 0; first < OPENED; first += BATCH) {
    const data = Array.from({ length: BATCH }, (_, i) =>
      patientOf(first + i, first % 3 === 0 ? south : north),
    );
    await db.patient.createMany({ data });
  }
  // No search finds these, so that nobody opens what they hold.
  const hash = (kind: string, many: number) => `md5('${kind}' || n % ${many})`;
  await superuser.query(
    `insert into patients (id, organization_id, mrn, mrn_blind_index, family, family_blind_index,
       given, given_blind_index, name_phonetic_index, birth_date, birth_date_blind_index)
     select uuid_v7(), case when n % 3 = 0 then $1::uuid else $2::uuid end,
       md5(n::text), md5(n::text), md5(n::text), array[${hash('family', 5_000)}, ${hash('start', 900)}],
       md5(n::text), array[${hash('given', 700)}, ${hash('begin', 200)}], array[${hash('sound', 900)}],
       md5(n::text), ${hash('day', 33_000)}
     from generate_series(1, $3::int) as n`,
    [south, north, PATIENTS - OPENED],
  );
  await superuser.query(
    `insert into patient_identifiers (id, patient_id, system, value_ciphertext, value_blind_index)
     select uuid_v7(), id, $1, md5(id::text), md5(id::text) from patients where id <> $2`,
    [IDENTIFIER.system, ours],
  );
}

/** Rows of patients and identifiers that were read without an index, so far. */
async function readInSequence(): Promise<number> {
  await superuser.query('select pg_stat_force_next_flush()').catch(() => undefined);
  await superuser.query('select pg_stat_clear_snapshot()');
  const { rows } = await superuser.query<{ read: string }>(
    `select sum(seq_tup_read) as read from pg_stat_user_tables
     where relname in ('patients', 'patient_identifiers')`,
  );
  return Number(rows[0]?.read);
}

interface Found {
  readonly status: number;
  readonly ids: readonly string[];
  readonly families: readonly string[];
  readonly next: string | null;
}

async function search(criteria: object): Promise<Found> {
  const { status, body } = await clinic.as(doctor, 'POST', '/v1/patients/search', criteria);
  const items = body['items'] as readonly { id: string; family: string }[];
  return {
    status,
    ids: items.map(({ id }) => id),
    families: items.map(({ family }) => family),
    next: body['next'] as string | null,
  };
}

beforeAll(async () => {
  clinic = await openClinic();
  const { database, keys } = clinic.platform;
  superuser = new pg.Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  ours = await clinic.patient(doctor, OURS);
  const path = `/v1/patients/${ours}/identifiers`;
  expect(await clinic.as(doctor, 'POST', path, IDENTIFIER)).toMatchObject({ status: 201 });
  const db = createClient({ url: database.superuserUrl, encryptionKey: keys.ENCRYPTION_KEY });
  try {
    await fill(db);
  } finally {
    await db.$disconnect();
  }
  await superuser.query('analyze');
});

afterAll(async () => {
  await superuser.end();
  await clinic.close();
});

describe(`a search among ${PATIENTS} patients`, () => {
  it.each([
    ['a whole name', { name: 'Quillon Zyxwalt' }],
    ['the beginning of a name', { name: 'zyx' }],
    ['a name that is rare and one that is common', { name: 'Zyxwalt Qui' }],
    ['how a name sounds', { name: 'Zixwalt', sounds: true }],
    ['a birth date', { birthDate: OURS.birthDate, name: 'Zyx' }],
    ['a number of the organisation', { mrn: OURS.mrn }],
    ['an identifier', { identifier: IDENTIFIER }],
    ['all of it', { name: 'Zyxwalt', ...OURS, family: undefined, given: undefined }],
  ])('by %s finds the one, by an index alone', async (_, criteria) => {
    const before = await readInSequence();
    expect(await search(criteria)).toMatchObject({ status: 200, ids: [ours], next: null });
    expect((await readInSequence()) - before).toBe(0);
  });

  it('is paged through all whom a common name finds, each once', async () => {
    const ids: string[] = [];
    let after: string | null | undefined;
    do {
      const page: Found = await search({ name: COMMON, limit: 100, ...(after && { after }) });
      expect(page.status).toBe(200);
      expect(page.families.filter((family) => family !== COMMON)).toEqual([]);
      ids.push(...page.ids);
      after = page.next;
    } while (after !== null);
    const { rows } = await superuser.query<{ count: number }>(
      `select count(*)::int from patients where organization_id = $1
         and family_blind_index = (select family_blind_index from patients where id = $2)`,
      [clinic.organizations[0], ids[0]],
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(rows[0]?.count ?? -1);
    expect(ids.length).toBeGreaterThan(100);
  });

  it('finds nobody where nobody is, by an index alone', async () => {
    const before = await readInSequence();
    expect(await search({ name: 'Nobodyatall' })).toMatchObject({ ids: [], next: null });
    expect(await search({ mrn: 'none' })).toMatchObject({ ids: [], next: null });
    expect((await readInSequence()) - before).toBe(0);
  });
});
