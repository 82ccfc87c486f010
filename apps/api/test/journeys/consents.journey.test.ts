import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';
import { RECORD_EXAMPLES } from '../record-examples.ts';

let clinic: Clinic;
let doctor: string;
let colleague: string;
let far: string;
let owner: string;
let self: string;
let admin: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  colleague = await clinic.staff('colleague@example.org', 'DOCTOR');
  far = await clinic.staff('far@example.org', 'DOCTOR', clinic.organizations[1]);
  owner = await clinic.staff('chief@example.org', 'OWNER');
  admin = await clinic.staff('admin@example.org', 'ADMIN');
  self = await clinic.registered('self@example.org');
});

afterAll(() => clinic.close());

/** A patient with an account, whom these people treat beside the doctor. */
async function patientOf(...emails: string[]): Promise<string> {
  const id = await clinic.patient(doctor);
  for (const email of emails) {
    const member = { userId: await clinic.userId(email), role: '17561000' };
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/care-team`, member);
  }
  await clinic.owner.query(
    'update patients set user_id = null where user_id = (select id from users where email = $1)',
    ['self@example.org'],
  );
  const linked = await clinic.as(doctor, 'POST', `/v1/patients/${id}/account`, {
    email: 'self@example.org',
  });
  expect(linked.status).toBeLessThan(300);
  return id;
}

async function give(id: string, body: object, token = self) {
  const answer = await clinic.as(token, 'POST', `/v1/patients/${id}/consents`, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return String(answer.body['id']);
}

const revoke = async (id: string, consentId: string) =>
  await clinic.as(self, 'POST', `/v1/patients/${id}/consents/${consentId}/revoke`, {
    reason: 'I think otherwise now',
  });
const read = async (token: string, id: string, rest = '', purpose?: string) =>
  await clinic.as(
    token,
    'GET',
    `/v1/patients/${id}${rest}`,
    undefined,
    purpose === undefined ? {} : { 'x-purpose-of-use': purpose },
  );
const rowsOf = async (token: string, id: string, list: string, purpose?: string) =>
  (await read(token, id, `/${list}`, purpose)).body['items'] as Record<string, unknown>[];
const add = async (token: string, id: string, list: string, fields: object = {}) => {
  const row = { ...RECORD_EXAMPLES[list], ...fields };
  const answer = await clinic.as(token, 'POST', `/v1/patients/${id}/${list}`, row);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
};
const signed = {
  recipient: 'the clinic',
  purpose: 'treatment, payment, operations',
  information: 'all records of treatment',
  validTo: '2199-01-01T00:00:00Z',
  signedText: 'I agree.',
};

describe('a denial', () => {
  it('closes the record at the next statement, and its revocation opens it', async () => {
    const id = await patientOf('colleague@example.org');
    expect((await read(colleague, id)).status).toBe(200);
    const deny = [
      { type: 'deny', actor: { userId: await clinic.userId('colleague@example.org') } },
    ];
    const consent = await give(id, { provisions: deny });
    expect((await read(colleague, id)).status).toBe(404);
    expect((await read(doctor, id)).status).toBe(200);
    expect((await read(self, id)).status).toBe(200);
    expect(await revoke(id, consent)).toMatchObject({ status: 200, body: { status: 'inactive' } });
    expect((await read(colleague, id)).status).toBe(200);
    expect(await revoke(id, consent)).toMatchObject({
      status: 404,
      body: { code: 'COMPLIANCE.CONSENT_MISSING' },
    });
  });

  it('is about what it names: a type, a label, days, a purpose, a role', async () => {
    const id = await patientOf('colleague@example.org');
    await add(doctor, id, 'diagnoses', { securityLabels: ['HIV'] });
    await add(doctor, id, 'diagnoses');
    await add(doctor, id, 'vital-signs', { effectiveAt: '2020-06-30' });
    await add(doctor, id, 'vital-signs', { effectiveAt: '2021-01-01' });
    await add(doctor, id, 'medications');
    const seen = async () => ({
      diagnoses: (await rowsOf(doctor, id, 'diagnoses')).length,
      vitals: (await rowsOf(doctor, id, 'vital-signs')).length,
      medications: (await rowsOf(doctor, id, 'medications')).length,
    });
    expect(await seen()).toEqual({ diagnoses: 2, vitals: 2, medications: 1 });
    for (const [provision, left] of [
      [{ securityLabels: ['HIV'] }, { diagnoses: 1 }],
      [{ resourceTypes: ['MedicationRequest', 'MedicationStatement'] }, { medications: 0 }],
      [{ dataTo: '2020-12-31', resourceTypes: ['Observation'] }, { vitals: 1 }],
      [{ purposes: ['HPAYMT'] }, {}],
      [{ actor: { role: 'OWNER' } }, {}],
      [{ actions: ['correct'] }, {}],
    ] as const) {
      const consent = await give(id, { provisions: [{ type: 'deny', ...provision }] });
      expect(await seen()).toEqual({ diagnoses: 2, vitals: 2, medications: 1, ...left });
      await revoke(id, consent);
    }
    await give(id, { provisions: [{ type: 'deny', purposes: ['HPAYMT'] }] });
    expect((await read(doctor, id, '', 'HPAYMT')).status).toBe(404);
    expect((await read(doctor, id)).status).toBe(200);
  });

  it('yields to a permission of a higher priority, and wins over one of the same', async () => {
    const id = await patientOf();
    await give(id, {
      provisions: [
        { type: 'deny', priority: 1 },
        { type: 'permit', priority: 1 },
      ],
    });
    expect((await read(doctor, id)).status).toBe(404);
    await give(id, {
      provisions: [
        {
          type: 'permit',
          priority: 2,
          actor: { userId: await clinic.userId('doctor@example.org') },
        },
      ],
    });
    expect((await read(doctor, id)).status).toBe(200);
  });

  it('shows itself to whom it closes the record, and is theirs to read alone', async () => {
    const id = await patientOf();
    const consent = await give(id, { provisions: [{ type: 'deny' }] });
    expect(await read(doctor, id, '/consents')).toMatchObject({
      status: 200,
      body: { items: [{ id: consent, provisions: [{ type: 'deny' }] }] },
    });
    for (const [token, status] of [
      [doctor, 403],
      [far, 404],
    ] as const)
      expect(
        await clinic.as(token, 'POST', `/v1/patients/${id}/consents/${consent}/revoke`, {
          reason: 'no',
        }),
      ).toMatchObject({ status });
    expect((await read(far, id, '/consents')).status).toBe(404);
    expect((await read(admin, id, '/consents')).status).toBe(200);
  });

  it('closes nothing to the patient, and to a representative who is named', async () => {
    const id = await patientOf();
    const parent = await clinic.registered('parent@example.org');
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/relationships`, {
      relatedUserId: await clinic.userId('parent@example.org'),
      ...{ relationshipCode: 'PRN', isPersonalRepresentative: true, scope: 'FULL' },
    });
    expect((await read(parent, id)).status).toBe(200);
    await give(id, { provisions: [{ type: 'deny' }] });
    expect((await read(parent, id)).status).toBe(200);
    const named = { userId: await clinic.userId('parent@example.org') };
    await give(id, { provisions: [{ type: 'deny', actor: named }] });
    expect((await read(parent, id)).status).toBe(404);
    expect((await read(self, id)).status).toBe(200);
  });
});

