import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

let clinic: Clinic;
let chief: string;
let second: string;
let doctor: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  chief = await clinic.staff('chief@example.org', 'OWNER');
  second = await clinic.staff('second@example.org', 'ADMIN');
});

afterAll(() => clinic.close());

/** An alert as a detector raises it; answers its id. */
async function raise(email: string, organizationId: string | null = clinic.organizations[0]) {
  const { rows } = await clinic.owner.query<{ id: string }>(
    `insert into security_alerts (id, rule, severity, organization_id, user_id, dedupe_key, evidence)
     values (uuid_v7(), 'vip', 'HIGH', $1, $2, uuid_v7()::text, '{"observed": 3}') returning id`,
    [organizationId, await clinic.userId(email)],
  );
  return rows[0]?.id ?? '';
}

const list = async (token: string, query = '') => {
  const { status, body } = await clinic.as(token, 'GET', `/v1/security-alerts${query}`);
  expect(status).toBe(200);
  return body as { items: { id: string }[]; next: string | null };
};
const ids = async (token: string, query = '') =>
  (await list(token, query)).items.map(({ id }) => id);
const take = async (token: string, id: string) =>
  await clinic.as(token, 'POST', `/v1/security-alerts/${id}/take`);
const resolve = async (token: string, id: string, body: object) =>
  await clinic.as(token, 'POST', `/v1/security-alerts/${id}/resolution`, body);
const benign = { resolution: 'BENIGN', reason: 'covered for a colleague' };

describe('alerts', () => {
  it('are seen by the officers of their organisation, and by nobody else', async () => {
    const id = await raise('doctor@example.org');
    const elsewhere = await raise('doctor@example.org', clinic.organizations[1]);
    const nobodys = await raise('doctor@example.org', null);
    const far = await clinic.staff('far@example.org', 'OWNER', clinic.organizations[1]);
    expect(await ids(chief)).toContain(id);
    expect(await ids(chief)).not.toContain(elsewhere);
    expect(await ids(chief)).not.toContain(nobodys);
    expect(await ids(far)).toEqual([elsewhere]);
    expect(await clinic.as(doctor, 'GET', '/v1/security-alerts')).toMatchObject({
      status: 403,
      body: { code: 'IDENTITY.NOT_PERMITTED' },
    });
    expect((await take(far, id)).status).toBe(404);
    expect((await take(doctor, id)).status).toBe(403);
  });

  it('about an officer are for the others', async () => {
    const id = await raise('second@example.org');
    expect(await ids(second)).not.toContain(id);
    expect(await take(second, id)).toMatchObject({
      status: 404,
      body: { code: 'COMPLIANCE.ALERT_MISSING' },
    });
    expect((await resolve(second, id, benign)).status).toBe(404);
    expect(await ids(chief)).toContain(id);
  });

  it('are taken up, and resolved once, with a reason that stands in the trail', async () => {
    const id = await raise('doctor@example.org');
    expect(await take(second, id)).toMatchObject({
      status: 200,
      body: { assignedToId: await clinic.userId('second@example.org'), resolvedAt: null },
    });
    expect(await ids(chief)).not.toContain(id);
    expect(await ids(chief, '?state=taken')).toContain(id);
    expect(await resolve(chief, id, benign)).toMatchObject({
      status: 200,
      body: { resolution: 'BENIGN', assignedToId: await clinic.userId('chief@example.org') },
    });
    expect(await ids(chief, '?state=resolved&rule=vip&severity=HIGH')).toContain(id);
    expect((await resolve(chief, id, benign)).status).toBe(404);
    expect((await take(chief, id)).status).toBe(404);
    const { rows } = await clinic.owner.query(
      `select action, outcome, reason from audit_logs
       where resource_type = 'SecurityAlert' and resource_id = $1 order by seq`,
      [id],
    );
    expect(rows).toEqual([
      { action: 'U', outcome: '0', reason: null },
      { action: 'U', outcome: '0', reason: benign.reason },
      { action: 'U', outcome: '4', reason: null },
      { action: 'U', outcome: '4', reason: null },
    ]);
  });

  it('become incidents of the organisation, and of no other', async () => {
    const id = await raise('doctor@example.org');
    const opened = { resolution: 'INCIDENT_OPENED', reason: 'no cause was found' };
    const incident = async (token: string) => {
      const body = { title: 'charts', source: 'alert', cause: 'OTHER' };
      const discoveredAt = '2026-01-01T12:00:00Z';
      const answer = await clinic.as(token, 'POST', '/v1/breaches', { ...body, discoveredAt });
      return String(answer.body['id']);
    };
    const far = await clinic.staff('far2@example.org', 'OWNER', clinic.organizations[1]);
    expect((await resolve(chief, id, opened)).status).toBe(400);
    expect((await resolve(chief, id, { ...benign, incidentId: id })).status).toBe(400);
    expect(await resolve(chief, id, { ...opened, incidentId: await incident(far) })).toMatchObject({
      status: 404,
      body: { code: 'COMPLIANCE.BREACH_MISSING' },
    });
    const incidentId = await incident(chief);
    expect(await resolve(chief, id, { ...opened, incidentId })).toMatchObject({
      status: 200,
      body: { incidentId },
    });
  });

  it('are listed in pages, each once', async () => {
    for (let n = 0; n < 5; n += 1) await raise('doctor@example.org');
    const all = await ids(chief, '?state=all');
    const paged: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query = `?state=all&limit=2${after === '' ? '' : `&after=${after}`}`;
      const page = await list(chief, query);
      paged.push(...page.items.map(({ id }) => id));
      after = page.next;
    }
    expect(paged).toEqual(all);
    expect((await clinic.as(chief, 'GET', '/v1/security-alerts?limit=101')).status).toBe(400);
    expect((await clinic.as(chief, 'GET', '/v1/security-alerts?rule=x%27--')).status).toBe(400);
  });

  it('stay what was seen, also for who writes to the database', async () => {
    const id = await raise('doctor@example.org');
    const { db } = clinic.platform.identity;
    const actor = JSON.stringify({
      ...{ userId: await clinic.userId('chief@example.org'), mfa: true },
      organizationId: clinic.organizations[0],
    });
    const changed = async (set: string) =>
      await db.$transaction(async (tx) => {
        await tx.$executeRaw`select set_actor(${actor}::jsonb)`;
        return await tx.$executeRawUnsafe(
          `update security_alerts set ${set} where id = '${id}'::uuid`,
        );
      });
    await expect(changed(`severity = 'INFO'`)).rejects.toThrow(/23001|an alert is taken up/);
    await expect(changed(`user_id = null`)).rejects.toThrow(/23001|an alert is taken up/);
    const { rows } = await clinic.owner.query(
      'select severity from security_alerts where id = $1',
      [id],
    );
    expect(rows).toEqual([{ severity: 'HIGH' }]);
  });
});
