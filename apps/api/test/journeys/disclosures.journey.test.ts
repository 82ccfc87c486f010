import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

const DAY = 86_400_000;

let clinic: Clinic;
let doctor: string;
let officer: string;
let far: string;
let self: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  officer = await clinic.staff('officer@example.org', 'ADMIN');
  far = await clinic.staff('far@example.org', 'ADMIN', clinic.organizations[1]);
  self = await clinic.registered('self@example.org');
});

afterAll(() => clinic.close());

async function patient(): Promise<string> {
  const id = await clinic.patient(doctor);
  await clinic.owner.query('update patients set user_id = null where user_id is not null');
  await clinic.as(doctor, 'POST', `/v1/patients/${id}/account`, { email: 'self@example.org' });
  return id;
}

const example = {
  recipientName: 'Board of Health',
  description: 'one laboratory result',
  purpose: 'a report that the law asks for',
  legalBasis: 'PUBLIC_HEALTH',
  purposeOfUse: 'PUBHLTH',
};

const post = (token: string, id: string, fields: object = {}) =>
  clinic.as(token, 'POST', `/v1/patients/${id}/disclosures`, { ...example, ...fields });

async function record(id: string, fields: object = {}): Promise<string> {
  const answer = await post(officer, id, fields);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return String(answer.body['id']);
}

const accounting = (token: string, id: string, query = '') =>
  clinic.as(token, 'GET', `/v1/patients/${id}/accounting-of-disclosures${query}`);

async function idsOf(token: string, id: string, query = ''): Promise<unknown[]> {
  const { status, body } = await accounting(token, id, query);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body['items'] as { id: string }[]).map((item) => item.id);
}

const now = () => clinic.platform.identity.clock();
const ago = (days: number) => new Date(now().getTime() - days * DAY).toISOString();

