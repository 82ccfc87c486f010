import { recordKinds, resourceSchemaOf, summaryLists, summarySchema } from '@holovitals/clinical';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';
import { exampleOf, RECORD_EXAMPLES } from '../record-examples.ts';

type Row = Record<string, unknown>;

let clinic: Clinic;
let doctor: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
});

afterAll(() => clinic.close());

const SNOMED = 'http://snomed.info/sct';

const list = (id: string, name: string, query = '') => `/v1/patients/${id}/${name}${query}`;

async function items(id: string, name: string, query = ''): Promise<Row[]> {
  const { status, body } = await clinic.as(doctor, 'GET', list(id, name, query));
  expect(status).toBe(200);
  return body['items'] as Row[];
}

async function add(id: string, name: string, row: Row): Promise<Row> {
  const { status, body } = await clinic.as(doctor, 'POST', list(id, name), row);
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

const kinds = recordKinds.map((kind) => [kind.list, kind] as const);

describe.each(kinds.slice(0, 2))('the list of %s', isKeptByTheRules);

describe.each(kinds.slice(2))('the list of %s', { tags: 'slow' }, isKeptByTheRules);

function isKeptByTheRules(name: string, kind: (typeof recordKinds)[number]): void {
  const exampleFor = (id: string) => exampleOf(clinic.owner, name, id, doctor);

  it('keeps a row as it was given', async () => {
    const id = await clinic.patient(doctor);
    const example = await exampleFor(id);
    const added = await add(id, name, example);
    expect(added).toMatchObject({ ...example, patientId: id, version: 1, supersedesId: null });
    expect(await items(id, name)).toEqual([added]);
    const read = await clinic.as(doctor, 'GET', list(id, name, `/${String(added['id'])}`));
    expect(read.body).toEqual({ ...added, supersededById: null });
  });

  it('corrects a row by another, once, and keeps both', async () => {
    const id = await clinic.patient(doctor);
    const example = await exampleFor(id);
    const first = await add(id, name, example);
    const place = list(id, name, `/${String(first['id'])}/corrections`);
    const change = { note: 'better', reason: 'typing error' };
    expect((await clinic.as(doctor, 'POST', place, { note: 'no reason' })).status).toBe(400);
    const { status, body: second } = await clinic.as(doctor, 'POST', place, change);
    expect(status).toBe(201);
    expect(second).toMatchObject({ note: 'better', version: 2, supersedesId: first['id'] });
    for (const [field, value] of Object.entries(example)) {
      if (field !== 'note' && field !== 'status') expect(second[field]).toEqual(value);
    }
    expect(await items(id, name)).toEqual([second]);
    expect((await items(id, name, '?history=true')).map((row) => row['version']).sort()).toEqual([
      1, 2,
    ]);
    const again = await clinic.as(doctor, 'POST', place, change);
    expect(again).toMatchObject({ status: 409, body: { code: 'CLINICAL.RECORD_CLOSED' } });
    const before = await clinic.as(doctor, 'GET', list(id, name, `/${String(first['id'])}`));
    expect(before.body).toEqual({ ...first, supersededById: second['id'] });
  });

  it('marks a row as entered in error, and never shows it as current again', async () => {
    const id = await clinic.patient(doctor);
    const row = await add(id, name, await exampleFor(id));
    const place = list(id, name, `/${String(row['id'])}/entered-in-error`);
    expect((await clinic.as(doctor, 'POST', place, {})).status).toBe(400);
    expect((await clinic.as(doctor, 'POST', place, { reason: 'wrong patient' })).status).toBe(200);
    expect((await clinic.as(doctor, 'POST', place, { reason: 'again' })).status).toBe(409);
    expect(await items(id, name)).toEqual([]);
    const [kept] = await items(id, name, '?history=true');
    const state = 'verificationStatus' in kind.fields ? 'verificationStatus' : 'status';
    expect(kept).toMatchObject({ [state]: 'entered-in-error', version: 2 });
    expect(kept?.['enteredInErrorAt']).not.toBeNull();
  });

  it('is paged under inserts, and shows the fields that are asked for', async () => {
    const id = await clinic.patient(doctor);
    const example = await exampleFor(id);
    for (let n = 0; n < 5; n += 1) await add(id, name, { ...example, note: `row ${n}` });
    const first = await clinic.as(doctor, 'GET', list(id, name, '?limit=2&fields=note'));
    await add(id, name, { ...example, note: 'late' });
    const next = encodeURIComponent(String(first.body['next']));
    const second = await clinic.as(
      doctor,
      'GET',
      list(id, name, `?limit=10&fields=note&after=${next}`),
    );
    const notes = [first, second].flatMap(({ body }) =>
      (body['items'] as Row[]).map((row) => row['note']),
    );
    expect(notes.filter((note) => note !== 'late').sort()).toEqual([
      'row 0',
      'row 1',
      'row 2',
      'row 3',
      'row 4',
    ]);
    expect(new Set((first.body['items'] as Row[]).flatMap(Object.keys))).toEqual(
      new Set(['id', 'note']),
    );
    expect((await clinic.as(doctor, 'GET', list(id, name, '?after=bm9uZQ'))).body).toMatchObject({
      code: 'CLINICAL.CURSOR_INVALID',
    });
    expect((await clinic.as(doctor, 'GET', list(id, name, '?fields=patients'))).body).toMatchObject(
      { code: 'CLINICAL.FIELDS_UNKNOWN' },
    );
  });

  it('writes one audit row for each act', async () => {
    const id = await clinic.patient(doctor);
    const row = await add(id, name, await exampleFor(id));
    await items(id, name);
    await clinic.as(doctor, 'POST', list(id, name, `/${String(row['id'])}/corrections`), {
      note: 'x',
      reason: 'typing error',
    });
    const { rows } = await clinic.owner.query(
      `select event_type, action, resource_version, previous_version, record_count, reason, changed_fields
       from audit_logs where patient_id = $1 and resource_type = $2 order by id`,
      [id, kind.model],
    );
    expect(rows).toEqual([
      {
        event_type: 'PHI_CREATE',
        action: 'C',
        resource_version: 1,
        previous_version: null,
        record_count: null,
        reason: null,
        changed_fields: [],
      },
      {
        event_type: 'PHI_READ',
        action: 'R',
        resource_version: null,
        previous_version: null,
        record_count: null,
        reason: null,
        changed_fields: [],
      },
      {
        event_type: 'PHI_UPDATE',
        action: 'U',
        resource_version: 2,
        previous_version: 1,
        record_count: null,
        reason: 'typing error',
        changed_fields: ['note'],
      },
    ]);
  });
}

describe('a row', () => {
  it.each([
    ['diagnoses', { abatementAt: '2020' }, 'con-4'],
    [
      'diagnoses',
      { onsetAt: '2020', abatementAt: '2019', clinicalStatus: 'resolved' },
      'onsetAt-before-abatementAt',
    ],
    ['medications', { intent: null }, 'order-intent'],
    ['medications', { status: 'declined' }, 'status-of-kind'],
    ['allergies', { code: '716186003' }, 'none-known-alone'],
    ['immunizations', { statusReasonCode: 'PATOBJ' }, 'reason-when-not-done'],
    ['vital-signs', { dataAbsentReason: 'unknown' }, 'obs-6'],
    ['results', { dataAbsentReason: 'unknown' }, 'obs-6'],
    ['results', { valueCode: 'x', valueCodeSystem: 'urn:x' }, 'one-value'],
    ['family-history', { bornOn: '1950', ageYears: '70' }, 'fhs-1'],
    ['family-history', { estimatedAge: true }, 'fhs-2'],
    ['encounters', { periodEnd: '2025-01-01' }, 'periodStart-before-periodEnd'],
    ['documents', { relatesToCode: 'replaces' }, 'relatesToId-with-relatesToCode'],
    ['documents', { typeLoinc: '11488-4' }, 'one-loinc-type'],
    ['documents', { type: 'PSYCHOTHERAPY_NOTE' }, 'psychotherapy-notes-labelled'],
  ])('of %s that contradicts itself is refused: %j', async (name, change, rule) => {
    const id = await clinic.patient(doctor);
    const { status, body } = await clinic.as(doctor, 'POST', list(id, name), {
      ...(await exampleOf(clinic.owner, name, id, doctor)),
      ...change,
    });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { code: 'CLINICAL.RECORD_INVALID' },
    });
    expect((body['faults'] as { rule: string }[]).map((fault) => fault.rule)).toContain(rule);
    expect(await items(id, name, '?history=true')).toEqual([]);
  });

  it('refers to what is the patient’s own', async () => {
    const [id, other] = [await clinic.patient(doctor), await clinic.patient(doctor)];
    const visit = await add(other, 'encounters', RECORD_EXAMPLES['encounters'] ?? {});
    const row = { ...RECORD_EXAMPLES['diagnoses'], encounterId: visit['id'] };
    expect((await clinic.as(doctor, 'POST', list(id, 'diagnoses'), row)).body).toMatchObject({
      code: 'CLINICAL.REFERENCE_MISSING',
      detail: expect.stringContaining('encounterId') as unknown,
    });
    await add(other, 'diagnoses', row);
  });

  it('that is not there leaves the attempt in the trail, and no read', async () => {
    const id = await clinic.patient(doctor);
    const other = await add(
      await clinic.patient(doctor),
      'results',
      RECORD_EXAMPLES['results'] ?? {},
    );
    for (const row of [crypto.randomUUID(), String(other['id'])]) {
      const place = list(id, 'results', `/${row}`);
      expect((await clinic.as(doctor, 'GET', place)).body).toMatchObject({
        code: 'CLINICAL.RECORD_MISSING',
      });
      for (const [act, body] of [
        ['corrections', { note: 'x', reason: 'typing error' }],
        ['entered-in-error', { reason: 'mistake' }],
      ] as const) {
        expect((await clinic.as(doctor, 'POST', `${place}/${act}`, body)).status).toBe(404);
      }
    }
    const { rows } = await clinic.owner.query(
      `select event_type, outcome, count(*)::int as n from audit_logs
       where patient_id = $1 and resource_type = 'PatientObservation' group by 1, 2 order by 1`,
      [id],
    );
    expect(rows).toEqual([
      { event_type: 'PHI_READ', outcome: '4', n: 2 },
      { event_type: 'PHI_UPDATE', outcome: '4', n: 4 },
    ]);
  });

  it('is changed by one of those who change it at once', async () => {
    const id = await clinic.patient(doctor);
    const row = await add(id, 'diagnoses', RECORD_EXAMPLES['diagnoses'] ?? {});
    const place = list(id, 'diagnoses', `/${String(row['id'])}`);
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((n) =>
        n % 2 === 0
          ? clinic.as(doctor, 'POST', `${place}/corrections`, { note: `${n}`, reason: 'r' })
          : clinic.as(doctor, 'POST', `${place}/entered-in-error`, { reason: 'r' }),
      ),
    );
    const lost = answers.filter(({ status }) => status >= 300);
    expect(lost).toHaveLength(5);
    for (const { body } of lost) expect(body).toMatchObject({ code: 'CLINICAL.RECORD_CLOSED' });
    const { rows } = await clinic.owner.query(
      `select from audit_logs where patient_id = $1 and event_type = 'PHI_UPDATE'`,
      [id],
    );
    expect(rows).toHaveLength(1);
  });

  it('has units of UCUM', async () => {
    const id = await clinic.patient(doctor);
    const row = { ...RECORD_EXAMPLES['results'], ucumCode: 'furlong/fortnight' };
    expect((await clinic.as(doctor, 'POST', list(id, 'results'), row)).body).toMatchObject({
      code: 'CLINICAL.UNIT_UNKNOWN',
    });
  });

  it('is not read where its label asks for more', async () => {
    const id = await clinic.patient(doctor);
    const row = { ...RECORD_EXAMPLES['diagnoses'], securityLabels: ['PSYTHPN'] };
    expect((await clinic.as(doctor, 'POST', list(id, 'diagnoses'), row)).status).toBe(403);
  });

  it('is written by its author alone in the database, and never overwritten', async () => {
    const id = await clinic.patient(doctor);
    await add(id, 'diagnoses', RECORD_EXAMPLES['diagnoses'] ?? {});
    const { db } = clinic.platform.identity;
    await expect(
      db.$transaction(async (tx) => {
        const actor = JSON.stringify({
          userId: await clinic.userId('doctor@example.org'),
          organizationId: clinic.organizations[0],
          mfa: true,
        });
        await tx.$executeRaw`select set_actor(${actor}::jsonb)`;
        await tx.$executeRaw`update patient_diagnoses set code = 'X' where patient_id = ${id}::uuid`;
      }),
    ).rejects.toThrow(/23001|never overwritten/);
  });
});

