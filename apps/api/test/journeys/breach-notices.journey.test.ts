import { anonymous, Prisma, withActor, type Actor } from '@holovitals/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

let clinic: Clinic;
let officer: string;
let doctor: string;
let patients: string[];

beforeAll(async () => {
  clinic = await openClinic();
  officer = await clinic.staff('officer@example.org', 'ADMIN');
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  patients = await Promise.all([1, 2, 3].map(() => clinic.patient(doctor)));
});

afterAll(() => clinic.close());

const SENT = { method: 'POSTAL', sentAt: '2026-04-01T12:00:00Z' };
const CONTENT = {
  whatHappened: 'A laptop was lost on 9 March 2026, which was found out on 10 March.',
  informationInvolved: ['name', 'appointments'],
  stepsToTake: 'Look at the letters of your insurer.',
  whatWeAreDoing: 'Disks are encrypted from now on.',
  contact: { tollFreePhone: '1-800-555-0100' },
};

interface Notice {
  readonly id: string;
  readonly audience: string;
  readonly dueOn: string;
  readonly sentAt: string | null;
}

const post = async (rest: string, body: object, token = officer) =>
  await clinic.as(token, 'POST', `/v1/breaches${rest}`, body);
const get = async (rest: string, token = officer) =>
  await clinic.as(token, 'GET', `/v1/breaches${rest}`);

async function open(facts: object = {}, isDecided = true): Promise<string> {
  const { body } = await post('', {
    ...{ title: 'lost laptop', source: 'staff', cause: 'LOSS', affectedCount: 1 },
    ...{ discoveredAt: '2026-03-10T12:00:00Z', ...facts },
  });
  const id = String(body['id']);
  if (isDecided) await post(`/${id}/decision`, { decision: 'BREACH', reason: 'it was read' });
  return id;
}

const list = async (id: string, patientIds = patients) =>
  await post(`/${id}/individuals`, { patientIds });
const noticesOf = async (id: string, query = '') =>
  (await get(`/${id}/notices${query}`)).body['items'] as Notice[];
const idsOf = async (id: string, query = '') => (await noticesOf(id, query)).map((row) => row.id);
const dutiesOf = async (id: string) => (await get(`/${id}/duties`)).body['items'];
const statusOf = async (id: string) => (await get(`/${id}`)).body['status'];

