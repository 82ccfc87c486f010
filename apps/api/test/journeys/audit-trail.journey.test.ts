import type { AuditEvent, Bundle } from '@medplum/fhirtypes';
import { anonymous, AuditEventType, withActor } from '@holovitals/database';
import { Fhir } from 'fhir';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../accounts.ts';
import { openClinic, type Clinic } from '../clinic.ts';

let clinic: Clinic;
let officer: string;
let owner: string;
let doctor: string;
let patientId: string;

type Item = Record<string, unknown>;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  officer = await clinic.staff('officer@example.org', 'ADMIN');
  owner = await clinic.staff('owner@example.org', 'OWNER');
  await clinic.as(owner, 'POST', '/v1/auth/step-up', { password: PASSWORD });
  patientId = await clinic.patient(doctor);
  for (let time = 0; time < 3; time += 1) {
    await clinic.as(doctor, 'GET', `/v1/patients/${patientId}`);
  }
  await clinic.as(doctor, 'GET', `/v1/patients/${patientId}/summary`);
  await clinic.as(doctor, 'POST', '/v1/patients/search', { name: 'Doe' });
});

afterAll(() => clinic.close());

interface Found {
  readonly status: number;
  readonly body: Item;
  readonly items: readonly Item[];
  readonly next: unknown;
}

const search = async (token: string, query: string): Promise<Found> => {
  const { status, body } = await clinic.as(token, 'GET', `/v1/audit/events${query}`);
  return { status, body, items: (body['items'] ?? []) as Item[], next: body['next'] };
};

const download = async (token: string, query = '', accept = 'text/csv') => {
  const answer = await clinic.platform.server.inject({
    method: 'GET',
    url: `/v1/audit/export${query}`,
    headers: { authorization: `Bearer ${token}`, accept },
  });
  return { status: answer.statusCode, type: answer.headers['content-type'], text: answer.body };
};

const fhir = new Fhir();
const faultsOf = (resource: object) =>
  fhir
    .validate(resource, { errorOnUnexpected: true })
    .messages?.filter(({ severity }) => String(severity) === 'error');

