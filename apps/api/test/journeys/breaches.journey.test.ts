import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

let clinic: Clinic;
let officer: string;
let far: string;
let doctor: string;

beforeAll(async () => {
  clinic = await openClinic();
  officer = await clinic.staff('officer@example.org', 'ADMIN');
  far = await clinic.staff('far@example.org', 'ADMIN', clinic.organizations[1]);
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
});

afterAll(() => clinic.close());

const LAPTOP = {
  ...{ title: 'lost laptop', source: 'staff', cause: 'LOSS', location: ['LAPTOP'] },
  ...{ discoveredAt: '2026-03-10T12:00:00Z', affectedCount: 10 },
};
const VENDOR = { regimes: ['FTC'], ourRole: 'PHR_VENDOR' };
const FACTORS = {
  nature: 'names and appointments',
  recipient: 'another clinic',
  acquired: 'the disk was not read',
  mitigated: 'it came back',
};

const post = async (rest: string, body: object, token = officer) =>
  await clinic.as(token, 'POST', `/v1/breaches${rest}`, body);
const get = async (rest: string, token = officer) =>
  await clinic.as(token, 'GET', `/v1/breaches${rest}`);
const change = async (id: string, body: object, token = officer) =>
  await clinic.as(token, 'PATCH', `/v1/breaches/${id}`, { reason: 'found out', ...body });
const decide = async (id: string, decision: string, rest: object = {}) =>
  await post(`/${id}/decision`, { decision, reason: 'as assessed', ...rest });

async function open(facts: object = {}): Promise<string> {
  const { status, body } = await post('', { ...LAPTOP, ...facts });
  expect(status).toBe(201);
  return String(body['id']);
}

const dueOf = async (id: string) => (await get(`/${id}`)).body['due'];