describe('the notices of a breach', () => {
  it('go to each individual and to the Secretary, and then it is closed', async () => {
    const id = await open();
    expect((await list(id)).body).toEqual({ added: 3, listed: 3 });
    expect((await list(id, [...patients, ...patients])).body).toEqual({ added: 0, listed: 3 });
    expect((await get(`/${id}`)).body).toMatchObject({ affectedCount: 3 });
    expect(await dutiesOf(id)).toEqual([
      { audience: 'INDIVIDUAL', state: null, dueOn: '2026-05-09', isMet: false },
      { audience: 'SECRETARY', state: null, dueOn: '2027-03-01', isMet: false },
    ]);
    const [first, ...others] = await idsOf(id);
    const some = await post(`/${id}/notices/sent`, {
      noticeIds: [first],
      ...SENT,
      content: CONTENT,
    });
    expect(some).toMatchObject({ status: 200, body: { recorded: 1, status: 'NOTIFYING' } });
    expect(await post(`/${id}/close`, { reason: 'done' })).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.NOTICES_OWED' } },
    });
    await post(`/${id}/notices/sent`, { noticeIds: others, ...SENT, content: CONTENT });
    const secretary = await post(`/${id}/notices`, { audience: 'SECRETARY' });
    expect(secretary).toMatchObject({ status: 201, body: { dueOn: '2027-03-01', sentAt: null } });
    const told = { noticeIds: [secretary.body['id']], sentAt: SENT.sentAt };
    expect((await post(`/${id}/notices/sent`, told)).body).toEqual({
      ...{ recorded: 1, status: 'NOTIFIED' },
    });
    expect(await noticesOf(id, '?audience=INDIVIDUAL&limit=1')).toMatchObject([
      { content: CONTENT, method: 'POSTAL', sentAt: '2026-04-01T12:00:00.000Z' },
    ]);
    expect((await post(`/${id}/close`, { reason: 'all was done' })).body).toMatchObject({
      status: 'CLOSED',
    });
    for (const answer of [
      await list(id),
      await post(`/${id}/close`, { reason: 'again' }),
      await post(`/${id}/notices`, { audience: 'SECRETARY' }),
      await post(`/${id}/decision`, { decision: 'BREACH', reason: 'again' }),
    ]) {
      expect(answer).toMatchObject({
        ...{ status: 409, body: { code: 'COMPLIANCE.BREACH_STATE_REFUSED' } },
      });
    }
  });

  it('move with the days of the incident until they are sent', async () => {
    const id = await open({ affectedCount: 499 });
    await list(id);
    await post(`/${id}/notices`, { audience: 'SECRETARY' });
    const [first] = await idsOf(id);
    await post(`/${id}/notices/sent`, { noticeIds: [first], ...SENT, content: CONTENT });
    await clinic.as(officer, 'PATCH', `/v1/breaches/${id}`, {
      affectedCount: 500,
      reason: 'one more',
    });
    const delay = { basis: 'WRITTEN', statedOn: '2026-05-01', official: 'a detective' };
    await post(`/${id}/delay`, { ...delay, until: '2026-06-20' });
    const days = (await noticesOf(id)).map(({ audience, dueOn }) => `${audience} ${dueOn}`);
    expect(days.sort()).toEqual([
      'INDIVIDUAL 2026-05-09',
      'INDIVIDUAL 2026-06-20',
      'INDIVIDUAL 2026-06-20',
      'SECRETARY 2026-06-20',
    ]);
  });

  it('that came back are owed a substitute', async () => {
    const id = await open();
    await list(id, patients.slice(0, 1));
    const noticeIds = await idsOf(id);
    const returned = { noticeIds, returnedAt: '2026-04-09T12:00:00Z' };
    const substitute = { noticeIds, givenAt: '2026-04-20T12:00:00Z', method: 'TELEPHONE' };
    expect((await post(`/${id}/notices/returned`, returned)).status).toBe(404);
    await post(`/${id}/notices/sent`, { noticeIds, ...SENT, content: CONTENT });
    expect((await post(`/${id}/notices/substitute`, substitute)).status).toBe(404);
    expect((await post(`/${id}/notices/returned`, returned)).status).toBe(200);
    expect(await dutiesOf(id)).toMatchObject([{ isMet: false }, { isMet: false }]);
    expect(await idsOf(id, '?state=returned')).toEqual(noticeIds);
    expect((await post(`/${id}/notices/substitute`, substitute)).status).toBe(200);
    expect(await dutiesOf(id)).toMatchObject([{ isMet: true }, { isMet: false }]);
    expect(await idsOf(id, '?state=returned')).toEqual([]);
  });

  it('go to media of each State with more than 500 residents, and to no other', async () => {
    const id = await open({ affectedCount: 1100, affectedByState: { OH: 501, TX: 500 } });
    expect(await dutiesOf(id)).toMatchObject([
      { audience: 'INDIVIDUAL' },
      { audience: 'MEDIA', state: 'OH', dueOn: '2026-05-09' },
      { audience: 'SECRETARY', dueOn: '2026-05-09' },
    ]);
    const media = { audience: 'MEDIA', state: 'OH' };
    const { body } = await post(`/${id}/notices`, media);
    expect(await post(`/${id}/notices`, media)).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.NOTICE_PLANNED' } },
    });
    const noticeIds = [body['id']];
    expect(await post(`/${id}/notices/sent`, { noticeIds, sentAt: SENT.sentAt })).toMatchObject({
      ...{ status: 400, body: { code: 'COMPLIANCE.NOTICE_INCOMPLETE' } },
    });
    const whole = { noticeIds, sentAt: SENT.sentAt, content: CONTENT };
    expect((await post(`/${id}/notices/sent`, whole)).status).toBe(200);
    expect(await dutiesOf(id)).toMatchObject([{ isMet: false }, { isMet: true }, { isMet: false }]);
    const small = await open();
    expect(await post(`/${small}/notices`, media)).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.NOTICE_NOT_OWED' } },
    });
    const state = { audience: 'STATE_AUTHORITY', state: 'OH', dueOn: '2026-04-24' };
    expect((await post(`/${small}/notices`, state)).body).toMatchObject({ dueOn: '2026-04-24' });
  });

  it('of an associate go to the covered entity, which learns whom it hit', async () => {
    const id = await open({ ourRole: 'BUSINESS_ASSOCIATE' });
    expect((await list(id)).body).toEqual({ added: 3, listed: 3 });
    expect(await dutiesOf(id)).toEqual([
      { audience: 'COVERED_ENTITY', state: null, dueOn: '2026-05-09', isMet: false },
    ]);
    const { body } = await post(`/${id}/notices`, { audience: 'COVERED_ENTITY' });
    const told = { noticeIds: [body['id']], sentAt: SENT.sentAt };
    expect((await post(`/${id}/notices/sent`, told)).body).toMatchObject({ status: 'NOTIFIED' });
  });

  it('are sent of a breach alone, once, whole, and not before it was known', async () => {
    const id = await open({}, false);
    await list(id);
    const noticeIds = await idsOf(id);
    const sent = { noticeIds, ...SENT, content: CONTENT };
    expect(await post(`/${id}/notices/sent`, sent)).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.BREACH_STATE_REFUSED' } },
    });
    await post(`/${id}/decision`, { decision: 'BREACH', reason: 'it was read' });
    for (const wrong of [
      { sentAt: '2126-01-01T00:00:00Z' },
      { sentAt: '2026-03-09T00:00:00Z' },
      { method: undefined },
      { content: undefined },
      { content: { ...CONTENT, contact: {} } },
      { noticeIds: [] },
    ]) {
      expect((await post(`/${id}/notices/sent`, { ...sent, ...wrong })).status).toBe(400);
    }
    const other = await open();
    await list(other);
    const mixed = { ...sent, noticeIds: [...noticeIds, ...(await idsOf(other))] };
    expect((await post(`/${id}/notices/sent`, mixed)).status).toBe(404);
    expect(await idsOf(id, '?state=sent')).toEqual([]);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => post(`/${id}/notices/sent`, sent)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    expect(
      await post(`/${id}/decision`, {
        decision: 'EXCEPTION',
        exception: 'NOT_RETAINED',
        reason: 'x',
      }),
    ).toMatchObject({ status: 409 });
  });

  it('are owed to nobody where the information was secured', async () => {
    const id = await open({ unsecuredPhi: false });
    expect(await list(id)).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.NOTICE_NOT_OWED' } },
    });
    expect((await post(`/${id}/close`, { reason: 'encrypted' })).status).toBe(200);
  });

  it('are owed again when one more is found to be affected', async () => {
    const id = await open({ ourRole: 'BUSINESS_ASSOCIATE', noticesDelegated: true });
    await list(id, patients.slice(0, 1));
    for (const audience of ['SECRETARY', 'COVERED_ENTITY']) {
      await post(`/${id}/notices`, { audience });
    }
    await post(`/${id}/notices/sent`, { noticeIds: await idsOf(id), ...SENT, content: CONTENT });
    expect(await statusOf(id)).toBe('NOTIFIED');
    await list(id, patients.slice(0, 2));
    expect(await statusOf(id)).toBe('NOTIFYING');
  });

  it('are for patients of the organisation, and its officers alone see them', async () => {
    const [, south] = clinic.organizations;
    const far = await clinic.staff('far@example.org', 'ADMIN', south);
    const farDoctor = await clinic.staff('far.doctor@example.org', 'DOCTOR', south);
    const stranger = await clinic.patient(farDoctor);
    const id = await open();
    const refused = await list(id, [patients[0] ?? '', stranger, crypto.randomUUID()]);
    expect(refused).toMatchObject({
      ...{ status: 400, body: { code: 'COMPLIANCE.INDIVIDUALS_UNKNOWN' } },
    });
    expect(await idsOf(id)).toEqual([]);
    await list(id);
    for (const [token, status] of [
      [far, 404],
      [doctor, 403],
    ] as const) {
      for (const rest of ['/notices', '/duties'])
        expect((await get(`/${id}${rest}`, token)).status).toBe(status);
      expect((await post(`/${id}/individuals`, { patientIds: patients }, token)).status).toBe(
        status,
      );
    }
    const { rows } = await clinic.owner.query<{ count: number }>(
      `select count(*)::int as count from audit_logs
       where patient_id is not null and resource_type like 'Breach%'`,
    );
    expect(rows[0]?.count).toBe(0);
  });

  it('are closed to who writes to the database as somebody else, and stay as they were sent', async () => {
    const id = await open();
    await list(id);
    const noticeIds = await idsOf(id);
    await post(`/${id}/notices/sent`, { noticeIds, ...SENT, content: CONTENT });
    const { db } = clinic.platform.identity;
    const nobody = anonymous({ ip: null, userAgent: null, requestId: null, source: 'test' });
    const [organizationId] = clinic.organizations;
    const colleague = {
      ...nobody,
      organizationId,
      userId: await clinic.userId('doctor@example.org'),
    };
    const theOfficer = {
      ...colleague,
      userId: await clinic.userId('officer@example.org'),
      mfa: true,
    };
    const count = async (actor: Actor) =>
      await withActor(db, actor, (tx) => tx.breachNotification.count());
    expect(await count(nobody)).toBe(0);
    expect(await count({ ...colleague, mfa: true })).toBe(0);
    expect(await count({ ...theOfficer, mfa: false })).toBe(0);
    expect(await count(theOfficer)).toBeGreaterThan(0);
    const otherwise = withActor(db, theOfficer, (tx) =>
      tx.$executeRaw(
        Prisma.sql`update breach_notifications set method = 'EMAIL' where incident_id = ${id}::uuid`,
      ),
    );
    await expect(otherwise).rejects.toThrow(/23001|told otherwise/);
  });

  it('are listed page by page for many', async () => {
    const id = await open();
    await clinic.owner.query(
      `insert into patients (id, active, organization_id) select uuid_v7(), true, $1 from generate_series(1, 1000)`,
      [clinic.organizations[0]],
    );
    const { rows } = await clinic.owner.query<{ id: string }>(
      'select id from patients where organization_id = $1 order by id desc limit 1000',
      [clinic.organizations[0]],
    );
    const many = rows.map((row) => row.id);
    expect((await list(id, many)).body).toEqual({ added: 1000, listed: 1000 });
    expect((await get(`/${id}`)).body).toMatchObject({ due: { secretary: '2026-05-09' } });
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const after: string = next === '' ? '' : `&after=${next}`;
      const { body } = await get(`/${id}/notices?state=to-send&limit=200${after}`);
      const page = body as unknown as { items: Notice[]; next: string | null };
      seen.push(...page.items.map((row) => row.id));
      next = page.next;
    }
    expect(new Set(seen).size).toBe(1000);
    const sent = { noticeIds: seen, ...SENT, content: CONTENT };
    expect((await post(`/${id}/notices/sent`, sent)).body).toMatchObject({ recorded: 1000 });
  });
});
