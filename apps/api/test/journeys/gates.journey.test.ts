import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

let clinic: Clinic;
let doctor: string;
let admin: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  admin = await clinic.staff('admin@example.org', 'ADMIN');
});

afterAll(() => clinic.close());

const read = async (token: string, id: string, headers = {}) =>
  await clinic.as(token, 'GET', `/v1/patients/${id}`, undefined, headers);
const course = { course: 'HIPAA basics', version: '2026' };
const closed = { status: 403, body: { code: 'API.TRAINING_LACKING' } };

async function assigned(email: string, dueAt?: string): Promise<string> {
  const userId = await clinic.userId(email);
  const answer = await clinic.as(admin, 'POST', '/v1/trainings', { ...course, userId, dueAt });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return String(answer.body['id']);
}

const complete = async (token: string, id: string, body: object = {}) =>
  await clinic.as(token, 'POST', `/v1/trainings/${id}/complete`, body);

describe('a training', () => {
  it('past its due day closes the records of others, with the reason, until it is completed', async () => {
    const id = await clinic.patient(doctor);
    const ahead = await assigned('doctor@example.org', '2199-01-01');
    expect((await read(doctor, id)).status).toBe(200);
    const training = await assigned('doctor@example.org', '2026-01-01');
    expect(await read(doctor, id)).toMatchObject(closed);
    expect((await read(doctor, id)).body['detail']).toContain('HIPAA basics');
    expect(await read(doctor, crypto.randomUUID())).toMatchObject(closed);
    const search = await clinic.as(doctor, 'POST', '/v1/patients/search', { name: 'Doe' });
    expect(search).toMatchObject(closed);
    const listed = await clinic.as(doctor, 'GET', '/v1/trainings?state=open');
    expect(listed.body['items']).toMatchObject([{ id: training }, { id: ahead }]);
    const why = await clinic.as(doctor, 'GET', `/v1/patients/${id}/access-explanation`);
    expect(JSON.stringify(why.body)).toContain('HIPAA basics');
    expect(await complete(admin, training, { score: 90 })).toMatchObject({ status: 200 });
    expect((await read(doctor, id)).status).toBe(200);
  });

  it('that runs out closes them again, and the next one opens them', async () => {
    const nurse = await clinic.staff('nurse@example.org', 'DOCTOR');
    const id = await clinic.patient(nurse);
    const first = await assigned('nurse@example.org');
    expect((await complete(admin, first, { expiresAt: '2199-01-01T00:00:00Z' })).status).toBe(200);
    expect((await read(nurse, id)).status).toBe(200);
    await clinic.owner.query(
      `update training_records set assigned_at = now() - interval '3 days',
         completed_at = now() - interval '2 days', expires_at = now() - interval '1 second'
       where id = $1`,
      [first],
    );
    expect(await read(nurse, id)).toMatchObject(closed);
    const again = await assigned('nurse@example.org', '2199-01-01');
    expect(await read(nurse, id)).toMatchObject(closed);
    expect((await complete(admin, again)).status).toBe(200);
    expect((await read(nurse, id)).status).toBe(200);
  });

  it('closes neither the own record nor an emergency', async () => {
    const id = await clinic.patient(doctor);
    const late = await clinic.staff('late@example.org', 'DOCTOR');
    await assigned('late@example.org', '2026-01-01');
    const own = await clinic.patient(doctor);
    await clinic.as(doctor, 'POST', `/v1/patients/${own}/account`, { email: 'late@example.org' });
    expect((await read(late, own)).status).toBe(200);
    const opened = await clinic.as(late, 'POST', `/v1/patients/${id}/emergency-access`, {
      ...{ reasonCode: 'ETREAT', justification: 'collapsed in the waiting room' },
    });
    expect(opened, JSON.stringify(opened.body)).toMatchObject({ status: 201 });
    expect((await read(late, id, { 'x-purpose-of-use': 'ETREAT' })).status).toBe(200);
    expect(await read(late, id)).toMatchObject(closed);
  });

  it('closes with the plain refusal where the reason cannot be asked', async () => {
    const id = await clinic.patient(doctor);
    const unasked = await clinic.staff('unasked@example.org', 'DOCTOR');
    await assigned('unasked@example.org', '2026-01-01');
    const search = async () =>
      await clinic.as(unasked, 'POST', '/v1/patients/search', { name: 'Doe' });
    await clinic.owner.query(
      'revoke execute on function rights_closed_by(uuid, jsonb) from public, test_app',
    );
    try {
      expect(await read(unasked, id)).toMatchObject({
        status: 404,
        body: { code: 'CLINICAL.PATIENT_MISSING' },
      });
      expect(await search()).toMatchObject({
        status: 403,
        body: { code: 'IDENTITY.NOT_PERMITTED' },
      });
      expect((await read(doctor, id)).status).toBe(200);
    } finally {
      await clinic.owner.query(
        'grant execute on function rights_closed_by(uuid, jsonb) to public, test_app',
      );
    }
    expect(await read(unasked, id)).toMatchObject(closed);
    expect(await search()).toMatchObject(closed);
  });

  it('is assigned to people of the organisation, and nobody completes the own one', async () => {
    const far = await clinic.staff('far@example.org', 'ADMIN', clinic.organizations[1]);
    const training = await assigned('admin@example.org');
    expect(await complete(admin, training)).toMatchObject({
      status: 403,
      body: { code: 'COMPLIANCE.OWN_TRAINING' },
    });
    expect(await complete(far, training)).toMatchObject({
      status: 404,
      body: { code: 'COMPLIANCE.TRAINING_MISSING' },
    });
    expect((await complete(doctor, training)).status).toBe(403);
    const userId = await clinic.userId('doctor@example.org');
    expect(await clinic.as(far, 'POST', '/v1/trainings', { ...course, userId })).toMatchObject({
      status: 404,
      body: { code: 'COMPLIANCE.TRAINEE_MISSING' },
    });
    const listed = await clinic.as(far, 'GET', '/v1/trainings');
    expect(listed.body['items']).toEqual([]);
  });

  it('is completed once, and not for a day that is over', async () => {
    await clinic.staff('once@example.org', 'DOCTOR');
    const training = await assigned('once@example.org');
    const over = await complete(admin, training, { expiresAt: '2020-01-01T00:00:00Z' });
    expect(over.status).toBe(400);
    const answers = await Promise.all([complete(admin, training), complete(admin, training)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });
});

describe('a business associate agreement', () => {
  const agreement = {
    ...{
      type: 'BAA',
      title: 'Laboratory services',
      version: '1',
      counterpartyRole: 'BUSINESS_ASSOCIATE',
    },
    ...{ signedAt: '2026-01-01T00:00:00Z', effectiveFrom: '2026-01-01', phiPermitted: true },
  };

  it('opens the charts that the care team shares with an associate, while it is in effect', async () => {
    const [, associate = ''] = clinic.organizations;
    const helper = await clinic.staff('helper@example.org', 'DOCTOR', associate);
    const id = await clinic.patient(doctor);
    const member = { userId: await clinic.userId('helper@example.org'), role: '17561000' };
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/care-team`, member);
    expect((await read(helper, id)).status).toBe(200);
    await clinic.owner.query(
      `update organizations set regulatory_roles = '{BUSINESS_ASSOCIATE}' where id = $1`,
      [associate],
    );
    const missing = { status: 403, body: { code: 'API.AGREEMENT_MISSING' } };
    expect(await read(helper, id)).toMatchObject(missing);
    expect((await read(helper, crypto.randomUUID())).status).toBe(404);
    const record = async (fields: object) =>
      await clinic.as(admin, 'POST', '/v1/agreements', {
        ...{ ...agreement, counterpartyId: associate, ...fields },
      });
    expect((await record({ effectiveTo: '2026-01-02' })).status).toBe(201);
    expect((await record({ effectiveFrom: '2199-01-01' })).status).toBe(201);
    expect((await record({ type: 'DPA', phiPermitted: false })).status).toBe(201);
    expect(await read(helper, id)).toMatchObject(missing);
    const { body, status } = await record({});
    expect(status).toBe(201);
    expect((await read(helper, id)).status).toBe(200);
    const end = `/v1/agreements/${String(body['id'])}/terminate`;
    const reason = { reason: 'a breach was not mended' };
    expect((await clinic.as(helper, 'POST', end, reason)).status).toBe(403);
    expect((await clinic.as(admin, 'POST', end, reason)).status).toBe(200);
    expect((await clinic.as(admin, 'POST', end, reason)).status).toBe(404);
    expect(await read(helper, id)).toMatchObject(missing);
    const listed = await clinic.as(admin, 'GET', '/v1/agreements?type=BAA&limit=2');
    expect(listed.body).toMatchObject({ items: [{ id: body['id'] }, {}] });
    const rest = await clinic.as(
      admin,
      'GET',
      `/v1/agreements?type=BAA&limit=2&after=${String(listed.body['next'])}`,
    );
    expect(rest.body).toMatchObject({ items: [{}], next: null });
  });

  it('permits health information only when signed, with a party, and of its kinds', async () => {
    const [, counterpartyId] = clinic.organizations;
    const wrong = [
      { counterpartyId: undefined },
      { signedAt: undefined },
      { type: 'POLICY' },
      { effectiveTo: '2025-12-31' },
    ];
    for (const fields of wrong) {
      const sent = { ...agreement, counterpartyId, ...fields };
      const { status, body } = await clinic.as(admin, 'POST', '/v1/agreements', sent);
      expect(status).toBe(400);
      expect(body['code']).toBe('API.REQUEST_INVALID');
    }
    const nobody = { ...agreement, counterpartyId: crypto.randomUUID() };
    expect(await clinic.as(admin, 'POST', '/v1/agreements', nobody)).toMatchObject({
      status: 400,
      body: { code: 'COMPLIANCE.AGREEMENT_PARTY_MISSING' },
    });
  });
});
