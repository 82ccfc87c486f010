import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from './clinic.ts';

const OFFICER = 'officer@example.org';
const PATIENT = 'self@example.org';

let clinic: Clinic;
let app: pg.Client;
let officer: string;
let doctor: string;
let patientId: string;
let incidentId: string;
let actor: object;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  officer = await clinic.staff(OFFICER, 'OWNER');
  patientId = await clinic.patient(doctor);
  actor = {
    ...{ userId: await clinic.userId(OFFICER), organizationId: clinic.organizations[0] },
    ...{ mfa: true, stepUp: true },
  };
  app = new pg.Client({ connectionString: clinic.platform.database.appUrl });
  await app.connect();
  await notifyOfBreach();
  await finishTheOthers();
});

afterAll(async () => {
  await app.end();
  await clinic.close();
});

/** Does something as the officer; answers the id of what was made. */
async function post(url: string, body: object, token = officer): Promise<string> {
  const answer = await clinic.as(token, 'POST', url, body);
  if (answer.status >= 300) throw new Error(`${url}: ${JSON.stringify(answer.body)}`);
  return String(answer.body['id']);
}

async function notifyOfBreach(): Promise<void> {
  incidentId = await post('/v1/breaches', {
    ...{ title: 'lost laptop', source: 'staff', cause: 'LOSS', affectedCount: 1 },
    ...{ discoveredAt: '2026-03-10T12:00:00Z', affectedByState: { CA: 1 } },
  });
  const url = `/v1/breaches/${incidentId}`;
  await post(`${url}/decision`, { decision: 'BREACH', reason: 'it was read' });
  await post(`${url}/individuals`, { patientIds: [patientId] });
  await post(`${url}/notices`, { audience: 'SECRETARY' });
  const { body } = await clinic.as(officer, 'GET', `${url}/notices`);
  const notices = body['items'] as { id: string; audience: string }[];
  const content = {
    whatHappened: 'A laptop was lost on 9 March 2026, which was found out on 10 March.',
    informationInvolved: ['name', 'appointments'],
    stepsToTake: 'Look at the letters of your insurer.',
    whatWeAreDoing: 'Disks are encrypted from now on.',
    contact: { tollFreePhone: '1-800-555-0100' },
  };
  const noticeIds = notices.map(({ id }) => id);
  const sent = { method: 'POSTAL', sentAt: '2026-04-01T12:00:00Z', content };
  await post(`${url}/notices/sent`, { noticeIds, ...sent });
  const toPatient = notices.filter(({ audience }) => audience === 'INDIVIDUAL').map(({ id }) => id);
  await post(`${url}/notices/returned`, {
    noticeIds: toPatient,
    returnedAt: '2026-04-09T12:00:00Z',
  });
  await post(`${url}/notices/substitute`, {
    ...{ noticeIds: toPatient, givenAt: '2026-04-10T12:00:00Z', method: 'TELEPHONE' },
  });
}