/** Adds rows in a person's name. */
async function write(userId: string, count: number, event: object = {}): Promise<void> {
  const { db, audit } = clinic.platform.identity;
  const facts = { ip: '10.9.8.7', userAgent: 'test', requestId: 'r-9', source: 'test' };
  const [organizationId] = clinic.organizations;
  const actor = { ...anonymous(facts), userId, organizationId, role: 'DOCTOR' };
  await withActor(db, actor, (tx) =>
    audit(
      tx,
      actor,
      Array.from({ length: count }, () => ({
        ...({ eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS' } as const),
        ...event,
      })),
    ),
  );
}

describe('an officer who searches the trail', () => {
  it('finds rows by each thing that is asked for, and by all of them', async () => {
    const doctorId = await clinic.userId('doctor@example.org');
    const from = new Date(Date.now() - 86_400_000).toISOString();
    const [read] = (await search(officer, `?patientId=${patientId}&eventType=PHI_READ`)).items;
    const { sessionId, requestId, ip } = read as Record<string, string>;
    const asked: Record<string, string> = {
      ...{ patientId, userId: doctorId, eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS' },
      ...{ sessionId: sessionId ?? '', requestId: requestId ?? '', ip: ip ?? '', from },
    };
    for (const [name, value] of Object.entries(asked)) {
      const query = new URLSearchParams({ [name]: value, from, limit: '200' });
      const { status, items } = await search(officer, `?${query.toString()}`);
      expect(status, name).toBe(200);
      expect(items.length, name).toBeGreaterThan(0);
      if (name === 'from') continue;
      expect(new Set(items.map((item) => item[name])), name).toEqual(new Set([value]));
    }
    const both = await search(officer, `?${new URLSearchParams(asked).toString()}`);
    expect(both.items).toEqual([read]);
    const row = `?resourceType=Patient&resourceId=${patientId}`;
    expect((await search(officer, row)).items.length).toBeGreaterThan(0);
    expect((await search(officer, `?userId=${doctorId}&purposeOfUse=HRESCH`)).items).toEqual([]);
  });

  it('pages through rows of one moment, each once, newest first', async () => {
    const userId = crypto.randomUUID();
    await write(userId, 25);
    const found: Item[] = [];
    let after: string | null = '';
    while (after !== null) {
      const page: Found = await search(officer, `?userId=${userId}&limit=7${after}`);
      found.push(...page.items);
      after = typeof page.next === 'string' ? `&after=${encodeURIComponent(page.next)}` : null;
    }
    expect(found).toHaveLength(25);
    const ids = found.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
  });

  it('is refused what would read every row, and told why', async () => {
    const { status, body } = await search(officer, '?ip=10.9.8.7&requestId=r-9');
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'COMPLIANCE.PERIOD_MISSING',
      detail: expect.stringContaining('by ip, requestId over') as string,
    });
    const long = '&from=2020-01-01T00:00:00Z&to=2020-02-02T00:00:00Z';
    expect((await search(officer, `?outcome=SUCCESS${long}`)).status).toBe(400);
    const month = '&from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z';
    expect(await search(officer, `?outcome=SUCCESS${month}`)).toMatchObject({
      ...{ status: 200, items: [] },
    });
    for (const query of ['?userId=x', '?ip=10.9.8.300', '?eventType=NONE', '?from=yesterday']) {
      expect((await search(officer, query)).status, query).toBe(400);
    }
  });

  it('sees rows of the organisation alone, and leaves a row with a hash of what was asked', async () => {
    const south = clinic.organizations[1];
    const other = await clinic.staff('south@example.org', 'ADMIN', south);
    expect((await search(other, `?patientId=${patientId}`)).items).toEqual([]);
    const mine = await search(officer, `?patientId=${patientId}&limit=200`);
    expect(mine.items.length).toBeGreaterThan(4);
    const officerId = await clinic.userId('officer@example.org');
    const { rows } = await clinic.owner.query<Item>(
      `select query_hash, record_count, patient_id from audit_logs
       where user_id = $1 and resource_type = 'AuditLog' and patient_id = $2 order by seq desc limit 1`,
      [officerId, patientId],
    );
    expect(rows).toEqual([
      {
        query_hash: expect.any(Buffer) as Buffer,
        record_count: mine.items.length,
        patient_id: patientId,
      },
    ]);
  });
});

describe('who exports the trail', () => {
  it('needs the permission and a fresh proof', async () => {
    for (const token of [doctor, officer]) {
      expect(await download(token)).toMatchObject({ status: 403 });
    }
    const unproven = await clinic.staff('unproven@example.org', 'OWNER');
    expect(await download(unproven)).toMatchObject({ status: 403 });
    expect(await download(owner, '', 'image/png')).toMatchObject({ status: 406 });
    expect(await download(owner, '?outcome=SUCCESS')).toMatchObject({ status: 400 });
  });

  it('has every row as CSV, and no cell that a spreadsheet would compute', async () => {
    const userId = crypto.randomUUID();
    await write(userId, 1, {
      reason: '=HYPERLINK("http://evil.example","x")',
      changedFields: ['a', 'b'],
    });
    await write(userId, 1, { reason: 'two\r\nlines, "quoted"', recordCount: 4 });
    await write(userId, 1_199, { reason: '@SUM(1)' });
    const { status, type, text } = await download(owner, `?userId=${userId}`);
    expect(status).toBe(200);
    expect(type).toBe('text/csv; charset=utf-8; header=present');
    const lines = text.split('\r\n');
    expect(lines[0]).toMatch(/^id,at,eventType,action,outcome,userId,/);
    expect(text.match(/^[0-9a-f-]{36},/gm)).toHaveLength(1_201);
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
    expect(text).toContain(`"two\r\nlines, ""quoted"""`);
    expect(text).toContain(`,'@SUM(1)`);
    expect(text).not.toMatch(/(^|,)"?[=+@\t-]/m);
    expect(text).toContain(',a b,');
    const { rows } = await clinic.owner.query<Item>(
      `select outcome, record_count from audit_logs
       where user_id = $1 and event_type = 'PHI_EXPORT' order by seq`,
      [await clinic.userId('owner@example.org')],
    );
    expect(rows).toEqual([
      { outcome: '0', record_count: null },
      { outcome: '0', record_count: 1_201 },
    ]);
  });

  it('has valid FHIR AuditEvents, coded as BALP codes them', async () => {
    const about = { action: 'E', patientId, resourceType: 'Patient', resourceId: patientId };
    for (const eventType of Object.values(AuditEventType)) {
      await write(crypto.randomUUID(), 1, { ...about, eventType, recordCount: 1 });
    }
    const { type, text } = await download(owner, '', 'application/fhir+json');
    expect(type).toBe('application/fhir+json');
    const bundle = JSON.parse(text) as Bundle<AuditEvent>;
    const events = (bundle.entry ?? []).map(({ resource }) => resource as AuditEvent);
    expect(events.length).toBeGreaterThan(1_000);
    const kinds = new Set(events.map((event) => JSON.stringify([event.type, event.subtype])));
    expect(kinds.size).toBeGreaterThan(20);
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'collection' });
    expect(faultsOf(bundle)).toEqual([]);
    expect(faultsOf({ ...events[0], action: 'Z' })).not.toEqual([]);
    expect(faultsOf({ ...events[0], agent: [] })).not.toEqual([]);
    const read = events.find(({ meta }) => meta?.profile?.[0]?.endsWith('PatientRead'));
    expect(read).toMatchObject({
      type: { code: 'rest' },
      subtype: [{ code: 'read' }],
      ...{ action: 'R', outcome: '0' },
    });
    const roles = read?.agent.map(({ type: role }) => role?.coding?.[0]?.code);
    expect(roles).toEqual(['110153', 'IRCP', '110152']);
    expect(read?.entity?.slice(0, 2)).toMatchObject([
      { what: { reference: `Patient/${patientId}` }, type: { code: '1' }, role: { code: '1' } },
      { type: { code: '2' }, role: { code: '4' } },
    ]);
  });

  it('who goes away in the midst of it leaves a row that says so', async () => {
    const { server } = clinic.platform;
    const address = await server.listen({ port: 0, host: '127.0.0.1' });
    const gone = new AbortController();
    const answer = await fetch(`${address}/v1/audit/export`, {
      headers: { authorization: `Bearer ${owner}`, accept: 'text/csv' },
      signal: gone.signal,
    });
    const reader = answer.body?.getReader();
    await reader?.read();
    gone.abort();
    const ownerId = await clinic.userId('owner@example.org');
    await expect
      .poll(async () => {
        const { rows } = await clinic.owner.query<Item>(
          `select outcome from audit_logs where user_id = $1 and event_type = 'PHI_EXPORT' order by seq desc limit 1`,
          [ownerId],
        );
        return rows[0]?.['outcome'];
      })
      .toBe('8');
  });
});