describe('the signature', () => {
  const provisions = [{ type: 'permit' }];

  it('is by what the caller is to the patient, and by nobody else’s relationship', async () => {
    const id = await patientOf();
    const guardian = await clinic.registered('guardian@example.org');
    const guardianId = await clinic.userId('guardian@example.org');
    const relate = async (body: object) => {
      const answer = await clinic.as(doctor, 'POST', `/v1/patients/${id}/relationships`, body);
      expect(answer.status).toBe(201);
      return String(answer.body['id']);
    };
    const related = { relatedUserId: guardianId, relationshipCode: 'GUARD' };
    const full = { isPersonalRepresentative: true, scope: 'FULL' };
    const relationshipId = await relate({ ...related, ...full });
    const sign = async (token: string, names: string) =>
      await clinic.as(token, 'POST', `/v1/patients/${id}/consents`, {
        ...{ provisions, relationshipId: names },
      });
    const signed = await sign(guardian, relationshipId);
    expect(signed.body).toMatchObject({ grantorId: guardianId, relationshipId });
    const friend = await relate({ relationshipCode: 'FRND', name: 'A Friend' });
    for (const [token, names] of [
      [self, relationshipId],
      [owner, relationshipId],
      [guardian, friend],
      [guardian, id],
    ] as const) {
      const refused = await sign(token, names);
      expect(refused).toMatchObject({ status: 400, body: { code: 'COMPLIANCE.INPUT_INVALID' } });
      expect(refused.body['detail']).toContain('relationshipId');
    }
  });
});