async function finishTheOthers(): Promise<void> {
  const chart = `/v1/patients/${patientId}`;
  const identityVerifiedAt = '2026-01-05T10:00:00Z';
  await post(`${chart}/disclosures`, {
    ...{ recipientName: 'Board of Health', description: 'one result', purpose: 'a report' },
    ...{ legalBasis: 'PUBLIC_HEALTH', purposeOfUse: 'PUBHLTH' },
  });
  const access = await post(`${chart}/access-requests`, { kind: 'ACCESS', identityVerifiedAt });
  await post(`${chart}/access-requests/${access}/answer`, { decision: 'FULFILLED' });
  const amendment = await post(`${chart}/amendment-requests`, {
    ...{ targetType: 'Patient', targetId: patientId, requestedChange: 'another name' },
  });
  const denial = { decision: 'DENIED', denialGround: 'ACCURATE_AND_COMPLETE' };
  await post(`${chart}/amendment-requests/${amendment}/answer`, denial);
  const privacy = await post(`${chart}/privacy-requests`, {
    ...{ kind: 'RESTRICTION', details: 'Not for the plan.', restrictedPurposes: ['HPAYMT'] },
  });
  await post(`${chart}/privacy-requests/${privacy}/answer`, { disposition: 'REFUSED' });
  await clinic.registered(PATIENT);
  await post(`${chart}/consents`, { provisions: [{ type: 'deny', purposes: ['HPAYMT'] }] });
  const why = { reasonCode: 'BTG', justification: 'unconscious, no relative can be reached' };
  const episode = await post(`${chart}/emergency-access`, why, doctor);
  await post(`/v1/emergency-accesses/${episode}/end`, {}, doctor);
  const found = { outcome: 'JUSTIFIED', reason: 'the record shows it' };
  await post(`/v1/emergency-accesses/${episode}/review`, found);
  const doctorId = await clinic.userId('doctor@example.org');
  const course = { userId: doctorId, course: 'privacy', version: '1' };
  await post(`/v1/trainings/${await post('/v1/trainings', course)}/complete`, { score: 90 });
  const agreement = await post('/v1/agreements', {
    ...{
      type: 'BAA',
      title: 'all services',
      version: '1',
      counterpartyId: clinic.organizations[1],
    },
    ...{ signedAt: '2026-01-01T00:00:00Z', effectiveFrom: '2026-01-01', phiPermitted: true },
  });
  await post(`/v1/agreements/${agreement}/terminate`, { reason: 'a breach was not mended' });
  const alerts = `insert into security_alerts (id, rule, severity, organization_id, user_id, dedupe_key)
    values (uuid_v7(), 'vip', 'HIGH', $1, $2, 'one') returning id`;
  const { rows } = await clinic.owner.query<{ id: string }>(alerts, [
    clinic.organizations[0],
    doctorId,
  ]);
  await post(`/v1/security-alerts/${rows[0]?.id ?? ''}/resolution`, {
    ...{ resolution: 'BENIGN', reason: 'covered for a colleague' },
  });
  // What no route makes yet.
  await clinic.owner.query(`
    insert into access_reviews (id, kind, period_start, period_end, scope, due_at, status, completed_at, reviewer_id, organization_id)
    values (uuid_v7(), 'ACCESS_RIGHTS', '2026-01-01', '2026-02-01', 'all', '2026-03-01', 'FULFILLED', now(), '${doctorId}',
      '${clinic.organizations[0]}');
    insert into risk_assessments (id, asset, threat, vulnerability, likelihood, impact, severity, treatment,
      residual_severity, owner_id, closed_at)
    values (uuid_v7(), 'laptops', 'loss', 'no encryption', 3, 4, 'HIGH', 'MITIGATE', 'LOW', '${doctorId}', now());
    insert into training_records (id, user_id, kind, sanction, decided_by_id)
    values (uuid_v7(), '${doctorId}', 'SANCTION', 'a warning', '${await clinic.userId(OFFICER)}');
    insert into retention_executions (id, policy_id, cutoff, finished_at)
    select uuid_v7(), id, '2020-01-01', now() from data_retention_policies limit 1;
    insert into legal_holds (id, name, matter, scope_type, scope_id, placed_by_id)
    values (uuid_v7(), 'a suit', '1:26-cv-1', 'Patient', '${patientId}', '${doctorId}')`);
  await post(`/v1/breaches/${incidentId}/close`, { reason: 'everybody was told' });
}

/** What may still be said of a row that is finished, in columns; `updated_at` always moves. */
const OPEN_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  access_reviews: [],
  audit_logs: [],
  breach_incidents: [],
  // Each is said once: see below.
  breach_notifications: ['returned_at', 'substitute_notice_at', 'substitute_method'],
  consent_grants: [],
  disclosures: ['suspended_until'],
  emergency_accesses: [],
  legal_agreements: [],
  legal_holds: [],
  patient_access_requests: [],
  patient_amendment_requests: ['disagreement', 'rebuttal'],
  // Its end is said once it was agreed to; this one was refused, which a check holds.
  patient_privacy_requests: ['effective_to', 'terminated_by'],
  patient_consents: ['copy_given_at', 'status', 'revoked_at', 'revoked_reason', 'version'],
  retention_executions: [],
  risk_assessments: [],
  security_alerts: [],
  training_records: [],
};
/** Triggers put back what they sign. */
const SIGNED = ['decided_by_id', 'reviewed_by_id'];

const TABLES = Object.keys(OPEN_COLUMNS);

interface Column {
  readonly name: string;
  readonly type: string;
  readonly kind: string;
}

async function columnsOf(table: string): Promise<Column[]> {
  const { rows } = await clinic.owner.query<Column>(
    `select attname as name, format_type(atttypid, null) as type, typtype::text || typcategory::text as kind
     from pg_attribute join pg_type on pg_type.oid = atttypid
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  return rows.filter(({ name }) => name !== 'updated_at');
}

/** Another value than the one a row has. */
function otherValue({ name, type, kind }: Column): string {
  if (kind.endsWith('A'))
    return `case when cardinality(${name}) = 0 then null else '{}'::${type} end`;
  if (kind.startsWith('e')) {
    const first = `(select min(v) from unnest(enum_range(null::${type})) as v where v is distinct from ${name})`;
    return first;
  }
  if (type === 'boolean') return `not coalesce(${name}, false)`;
  if (type === 'uuid') return 'gen_random_uuid()';
  if (type === 'jsonb') return `'{"told": "otherwise"}'`;
  if (type === 'bytea') return `'\\x00'::bytea`;
  if (type === 'inet') return `'192.0.2.77'`;
  if (kind.endsWith('N')) return `coalesce(${name}, 0) + 1`;
  if (kind.endsWith('D')) return `coalesce(${name}, '2026-01-01'::${type}) + interval '1 day'`;
  return `'told otherwise'`;
}

async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  const { rows } = await clinic.owner.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(each) as row from ${table} as each order by id`,
  );
  return rows.map(({ row }) => row);
}