describe('an incident', () => {
  it('is opened with the days that the law gives, and stands in the trail', async () => {
    const { status, body } = await post('', LAPTOP);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ status: 'DETECTED', discoveredOn: '2026-03-10', unsecuredPhi: true },
      ...{ leadId: await clinic.userId('officer@example.org') },
      due: {
        ...{ individuals: '2026-05-09', media: null, secretary: '2027-03-01' },
        ...{ ftc: null, coveredEntity: null },
      },
    });
    const id = String(body['id']);
    expect(await get(`/${id}`)).toMatchObject({ status: 200, body });
    const { rows } = await clinic.owner.query(
      `select event_type, outcome from audit_logs where resource_id = $1 order by timestamp`,
      [id],
    );
    expect(rows).toEqual([
      { event_type: 'PHI_CREATE', outcome: '0' },
      { event_type: 'PHI_READ', outcome: '0' },
    ]);
  });

  it('owes the Secretary the notice with the others from 500, and media from 501 of a State', async () => {
    const id = await open({ affectedCount: 499, affectedByState: { OH: 499 } });
    expect(await dueOf(id)).toMatchObject({ secretary: '2027-03-01', media: null });
    await change(id, { affectedCount: 500, affectedByState: { OH: 500 } });
    expect(await dueOf(id)).toMatchObject({ secretary: '2026-05-09', media: null });
    const more = await change(id, { affectedByState: { OH: 501 }, affectedCount: 501 });
    expect(more.body['due']).toMatchObject({ secretary: '2026-05-09', media: '2026-05-09' });
    expect((await change(id, { affectedCount: null })).body['due']).toMatchObject({
      secretary: '2026-05-09',
    });
    expect((await change(id, { unsecuredPhi: false })).body['due']).toMatchObject({
      ...{ individuals: null, secretary: null, media: null },
    });
    const { rows } = await clinic.owner.query(
      `select reason, changed_fields from audit_logs where resource_id = $1 and action = 'U'
       order by timestamp limit 1`,
      [id],
    );
    expect(rows).toEqual([
      { reason: 'found out', changed_fields: ['affectedCount', 'affectedByState'] },
    ]);
  });

  it('is a breach unless all four factors show otherwise', async () => {
    const id = await open();
    const { nature, recipient, acquired, mitigated } = FACTORS;
    expect(await decide(id, 'LOW_PROBABILITY')).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.FACTORS_MISSING' } },
    });
    expect((await post(`/${id}/assessment`, { nature, recipient })).body).toMatchObject({
      ...{ status: 'INVESTIGATING', factors: { nature, acquired: null } },
    });
    await post(`/${id}/assessment`, { acquired, recipient: null });
    await post(`/${id}/assessment`, { mitigated });
    const refused = await decide(id, 'LOW_PROBABILITY');
    expect(refused).toMatchObject({ status: 409, body: { code: 'COMPLIANCE.FACTORS_MISSING' } });
    expect(JSON.stringify(refused.body)).toContain('recipient');
    expect(JSON.stringify(refused.body)).not.toContain(acquired);
    await post(`/${id}/assessment`, { recipient });
    expect((await decide(id, 'LOW_PROBABILITY')).body).toMatchObject({
      ...{ status: 'ASSESSED_LOW_PROBABILITY', lowProbability: true },
      due: { individuals: null, secretary: null },
    });
    expect(await post(`/${id}/assessment`, { recipient: null })).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.BREACH_STATE_REFUSED' } },
    });
    expect((await decide(id, 'BREACH')).body).toMatchObject({
      ...{ status: 'CONFIRMED', lowProbability: false, due: { individuals: '2026-05-09' } },
    });
  });

  it('falls under an exception that is named, and is decided otherwise until a notice is sent', async () => {
    const id = await open();
    expect((await decide(id, 'EXCEPTION')).status).toBe(400);
    const exception = { exception: 'INADVERTENT_DISCLOSURE' };
    expect((await decide(id, 'EXCEPTION', exception)).body).toMatchObject({
      ...{ status: 'EXCEPTION_APPLIES', ...exception, due: { individuals: null } },
    });
    expect((await decide(id, 'EXCEPTION', exception)).status).toBe(409);
    expect((await decide(id, 'BREACH')).body).toMatchObject({ exception: null });
    expect((await decide(id, 'BREACH')).status).toBe(409);
    await clinic.owner.query(`update breach_incidents set status = 'NOTIFYING' where id = $1`, [
      id,
    ]);
    expect(await decide(id, 'EXCEPTION', exception)).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.BREACH_STATE_REFUSED' } },
    });
  });

  it('of a vendor of health records is always a breach', async () => {
    const id = await open(VENDOR);
    await post(`/${id}/assessment`, FACTORS);
    for (const [decision, rest] of [
      ['LOW_PROBABILITY', {}],
      ['EXCEPTION', { exception: 'NOT_RETAINED' }],
    ] as const) {
      expect(await decide(id, decision, rest)).toMatchObject({
        ...{ status: 409, body: { code: 'COMPLIANCE.NOTICE_UNAVOIDABLE' } },
      });
    }
    expect((await decide(id, 'BREACH')).body).toMatchObject({ due: { ftc: '2027-03-01' } });
    const other = await open();
    await post(`/${other}/assessment`, FACTORS);
    await decide(other, 'LOW_PROBABILITY');
    expect(await change(other, VENDOR)).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.NOTICE_UNAVOIDABLE' } },
    });
  });

  it('waits as long as law enforcement says', async () => {
    const id = await open();
    const oral = { basis: 'ORAL', statedOn: '2026-05-01', official: 'a detective' };
    expect(await post(`/${id}/delay`, { ...oral, until: '2026-06-01' })).toMatchObject({
      ...{ status: 400, body: { code: 'COMPLIANCE.ORAL_DELAY_TOO_LONG' } },
    });
    expect((await post(`/${id}/delay`, { ...oral, until: '2026-05-31' })).body).toMatchObject({
      ...{ due: { individuals: '2026-05-31' }, hold: { ...oral, until: '2026-05-31' } },
    });
    const written = { ...oral, basis: 'WRITTEN', until: '2026-09-01' };
    expect((await post(`/${id}/delay`, written)).body).toMatchObject({
      due: { individuals: '2026-09-01' },
    });
    expect(await post(`/${id}/delay`, { ...written, until: '2026-04-01' })).toMatchObject({
      ...{ status: 400, body: { code: 'COMPLIANCE.FACTS_CONTRADICT' } },
    });
  });

  it('refuses facts that cannot be', async () => {
    for (const facts of [
      { discoveredAt: '2126-01-01T00:00:00Z' },
      { discoveredAt: '0000-01-01T00:00:00Z' },
      { occurredUntil: '9999-12-31T23:59:59-05:00' },
      { occurredAt: '2026-03-11T00:00:00Z' },
      { occurredAt: '2026-03-09T00:00:00Z', occurredUntil: '2026-03-08T00:00:00Z' },
      { ourRole: 'PHR_VENDOR' },
      { regimes: ['FTC', 'HIPAA'] },
      { regimes: ['FTC'] },
      { regimes: [] },
      { affectedCount: -1 },
      { affectedByState: { XX: 1 } },
      { title: ' ' },
      { discoveredAt: '0001-01-01T00:00:00Z', location: ['MOON'] },
    ]) {
      const { status, body } = await post('', { ...LAPTOP, ...facts });
      expect(status).toBe(400);
      expect(body['code']).toMatch(/FACTS_CONTRADICT|INPUT_INVALID|REQUEST_INVALID/);
    }
    const id = await open({ occurredAt: '2026-03-09T00:00:00Z' });
    for (const facts of [
      { discoveredAt: '2026-03-08T12:00:00Z' },
      { occurredUntil: '2026-03-08T12:00:00Z' },
      { regimes: ['FTC'] },
      { ourRole: 'PHR_VENDOR' },
    ]) {
      expect(await change(id, facts)).toMatchObject({
        ...{ status: 400, body: { code: 'COMPLIANCE.FACTS_CONTRADICT' } },
      });
    }
    expect((await change(await open(), {})).status).toBe(400);
  });

  it('is the business of officers of its own organisation alone', async () => {
    const id = await open();
    const acts = (token: string) => [
      get(`/${id}`, token),
      change(id, { affectedCount: 1 }, token),
      post(`/${id}/assessment`, FACTORS, token),
      post(`/${id}/decision`, { decision: 'BREACH', reason: 'x' }, token),
      post(
        `/${id}/delay`,
        { basis: 'WRITTEN', statedOn: '2026-05-01', until: '2026-05-02', official: 'x' },
        token,
      ),
    ];
    for (const answer of await Promise.all(acts(far)))
      expect(answer).toMatchObject({ status: 404, body: { code: 'COMPLIANCE.BREACH_MISSING' } });
    for (const answer of await Promise.all([
      ...acts(doctor),
      get('', doctor),
      post('', LAPTOP, doctor),
    ]))
      expect(answer).toMatchObject({ status: 403, body: { code: 'IDENTITY.NOT_PERMITTED' } });
    expect((await get('', far)).body['items']).toEqual([]);
    expect((await get(`/${crypto.randomUUID()}`)).status).toBe(404);
    const nowhere = await clinic.staff('nowhere@example.org', 'OWNER', null);
    expect(await post('', LAPTOP, nowhere)).toMatchObject({
      ...{ status: 409, body: { code: 'COMPLIANCE.ORGANIZATION_MISSING' } },
    });
    const { rows } = await clinic.owner.query<{ count: number }>(
      `select count(*)::int as count from audit_logs
       where resource_id = $1 and outcome = '4' and organization_id = $2`,
      [id, clinic.organizations[1]],
    );
    expect(rows[0]?.count).toBe(5);
  });

  it('is listed page by page, by its state', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push(await open({ title: `paged ${n}` }));
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const after: string = next === '' ? '' : `&after=${next}`;
      const { body } = await get(`?status=DETECTED&limit=2${after}`);
      const page = body as { items: { id: string }[]; next: string | null };
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(seen).toEqual(expect.arrayContaining(made));
    expect([...seen].sort().reverse()).toEqual(seen);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('is decided once by many at once', async () => {
    const id = await open();
    const answers = await Promise.all(Array.from({ length: 6 }, () => decide(id, 'BREACH')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });
});