describe('a permission', () => {
  it('opens to whom it names what it names, to be read and found, and not the care team', async () => {
    const id = await patientOf();
    await add(doctor, id, 'diagnoses');
    await add(doctor, id, 'medications');
    expect((await read(far, id)).status).toBe(404);
    const provision = { type: 'permit', actor: { organizationId: clinic.organizations[1] } };
    const consent = await give(id, {
      provisions: [{ ...provision, resourceTypes: ['Condition'], actions: ['access'] }],
    });
    expect((await read(far, id)).status).toBe(200);
    expect(await rowsOf(far, id, 'diagnoses')).toHaveLength(1);
    expect(await rowsOf(far, id, 'medications')).toHaveLength(0);
    const found = await clinic.as(far, 'POST', '/v1/patients/search', { name: 'Doe' });
    expect(found.body['items']).toMatchObject([{ id }]);
    const own = { userId: await clinic.userId('far@example.org'), role: '17561000' };
    expect((await clinic.as(far, 'POST', `/v1/patients/${id}/care-team`, own)).status).toBe(403);
    const row = RECORD_EXAMPLES['diagnoses'];
    expect((await clinic.as(far, 'POST', `/v1/patients/${id}/diagnoses`, row)).status).toBe(403);
    await revoke(id, consent);
    expect((await read(far, id)).status).toBe(404);
  });

  it('that names nobody opens to no stranger', async () => {
    const id = await patientOf();
    await give(id, { provisions: [{ type: 'permit' }] });
    expect((await read(far, id)).status).toBe(404);
  });

  it('of what is long over, or not begun, opens nothing', async () => {
    const id = await patientOf();
    const actor = { organizationId: clinic.organizations[1] };
    const provisions = [{ type: 'permit', actor }];
    await give(id, {
      ...{ provisions, validFrom: '2001-01-01T00:00:00Z', validTo: '2002-01-01T00:00:00Z' },
    });
    await give(id, { provisions, validFrom: '2198-01-01T00:00:00Z' });
    expect((await read(far, id)).status).toBe(404);
  });
});