/** Tries SQL as the application's role with the officer's identity; how many rows, or the SQLSTATE. */
async function tryAs(sql: string): Promise<number | string> {
  await app.query('begin');
  try {
    await app.query('select set_actor($1)', [JSON.stringify(actor)]);
    const { rowCount } = await app.query(sql);
    await app.query('commit');
    return rowCount ?? 0;
  } catch (error) {
    await app.query('rollback');
    return (error as { code?: string }).code ?? 'unknown';
  }
}

/** No row is reached, no right is held, or a trigger refuses. */
const REFUSALS: readonly (number | string)[] = [0, '42501', '23001'];

describe.each(TABLES)('%s: what is finished', (table) => {
  it('is there, and removed by no officer', async () => {
    const before = await rowsOf(table);
    expect(before).not.toEqual([]);
    expect(REFUSALS).toContain(await tryAs(`delete from ${table}`));
    expect(await tryAs(`truncate ${table} cascade`)).toBe('42501');
    expect(await rowsOf(table)).toEqual(before);
  });

  it('is told otherwise by no officer, in no column', async () => {
    const before = await rowsOf(table);
    const columns = await columnsOf(table);
    expect(columns.length).toBeGreaterThan(5);
    for (const column of columns) {
      if (OPEN_COLUMNS[table]?.includes(column.name) === true) continue;
      const set = `${column.name} = ${otherValue(column)}`;
      const answer = await tryAs(`update ${table} set ${set}`);
      if (!SIGNED.includes(column.name)) expect(REFUSALS, set).toContain(answer);
    }
    expect(await rowsOf(table)).toEqual(before);
  });
});

describe('a notice that was sent', () => {
  it('came back once, and one thing took its place', async () => {
    const before = await rowsOf('breach_notifications');
    for (const set of [
      ...['returned_at = now()', 'substitute_notice_at = now()', `substitute_method = 'EMAIL'`],
      'returned_at = null, substitute_notice_at = null, substitute_method = null',
    ])
      expect(
        await tryAs(`update breach_notifications set ${set} where audience = 'INDIVIDUAL'`),
      ).toBe('23001');
    expect(await rowsOf('breach_notifications')).toEqual(before);
  });
});

describe('an incident, as the database keeps it', () => {
  const seen = async (as: object) => {
    await app.query('begin');
    await app.query('select set_actor($1)', [JSON.stringify(as)]);
    const { rows } = await app.query<{ n: number }>(
      'select (select count(*) from breach_incidents)::int + (select count(*) from breach_notifications)::int as n',
    );
    await app.query('rollback');
    return rows[0]?.n;
  };

  it('is seen by the officers of its organisation alone', async () => {
    expect(await seen(actor)).toBe(3);
    const [, organizationId] = clinic.organizations;
    expect(await seen({ ...actor, organizationId })).toBe(0);
    await clinic.staff('far@example.org', 'OWNER', organizationId);
    const far = { userId: await clinic.userId('far@example.org'), mfa: true, stepUp: true };
    expect(await seen({ ...far, organizationId })).toBe(0);
    expect(await seen({ ...far, organizationId: clinic.organizations[0] })).toBe(0);
    const organization = { organizationId: clinic.organizations[0], mfa: true };
    expect(await seen({ userId: await clinic.userId('doctor@example.org'), ...organization })).toBe(
      0,
    );
    expect(await seen({})).toBe(0);
  });

  const opened = (organizationId: string, status = 'DETECTED') => `
    insert into breach_incidents (id, organization_id, title, source, cause, discovered_at, regimes, our_role,
      status, closed_at)
    values (uuid_v7(), '${organizationId}', 'x', 'x', 'LOSS', '2026-03-10', '{HIPAA}', 'COVERED_ENTITY',
      '${status}', ${status === 'CLOSED' ? 'now()' : 'null'})`;
  const planned = (sent: string) => `
    insert into breach_notifications (id, incident_id, audience, due_at, content, sent_at)
    values (uuid_v7(), '${incidentId}', 'SECRETARY', '2027-03-01', '{}', ${sent})`;

  it('is opened in the own organisation, and neither closed nor notified from the start', async () => {
    const [own, other] = clinic.organizations;
    expect(await tryAs(opened(other))).toBe('42501');
    expect(await tryAs(opened(own, 'CLOSED'))).toBe('42501');
    expect(await tryAs(planned('now()'))).toBe('42501');
    expect(await tryAs(opened(own))).toBe(1);
    const { rows } = await clinic.owner.query<{ id: string }>(
      `select id from breach_incidents where status = 'DETECTED'`,
    );
    const [{ id } = { id: '' }] = rows;
    const move = `update breach_incidents set organization_id = '${other}' where id = '${id}'`;
    expect(await tryAs(move)).toBe('23001');
    expect(await tryAs(`update breach_incidents set title = 'y' where id = '${id}'`)).toBe(1);
    expect(await tryAs(`delete from breach_incidents where id = '${id}'`)).toBe(0);
  });
});
