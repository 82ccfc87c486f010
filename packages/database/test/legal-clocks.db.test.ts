import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchemaDatabase, type SchemaDatabase } from '../src/testing/index.ts';

let database: SchemaDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await createSchemaDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

type Row = Record<string, string | null>;

async function insert(table: string, values: Record<string, unknown>): Promise<Row> {
  const names = Object.keys(values);
  const marks = names.map((_, index) => `$${String(index + 1)}`);
  const { rows } = await owner.query<{ row: Row }>(
    `insert into ${table} as t (id, ${names.join(', ')})
     values (gen_random_uuid(), ${marks.join(', ')}) returning to_jsonb(t) as row`,
    Object.values(values),
  );
  return rows[0]?.row ?? {};
}

async function addOrganization(timezone: string) {
  return (await insert('organizations', { name: 'Clinic', kind: 'PROVIDER', timezone })).id;
}

async function addBreach(facts: Record<string, unknown>, timezone = 'UTC'): Promise<Row> {
  return insert('breach_incidents', {
    organization_id: await addOrganization(timezone),
    title: 'lost laptop',
    discovered_at: '2026-03-10T12:00:00Z',
    source: 'STAFF',
    cause: 'LOSS',
    our_role: 'COVERED_ENTITY',
    regimes: ['HIPAA'],
    affected_count: 10,
    ...facts,
  });
}

async function addRequest(facts: Record<string, unknown>, timezone = 'UTC'): Promise<Row> {
  return insert('patient_access_requests', {
    organization_id: await addOrganization(timezone),
    patient_id: (await insert('patients', { active: true })).id,
    kind: 'ACCESS',
    received_at: '2026-03-10T12:00:00Z',
    ...facts,
  });
}

const hold = (basis: string, until: string) => ({
  hold_basis: basis,
  hold_stated_on: '2026-05-01',
  hold_until: until,
  hold_official: 'a detective',
});

describe('the days of a breach', () => {
  it.each([
    ['499 people', { affected_count: 499 }, { secretary_due_at: '2027-03-01' }],
    ['500 people', { affected_count: 500 }, { secretary_due_at: '2026-05-09' }],
    ['unknown number', { affected_count: null }, { secretary_due_at: '2026-05-09' }],
    ['leap', { discovered_at: '2027-06-01T12:00:00Z' }, { secretary_due_at: '2028-02-29' }],
    [
      'in a leap year',
      { discovered_at: '2028-02-29T12:00:00Z' },
      { individual_due_at: '2028-04-29' },
    ],
    ['500 residents', { affected_by_state: { OH: 500 } }, { media_due_at: null }],
    ['501 residents', { affected_by_state: { OH: 501 } }, { media_due_at: '2026-05-09' }],
    ['spread thin', { affected_by_state: { OH: 400, TX: 400 } }, { media_due_at: null }],
    ['written hold', hold('WRITTEN', '2026-09-01'), { individual_due_at: '2026-09-01' }],
    ['short hold', hold('ORAL', '2026-05-05'), { individual_due_at: '2026-05-09' }],
    [
      'associate',
      { our_role: 'BUSINESS_ASSOCIATE' },
      { individual_due_at: null, secretary_due_at: null, associate_due_at: '2026-05-09' },
    ],
  ])('%s', async (_name, facts, days) => {
    expect(await addBreach(facts)).toMatchObject(days);
  });

  it('counts from the day of the place', async () => {
    const late = { discovered_at: '2027-01-01T04:30:00Z' };
    expect(await addBreach(late, 'America/New_York')).toMatchObject({
      discovered_on: '2026-12-31',
      secretary_due_at: '2027-03-01',
    });
  });

  it('refuses an oral hold of more than 30 days', async () => {
    await expect(addBreach(hold('ORAL', '2026-06-01'))).rejects.toThrow('oral_hold_30_days');
    expect(await addBreach(hold('ORAL', '2026-05-31'))).toMatchObject({
      individual_due_at: '2026-05-31',
    });
  });
});

describe('the days of a request', () => {
  it.each([
    ['UTC', '2026-03-10T12:00:00Z', '2026-03-10', '2026-04-09'],
    ['America/New_York', '2026-03-09T03:30:00Z', '2026-03-08', '2026-04-07'],
    ['America/New_York', '2026-11-02T04:59:00Z', '2026-11-01', '2026-12-01'],
    ['Pacific/Auckland', '2028-02-28T12:00:00Z', '2028-02-29', '2028-03-30'],
  ])('%s %s', async (timezone, receivedAt, receivedOn, dueAt) => {
    expect(await addRequest({ received_at: receivedAt }, timezone)).toMatchObject({
      received_on: receivedOn,
      due_at: dueAt,
    });
  });

  it('is extended on the due day of the place, not after it', async () => {
    const extend = (at: string) =>
      addRequest({ extended_at: at, extension_reason: 'archive' }, 'America/New_York');
    expect(await extend('2026-04-10T03:59:00Z')).toMatchObject({ extended_due_at: '2026-05-09' });
    await expect(extend('2026-04-10T04:00:00Z')).rejects.toThrow('after its due day');
  });

  it('is extended once', async () => {
    const { id } = await addRequest({
      extended_at: '2026-03-20T12:00:00Z',
      extension_reason: 'archive',
    });
    const again = owner.query(
      `update patient_access_requests set extended_at = '2026-04-01T12:00:00Z' where id = $1`,
      [id],
    );
    await expect(again).rejects.toThrow('extended once');
  });
});