describe('the accounting of disclosures', () => {
  it('tells the patient who got what and what for, in one call, and is audited', async () => {
    const id = await patient();
    const first = await record(id, { recipientAddress: '1 Main Street', disclosedAt: ago(3) });
    const second = await record(id, {
      series: { first: '2026-01-01', last: '2026-03-01', frequency: 'each month' },
    });
    const { body } = await accounting(self, id);
    expect(body).toMatchObject({
      patientId: id,
      items: [
        {
          id: second,
          series: { first: '2026-01-01', last: '2026-03-01', frequency: 'each month' },
        },
        {
          ...{ id: first, recipientName: 'Board of Health', recipientAddress: '1 Main Street' },
          ...{ description: example.description, purpose: example.purpose, series: null },
        },
      ],
      next: null,
    });
    expect(await idsOf(officer, id)).toEqual([second, first]);
    const { rows } = await clinic.owner.query(
      `select event_type, action, record_count, user_id = $2 as by_self from audit_logs
       where patient_id = $1 and resource_type = 'Disclosure' order by shard, timestamp`,
      [id, await clinic.userId('self@example.org')],
    );
    expect(rows).toContainEqual({
      ...{ event_type: 'PHI_READ', action: 'R', record_count: 2, by_self: true },
    });
    expect(
      rows.filter((row: { event_type: string }) => row.event_type === 'DISCLOSURE'),
    ).toHaveLength(2);
  });

  it('leaves out what the law leaves out; officers see it all the same', async () => {
    const id = await patient();
    const legalBases = [
      'TREATMENT',
      'PAYMENT',
      'OPERATIONS',
      'INDIVIDUAL',
      'DIRECTORY_OR_FAMILY',
    ].concat(['NATIONAL_SECURITY', 'CORRECTIONAL', 'LIMITED_DATA_SET', 'INCIDENTAL']);
    for (const legalBasis of legalBases) await record(id, { legalBasis });
    const told = await record(id, { legalBasis: 'BREACH_OR_ERROR' });
    expect(await idsOf(self, id)).toEqual([told]);
    const all = await clinic.as(officer, 'GET', `/v1/patients/${id}/disclosures`);
    expect(all.body['items']).toHaveLength(legalBases.length + 1);
  });

  it('goes six calendar years back, by days of where the chart is kept', async () => {
    const id = await patient();
    await clinic.owner.query(
      `update organizations set timezone = 'Pacific/Auckland' where id = $1`,
      [clinic.organizations[0]],
    );
    const { body } = await accounting(self, id, '?from=1990-01-01&to=2100-01-01');
    const [from, to] = [String(body['from']), String(body['to'])];
    expect(to).toBe(
      new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Auckland' }).format(now()),
    );
    expect(Number(to.slice(0, 4)) - Number(from.slice(0, 4))).toBe(6);
    const { rows } = await clinic.owner.query<{ at: Date }>(
      `select $1::date::timestamp at time zone 'Pacific/Auckland' as at`,
      [from],
    );
    const begin = rows[0]?.at.getTime() ?? 0;
    const within = await record(id, { disclosedAt: new Date(begin).toISOString() });
    await record(id, { disclosedAt: new Date(begin - 1).toISOString() });
    expect(await idsOf(self, id)).toEqual([within]);
    const running = await record(id, {
      disclosedAt: new Date(begin - DAY).toISOString(),
      series: { first: '2001-01-01', last: from, frequency: 'each year' },
    });
    expect(await idsOf(self, id)).toEqual([within, running]);
    expect(await idsOf(self, id, `?from=${from}&to=${from}`)).toEqual([within, running]);
    expect(await accounting(self, id, '?from=1990-01-01&to=1991-01-01')).toMatchObject({
      status: 400,
      body: { code: 'COMPLIANCE.ACCOUNTING_PERIOD_REFUSED' },
    });
    expect((await accounting(self, id, '?from=2026-02-02&to=2026-01-01')).status).toBe(400);
    expect((await accounting(self, id, '?from=2026-02-30')).status).toBe(400);
  });

  it('is read page by page, also where many were disclosed at one moment', async () => {
    const id = await patient();
    const disclosedAt = ago(1);
    const made = [];
    for (let n = 0; n < 5; n++) made.push(await record(id, { disclosedAt }));
    const seen: unknown[] = [];
    let after = '';
    do {
      const { body } = await accounting(self, id, `?limit=2${after}`);
      seen.push(...(body['items'] as { id: string }[]).map((item) => item.id));
      const next = body['next'] as string | null;
      after = next === null ? '' : `&after=${encodeURIComponent(next)}`;
    } while (after !== '');
    expect(seen).toEqual(made.toReversed());
    expect((await accounting(self, id, '?after=nonsense')).status).toBe(400);
  });

  it('opens to representatives and to officers of the organisation, and to nobody else', async () => {
    const id = await patient();
    const parent = await clinic.registered('parent@example.org');
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/relationships`, {
      relatedUserId: await clinic.userId('parent@example.org'),
      ...{ relationshipCode: 'PRN', isPersonalRepresentative: true, scope: 'READ' },
    });
    for (const [token, status] of [
      [parent, 200],
      [officer, 200],
      [doctor, 404],
      [far, 404],
    ] as const)
      expect((await accounting(token, id)).status).toBe(status);
    expect((await post(parent, id)).status).toBe(404);
    expect((await post(far, id)).status).toBe(404);
    expect((await post(doctor, id)).status).toBe(201);
    expect((await post(doctor, crypto.randomUUID())).status).toBe(404);
  });

  it('tells of the records that were merged into one', async () => {
    const id = await patient();
    const other = await clinic.patient(doctor);
    const made = await record(other);
    await clinic.owner.query(
      'update patients set merged_into_id = $2, merged_at = now(), active = false where id = $1',
      [other, id],
    );
    expect(await idsOf(self, id)).toEqual([made]);
  });
});

describe('a suspension', () => {
  const suspend = (token: string, id: string, disclosure: string, body: object) =>
    clinic.as(token, 'POST', `/v1/patients/${id}/disclosures/${disclosure}/suspension`, {
      ...{ statement: 'WRITTEN', reason: 'Detective Lee, warrant 7' },
      ...body,
    });

  it('withholds a disclosure from everybody’s accounting while it lasts', async () => {
    const id = await patient();
    const made = await record(id, { legalBasis: 'LAW_ENFORCEMENT', purposeOfUse: 'HLEGAL' });
    expect(await idsOf(self, id)).toEqual([made]);
    const until = new Date(now().getTime() + 400 * DAY).toISOString();
    expect(await suspend(officer, id, made, { until })).toMatchObject({
      status: 200,
      body: { suspendedUntil: until },
    });
    expect(await idsOf(self, id)).toEqual([]);
    expect(await idsOf(officer, id)).toEqual([]);
    const all = await clinic.as(officer, 'GET', `/v1/patients/${id}/disclosures`);
    expect(all.body['items']).toMatchObject([{ id: made, suspendedUntil: until }]);
    await suspend(officer, id, made, { until: ago(1) });
    expect(await idsOf(self, id)).toEqual([made]);
    const { rows } = await clinic.owner.query(
      `select reason from audit_logs where resource_id = $1 and action = 'U' limit 1`,
      [made],
    );
    expect(rows).toEqual([{ reason: 'WRITTEN: Detective Lee, warrant 7' }]);
  });

  it('is for officials alone, and 30 days where they only said so', async () => {
    const id = await patient();
    const police = await record(id, { legalBasis: 'LAW_ENFORCEMENT' });
    const oral = (days: number) => ({ statement: 'ORAL', until: ago(-days) });
    expect(await suspend(officer, id, police, oral(31))).toMatchObject({
      status: 400,
      body: { code: 'COMPLIANCE.ORAL_STATEMENT_TOO_LONG' },
    });
    expect((await suspend(officer, id, police, oral(30))).status).toBe(200);
    const ages = { until: '9999-12-31T23:59:59-23:00' };
    expect((await suspend(officer, id, police, ages)).status).toBe(400);
    const other = await record(id);
    expect(await suspend(officer, id, other, oral(3))).toMatchObject({
      status: 409,
      body: { code: 'COMPLIANCE.SUSPENSION_REFUSED' },
    });
    expect(await suspend(officer, id, crypto.randomUUID(), oral(3))).toMatchObject({
      status: 404,
      body: { code: 'COMPLIANCE.DISCLOSURE_MISSING' },
    });
    for (const token of [doctor, self, far])
      expect((await suspend(token, id, police, oral(3))).status).toBe(404);
  });
});

describe('a disclosure', () => {
  it('is refused where it lacks its consent, lies ahead or names who is not there', async () => {
    const id = await patient();
    for (const [fields, code] of [
      [{ legalBasis: 'AUTHORIZATION' }, 'API.REQUEST_INVALID'],
      [{ disclosedAt: ago(-1) }, 'COMPLIANCE.DISCLOSURE_AHEAD'],
      [{ recipientId: crypto.randomUUID() }, 'COMPLIANCE.DISCLOSURE_REFERENCE_MISSING'],
      [
        { legalBasis: 'AUTHORIZATION', consentId: crypto.randomUUID() },
        'COMPLIANCE.DISCLOSURE_REFERENCE_MISSING',
      ],
      [
        { series: { first: '2026-02-01', last: '2026-01-01', frequency: 'x' } },
        'API.REQUEST_INVALID',
      ],
    ] as const)
      expect(await post(officer, id, fields)).toMatchObject({ status: 400, body: { code } });
  });

  it('under a consent for records of substance use is accounted for, as no other consent is', async () => {
    const id = await patient();
    const consent = async (kind: string) => {
      const { body } = await clinic.as(self, 'POST', `/v1/patients/${id}/consents`, {
        ...{ kind, recipient: 'a clinic', purpose: 'treatment', information: 'all' },
        ...{ validTo: '2199-01-01T00:00:00Z', signedText: 'I agree.' },
        provisions: [{ type: 'permit' }],
      });
      return String(body['id']);
    };
    await record(id, { legalBasis: 'AUTHORIZATION', consentId: await consent('AUTHORIZATION') });
    const consentId = await consent('PART2_CONSENT');
    const told = await record(id, { legalBasis: 'PART2_CONSENT', consentId });
    const { body } = await accounting(self, id);
    expect(body['items']).toMatchObject([{ id: told, isPart2: true }]);
  });

  it('is not changed in the database, nor removed', async () => {
    const id = await patient();
    const made = await record(id);
    const { db } = clinic.platform.identity;
    const as = async (sql: string) =>
      await db.$transaction(async (tx) => {
        const userId = await clinic.userId('officer@example.org');
        const actor = JSON.stringify({
          userId,
          organizationId: clinic.organizations[0],
          mfa: true,
        });
        await tx.$executeRaw`select set_actor(${actor}::jsonb)`;
        return await tx.$executeRawUnsafe(sql);
      });
    const change = `update disclosures set recipient_name = 'nobody' where id = '${made}'`;
    await expect(as(change)).rejects.toThrow(/23001|not changed/);
    expect(await as(`delete from disclosures where id = '${made}'`)).toBe(0);
    expect(await idsOf(self, id)).toEqual([made]);
  });
});