describe('the summary and the timeline', () => {
  it('show what is current of every list, and none known as such', async () => {
    const id = await clinic.patient(doctor, { family: 'Whole', birthDate: '1970' });
    for (const name of Object.keys(RECORD_EXAMPLES).filter((name) => name !== 'allergies'))
      await add(id, name, await exampleOf(clinic.owner, name, id, doctor));
    const wrong = await add(id, 'diagnoses', { ...RECORD_EXAMPLES['diagnoses'], code: 'I10' });
    await clinic.as(
      doctor,
      'POST',
      list(id, 'diagnoses', `/${String(wrong['id'])}/entered-in-error`),
      { reason: 'mistake' },
    );
    const empty = await clinic.as(doctor, 'GET', list(id, 'summary'));
    expect(empty.body).toMatchObject({ noKnownAllergies: false, allergies: [] });
    await add(id, 'allergies', { code: '716186003', codeSystem: SNOMED, clinicalStatus: 'active' });
    const { status, body } = await clinic.as(doctor, 'GET', list(id, 'summary'));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      patient: { id, family: 'Whole', birthDate: '1970' },
      noKnownAllergies: true,
      problems: [{ code: 'E11.9', note: 'told by the wife', onsetAt: '2019-05' }],
      medications: [{ doseText: 'one, with supper', doseValue: '500.5' }],
      vitalSigns: [{ value: '120.0' }],
      results: [{ value: '7.00', rangeLow: '4' }],
      immunizations: [{ code: '140', occurrenceAt: '2023-10-01' }],
      encounters: [{ status: 'finished' }],
      familyHistory: [{ onsetAgeYears: '52' }],
      careTeam: [{ role: '223366009' }],
    });
    const { body: timeline } = await clinic.as(doctor, 'GET', list(id, 'timeline', '?limit=3'));
    const next = encodeURIComponent(String(timeline['next']));
    const { body: rest } = await clinic.as(doctor, 'GET', list(id, 'timeline', `?after=${next}`));
    const entries = [...(timeline['items'] as Row[]), ...(rest['items'] as Row[])];
    expect(
      entries.map((entry) => `${String(entry['list'])} ${String(entry['at']).slice(0, 10)}`),
    ).toEqual([
      expect.stringMatching(/^allergies /),
      'encounters 2026-01-02',
      'vital-signs 2026-01-02',
      'results 2026-01-02',
      'medications 2024-02-29',
      'immunizations 2023-10-01',
      'diagnoses 2019-05',
      'procedures 2010',
    ]);
  });

  it('show each row as its own address shows it, and no field that has no name', async () => {
    const id = await clinic.patient(doctor, { family: 'Alike' });
    const example = (name: string, change: Row = {}) => ({ ...RECORD_EXAMPLES[name], ...change });
    const labelled = { securityLabels: ['42CFRPart2'], note: 'told in confidence' };
    const shown = Object.entries(summaryLists);
    for (const [, kind] of shown) await add(id, kind.list, example(kind.list, labelled));
    await add(id, 'diagnoses', example('diagnoses', { onsetAt: '1987' }));
    await add(id, 'results', example('results', { value: null, valueText: 'cloudy' }));
    await add(id, 'results', example('results', { effectiveAt: '2026-01-02T03:04:05.678Z' }));
    const { body } = await clinic.as(doctor, 'GET', list(id, 'summary'));
    for (const [name, kind] of shown) {
      const rows = body[name] as Row[];
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        const own = await clinic.as(doctor, 'GET', list(id, kind.list, `/${String(row['id'])}`));
        expect(own.body).toMatchObject(row);
        expect(resourceSchemaOf(kind).strict().safeParse(row).error).toBeUndefined();
      }
    }
    expect(body['results']).toContainEqual(expect.objectContaining({ valueText: 'cloudy' }));
    expect(Object.keys(body).sort()).toEqual(Object.keys(summarySchema.shape).sort());
  });

  it('are not there, and leave no row but the attempt, for who may not see the patient', async () => {
    const id = await clinic.patient(doctor);
    const stranger = await clinic.staff('stranger@example.org', 'DOCTOR', clinic.organizations[1]);
    for (const part of ['summary', 'timeline']) {
      expect((await clinic.as(stranger, 'GET', list(id, part))).status).toBe(404);
    }
    const { rows } = await clinic.owner.query(
      `select outcome, count(*)::int as n from audit_logs where patient_id = $1 and event_type = 'PHI_READ' group by 1`,
      [id],
    );
    expect(rows).toEqual([{ outcome: '4', n: 2 }]);
  });

  it('are refused where the audit row cannot be written', async () => {
    const id = await clinic.patient(doctor);
    await clinic.owner.query('revoke insert on audit_logs from test_app');
    try {
      for (const address of [list(id, 'summary'), list(id, 'diagnoses'), `/v1/patients/${id}`]) {
        const { status, body } = await clinic.as(doctor, 'GET', address);
        expect(status).toBe(500);
        expect(JSON.stringify(body)).not.toContain('Jane');
      }
      expect(
        (await clinic.as(doctor, 'POST', list(id, 'diagnoses'), RECORD_EXAMPLES['diagnoses']))
          .status,
      ).toBe(500);
    } finally {
      await clinic.owner.query('grant insert on audit_logs to test_app');
    }
    expect(await items(id, 'diagnoses', '?history=true')).toEqual([]);
  });
});
