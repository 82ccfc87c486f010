import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';
import { RECORD_EXAMPLES } from '../record-examples.ts';

let clinic: Clinic;
let doctor: string;
let night: string;
let chief: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  night = await clinic.staff('night@example.org', 'DOCTOR');
  chief = await clinic.staff('chief@example.org', 'OWNER');
});

afterAll(() => clinic.close());

const BTG = { 'x-purpose-of-use': 'BTG' };
const why = { reasonCode: 'BTG', justification: 'unconscious, no relative can be reached' };
const open = async (token: string, id: string, body: object = why) =>
  await clinic.as(token, 'POST', `/v1/patients/${id}/emergency-access`, body);
const read = async (token: string, id: string, rest = '', headers: Record<string, string> = BTG) =>
  await clinic.as(token, 'GET', `/v1/patients/${id}${rest}`, undefined, headers);

describe('the glass', () => {
  it('is broken with a reason, for a while, and the trail names it', async () => {
    const id = await clinic.patient(doctor);
    expect(await read(night, id)).toMatchObject({
      status: 403,
      body: { code: 'API.EMERGENCY_NOT_OPEN' },
    });
    const opened = await open(night, id);
    expect(opened).toMatchObject({ status: 201, body: { patientId: id, reviewedAt: null } });
    expect(String(opened.body['notice'])).toContain('review');
    const episode = String(opened.body['id']);
    expect((await read(night, id)).status).toBe(200);
    expect((await read(night, id, '/summary')).status).toBe(200);
    expect((await read(night, id, '', {})).status).toBe(404);
    expect((await read(night, id, '', { 'x-purpose-of-use': 'ETREAT' })).status).toBe(403);
    const answer = await clinic.platform.server.inject({
      method: 'GET',
      url: `/v1/patients/${id}`,
      headers: { authorization: `Bearer ${night}`, ...BTG },
    });
    expect(answer.headers['x-emergency-access']).toMatch(new RegExp(`^${episode}; expires=`));
    const { rows } = await clinic.owner.query(
      `select event_type, purpose_of_use from audit_logs
       where patient_id = $1 and emergency_access_id = $2 order by timestamp`,
      [id, episode],
    );
    expect(rows).toEqual([
      { event_type: 'EMERGENCY_START', purpose_of_use: 'BTG' },
      { event_type: 'PHI_READ', purpose_of_use: 'BTG' },
      { event_type: 'PHI_READ', purpose_of_use: 'BTG' },
      { event_type: 'PHI_READ', purpose_of_use: 'BTG' },
    ]);
    const { rows: mails } = await clinic.owner.query<{ email: string }>(
      `select users.email from notifications join users on users.id = user_id
       where template_key = 'emergency-access'`,
    );
    expect(mails).toEqual([{ email: 'chief@example.org' }]);
  });

  it('is closed again when its time is over, and 403 says so', async () => {
    const id = await clinic.patient(doctor);
    await open(night, id);
    await clinic.owner.query(
      `update emergency_accesses set started_at = now() - interval '2 hours', expires_at = now() where patient_id = $1`,
      [id],
    );
    expect(await read(night, id)).toMatchObject({
      status: 403,
      body: { code: 'API.EMERGENCY_NOT_OPEN' },
    });
    expect((await open(night, id)).status).toBe(201);
    expect((await read(night, id)).status).toBe(200);
  });

  it('is closed by who opened it, and by nobody else', async () => {
    const id = await clinic.patient(doctor);
    const { body } = await open(night, id);
    const end = async (token: string) =>
      (await clinic.as(token, 'POST', `/v1/emergency-accesses/${String(body['id'])}/end`)).status;
    expect(await open(night, id)).toMatchObject({
      status: 409,
      body: { code: 'COMPLIANCE.EMERGENCY_ACCESS_OPEN' },
    });
    expect(await end(doctor)).toBe(404);
    expect(await end(chief)).toBe(404);
    expect(await end(night)).toBe(200);
    expect(await end(night)).toBe(404);
    expect((await read(night, id)).status).toBe(403);
  });

  it('lets rows be written, and nothing that outlasts it', async () => {
    const id = await clinic.patient(doctor);
    await open(night, id);
    const row = RECORD_EXAMPLES['diagnoses'];
    const post = async (rest: string, body: object) =>
      (await clinic.as(night, 'POST', `/v1/patients/${id}${rest}`, body, BTG)).status;
    expect(await post('/diagnoses', row ?? {})).toBe(201);
    const userId = await clinic.userId('night@example.org');
    expect(await post('/care-team', { userId, role: '17561000' })).toBe(403);
    expect(await post('/relationships', { relationshipCode: 'FRND', name: 'A Friend' })).toBe(403);
    expect(await post('/identifiers', { system: 'urn:oid:1.2.3', value: '7' })).toBe(403);
  });

  it('is stronger than a restriction and a denial, and not than psychotherapy notes', async () => {
    const id = await clinic.patient(doctor);
    await clinic.owner.query(
      `with given as (
         insert into patient_consents (id, patient_id, kind, status, scope, category, policy_uri, date_time, valid_from, updated_at)
         values (uuid_v7(), $1, 'CONSENT', 'active', 'patient-privacy', '59284-0', 'urn:oid:1.2', now(), now(), now()) returning id)
       insert into consent_grants (id, consent_id, patient_id, permit) select uuid_v7(), id, $1, false from given`,
      [id],
    );
    expect((await read(doctor, id, '', {})).status).toBe(404);
    await open(doctor, id);
    expect((await read(doctor, id)).status).toBe(200);
    const row = { ...RECORD_EXAMPLES['diagnoses'], securityLabels: ['PSYTHPN'] };
    const sent = await clinic.as(doctor, 'POST', `/v1/patients/${id}/diagnoses`, row, BTG);
    expect(sent.status).toBe(403);
  });

  it('does not open charts of others, of nobody, to others, nor for a few words', async () => {
    const id = await clinic.patient(doctor);
    const far = await clinic.staff('far@example.org', 'DOCTOR', clinic.organizations[1]);
    const admin = await clinic.staff('admin@example.org', 'ADMIN');
    const stranger = await clinic.registered('stranger@example.org');
    expect(await open(far, id)).toMatchObject({
      status: 404,
      body: { code: 'COMPLIANCE.CHART_CLOSED' },
    });
    expect((await open(night, crypto.randomUUID())).status).toBe(404);
    for (const token of [admin, stranger])
      expect(await open(token, id)).toMatchObject({
        status: 403,
        body: { code: 'IDENTITY.NOT_PERMITTED' },
      });
    expect((await open(night, id, { ...why, justification: 'because   ' })).status).toBe(400);
    expect((await open(night, id, { ...why, minutes: 100_000 })).status).toBe(400);
    const { rows } = await clinic.owner.query(
      `select outcome, purpose_of_use from audit_logs where patient_id = $1 and event_type = 'EMERGENCY_START'`,
      [id],
    );
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ outcome: '4', purpose_of_use: null })));
  });

  it('is reviewed by another, once, and what is overdue is listed', async () => {
    const id = await clinic.patient(doctor);
    const { body } = await open(chief, id);
    const episode = String(body['id']);
    const second = await clinic.staff('second@example.org', 'ADMIN');
    const review = async (token: string) =>
      await clinic.as(token, 'POST', `/v1/emergency-accesses/${episode}/review`, {
        ...{ outcome: 'JUSTIFIED', reason: 'the chart was needed' },
      });
    expect(await review(chief)).toMatchObject({
      status: 403,
      body: { code: 'COMPLIANCE.REVIEW_OF_OWN' },
    });
    expect((await review(night)).status).toBe(403);
    await clinic.owner.query(
      `update emergency_accesses set review_due_at = now() - interval '1 minute' where id = $1`,
      [episode],
    );
    const listed = await clinic.as(second, 'GET', '/v1/emergency-accesses?state=overdue');
    expect(listed.body['items']).toMatchObject([{ id: episode }]);
    const mine = await clinic.as(night, 'GET', '/v1/emergency-accesses');
    expect(JSON.stringify(mine.body)).not.toContain(episode);
    expect(await review(second)).toMatchObject({
      status: 200,
      body: { reviewOutcome: 'JUSTIFIED' },
    });
    expect((await review(second)).status).toBe(404);
    const ended = await clinic.as(chief, 'POST', `/v1/emergency-accesses/${episode}/end`);
    expect(ended).toMatchObject({ status: 200, body: { reviewOutcome: 'JUSTIFIED' } });
  });

  it('stays as long as it was opened for, also for who writes to the database', async () => {
    const id = await clinic.patient(doctor);
    await open(night, id);
    const { db } = clinic.platform.identity;
    const longer = db.$transaction(async (tx) => {
      const actor = JSON.stringify({ userId: await clinic.userId('night@example.org'), mfa: true });
      await tx.$executeRaw`select set_actor(${actor}::jsonb)`;
      await tx.$executeRaw`update emergency_accesses set expires_at = expires_at + interval '1 hour'
        where patient_id = ${id}::uuid`;
    });
    await expect(longer).rejects.toThrow(/23001|ended by who opened it/);
  });
});