describe('what needs a consent of its own', () => {
  it('is a record of substance use, with its notice; who wrote it reads it', async () => {
    const id = await patientOf('colleague@example.org');
    await add(doctor, id, 'diagnoses', { securityLabels: ['42CFRPart2'] });
    const [own] = await rowsOf(doctor, id, 'diagnoses');
    expect(own?.['notices']).toEqual([expect.stringMatching(/^42 CFR part 2 prohibits/)]);
    expect(await rowsOf(colleague, id, 'diagnoses')).toEqual([]);
    await give(id, { provisions: [{ type: 'permit' }] });
    expect(await rowsOf(colleague, id, 'diagnoses')).toEqual([]);
    const provisions = [{ type: 'permit', purposes: ['TREAT', 'HPAYMT', 'HOPERAT'] }];
    const consent = await give(id, { ...signed, kind: 'PART2_CONSENT', provisions });
    expect(await rowsOf(colleague, id, 'diagnoses')).toHaveLength(1);
    for (const view of ['summary', 'timeline'])
      expect(JSON.stringify((await read(colleague, id, `/${view}`)).body)).toContain(
        '42 CFR part 2 prohibits',
      );
    expect(await rowsOf(self, id, 'diagnoses')).toHaveLength(1);
    await revoke(id, consent);
    expect(await rowsOf(colleague, id, 'diagnoses')).toEqual([]);
  });

  it('are psychotherapy notes: a permission, and an authorisation, but for who wrote them', async () => {
    const id = await patientOf('chief@example.org');
    const second = await clinic.staff('second@example.org', 'OWNER');
    const member = { userId: await clinic.userId('second@example.org'), role: '17561000' };
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/care-team`, member);
    await add(owner, id, 'diagnoses', { securityLabels: ['PSYTHPN'] });
    expect(await rowsOf(owner, id, 'diagnoses')).toHaveLength(1);
    expect(await rowsOf(second, id, 'diagnoses')).toEqual([]);
    const provisions = [{ type: 'permit' }];
    await give(id, { ...signed, kind: 'PSYCHOTHERAPY_AUTHORIZATION', provisions });
    expect(await rowsOf(second, id, 'diagnoses')).toHaveLength(1);
    expect(await rowsOf(doctor, id, 'diagnoses')).toEqual([]);
    expect(await rowsOf(self, id, 'diagnoses')).toEqual([]);
  });

  it.each([
    ['HRESCH', 'RESEARCH_AUTHORIZATION', 'MARKETING_AUTHORIZATION'],
    ['HMARKT', 'MARKETING_AUTHORIZATION', 'RESEARCH_AUTHORIZATION'],
  ])('is the purpose %s', async (purpose, kind, other) => {
    const id = await patientOf();
    expect((await read(doctor, id, '', purpose)).status).toBe(404);
    const provisions = [{ type: 'permit' }];
    await give(id, { provisions });
    await give(id, { ...signed, kind: other, provisions });
    expect((await read(doctor, id, '', purpose)).status).toBe(404);
    const consent = await give(id, { ...signed, kind, provisions });
    expect((await read(doctor, id, '', purpose)).status).toBe(200);
    await revoke(id, consent);
    expect((await read(doctor, id, '', purpose)).status).toBe(404);
    expect((await read(doctor, id)).status).toBe(200);
  });
});

describe('a restriction that was agreed to', () => {
  it('closes its purposes to the organisation that agreed, while it lasts', async () => {
    const id = await patientOf();
    const { rows } = await clinic.owner.query<{ id: string }>(
      `insert into patient_privacy_requests (id, patient_id, organization_id, kind, details,
         restricted_purposes, disposition, decided_at, effective_from, updated_at)
       values (uuid_v7(), $1, $2, 'RESTRICTION', 'hv1.', '{HPAYMT,HOPERAT}', 'AGREED', now(), now(), now())
       returning id`,
      [id, clinic.organizations[0]],
    );
    expect((await read(doctor, id, '', 'HPAYMT')).status).toBe(404);
    expect((await read(doctor, id)).status).toBe(200);
    expect((await read(self, id)).status).toBe(200);
    await clinic.owner.query(
      `update patient_privacy_requests set effective_to = now(), terminated_by = 'PATIENT_WRITTEN' where id = $1`,
      [rows[0]?.id],
    );
    expect((await read(doctor, id, '', 'HPAYMT')).status).toBe(200);
  });
});

describe('an authorisation', () => {
  it('has the elements of the law, or is refused with what it lacks', async () => {
    const id = await patientOf();
    const body = { kind: 'AUTHORIZATION', provisions: [{ type: 'permit' }] };
    const { status, body: problem } = await clinic.as(
      self,
      'POST',
      `/v1/patients/${id}/consents`,
      body,
    );
    expect(status).toBe(400);
    expect(JSON.stringify(problem)).toMatch(/recipient.*purpose.*information.*validTo.*signedText/);
  });

  it('begins before it ends, whatever the offsets of its instants', async () => {
    const id = await patientOf();
    const send = async (period: object) =>
      await clinic.as(self, 'POST', `/v1/patients/${id}/consents`, {
        provisions: [{ type: 'permit' }],
        ...period,
      });
    const over = { validTo: '1999-12-31T23:59:59+02:00' };
    const crossed = { validFrom: '2030-01-01T01:00:00Z', validTo: '2030-01-01T02:00:00+02:00' };
    for (const period of [over, crossed]) {
      const { status, body } = await send(period);
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain('validTo');
    }
    const ahead = { validFrom: '2030-01-01T02:00:00+02:00', validTo: '2030-01-01T01:00:00Z' };
    expect((await send(ahead)).status).toBe(201);
  });

  it('that names who is not there is refused', async () => {
    const id = await patientOf();
    const actor = { userId: crypto.randomUUID() };
    const answer = await clinic.as(self, 'POST', `/v1/patients/${id}/consents`, {
      provisions: [{ type: 'permit', actor }],
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'COMPLIANCE.CONSENT_REFERENCE_MISSING' },
    });
  });

  it('is not changed in the database, and gets no provision later', async () => {
    const id = await patientOf();
    const consent = await give(id, { provisions: [{ type: 'deny' }] });
    const { db } = clinic.platform.identity;
    const as = async (sql: string) =>
      await db.$transaction(async (tx) => {
        const actor = JSON.stringify({ userId: await clinic.userId('self@example.org') });
        await tx.$executeRaw`select set_actor(${actor}::jsonb)`;
        await tx.$executeRawUnsafe(sql);
      });
    await expect(
      as(`update patient_consents set valid_to = now() where id = '${consent}'`),
    ).rejects.toThrow(/23001|not changed/);
    await expect(
      as(`insert into consent_grants (id, consent_id, patient_id, permit)
          values (uuid_v7(), '${consent}', '${id}', true)`),
    ).rejects.toThrow(/23001|given with it/);
  });
});
