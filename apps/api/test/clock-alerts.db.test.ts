import { raiseClockAlerts } from '@holovitals/compliance';
import { createClient } from '@holovitals/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from './clinic.ts';

let clinic: Clinic;
let north: string;
let officer: string;
let far: string;

beforeAll(async () => {
  clinic = await openClinic();
  [north] = clinic.organizations;
  officer = await clinic.staff('officer@example.org', 'ADMIN');
  await clinic.staff('chief@example.org', 'OWNER');
  await clinic.staff('doctor@example.org', 'DOCTOR');
  far = await clinic.staff('far@example.org', 'ADMIN', clinic.organizations[1]);
});

afterAll(() => clinic.close());

beforeEach(async () => {
  await clinic.owner.query(
    `truncate security_alerts, breach_notifications, breach_incidents, patient_access_requests, notifications`,
  );
  await clinic.owner.query('delete from emergency_accesses');
  await clinic.owner.query('delete from access_reviews');
});

const at = (instant: string) => ({
  db: clinic.platform.identity.db,
  clock: () => new Date(instant),
});
const noonOf = async (day: string) => await raiseClockAlerts(at(`${day}T12:00:00Z`));

/** An incident whose individuals are to be told by 9 May 2024. */
async function addBreach(organizationId = north, count = 1): Promise<string> {
  const { rows } = await clinic.owner.query<{ id: string }>(
    `insert into breach_incidents (id, organization_id, title, source, cause, discovered_at, regimes,
       our_role, affected_count, updated_at)
     select uuid_v7(), $1, 'lost laptop', 'staff', 'LOSS', '2024-03-10T12:00:00Z', '{HIPAA}',
       'COVERED_ENTITY', 10, now() from generate_series(1, $2::int) returning id`,
    [organizationId, count],
  );
  return rows[0]?.id ?? '';
}

/** A request for access that is to be answered by 9 April 2024. */
async function addRequest(): Promise<string> {
  const { rows } = await clinic.owner.query<{ id: string }>(
    `with patient as (insert into patients (id, active, organization_id) values (uuid_v7(), true, $1) returning id)
     insert into patient_access_requests (id, organization_id, patient_id, kind, received_at, updated_at)
     select uuid_v7(), $1, id, 'ACCESS', '2024-03-10T12:00:00Z', now() from patient returning id`,
    [north],
  );
  return rows[0]?.id ?? '';
}

interface Alert {
  readonly severity: string;
  readonly resolution: string | null;
  readonly clock: { readonly name: string; readonly dueOn: string; readonly step: string };
}

async function alerts(): Promise<Alert[]> {
  const { rows } = await clinic.owner.query<Alert>(
    `select severity, resolution, evidence -> 'clock' as clock from security_alerts order by id`,
  );
  return rows;
}

const steps = async () => (await alerts()).map(({ clock }) => `${clock.name} ${clock.step}`);
const open = async () =>
  (await alerts()).filter(({ resolution }) => resolution === null).map(({ clock }) => clock.dueOn);

describe('the alerts of a clock', () => {
  it('are raised ten days, three and one before its last day and after it, each once', async () => {
    await addBreach();
    const raised = [];
    for (const day of ['04-28', '04-29', '04-30', '05-06', '05-08', '05-09', '05-10', '05-30']) {
      const { near, passed } = await noonOf(`2024-${day}`);
      if (near + passed > 0) raised.push(day);
    }
    expect(raised).toEqual(['04-29', '05-06', '05-08', '05-10']);
    expect(await alerts()).toMatchObject(
      [
        ['LOW', 'DAYS_10'],
        ['MEDIUM', 'DAYS_3'],
        ['HIGH', 'DAY_1'],
        ['CRITICAL', 'PASSED'],
      ].map(([severity, step]) => ({
        ...{ severity, resolution: null, clock: { name: 'INDIVIDUAL', dueOn: '2024-05-09', step } },
      })),
    );
    expect(await noonOf('2025-02-20')).toEqual({ near: 1, passed: 0 });
    expect((await steps()).at(-1)).toBe('SECRETARY DAYS_10');
  });

  it('follow the day of the place', async () => {
    const { rows } = await clinic.owner.query<{ id: string }>(
      `insert into organizations (id, name, kind, timezone, updated_at)
       values (uuid_v7(), 'East', 'PROVIDER', 'America/New_York', now()) returning id`,
    );
    await addBreach(rows[0]?.id);
    expect(await raiseClockAlerts(at('2024-04-29T03:59:00Z'))).toEqual({ near: 0, passed: 0 });
    expect(await raiseClockAlerts(at('2024-04-29T04:00:00Z'))).toEqual({ near: 1, passed: 0 });
    expect(await raiseClockAlerts(at('2024-05-10T03:59:00Z'))).toEqual({ near: 1, passed: 0 });
    expect(await raiseClockAlerts(at('2024-05-10T04:00:00Z'))).toEqual({ near: 0, passed: 1 });
  });

  it('are not made up for where nobody looked', async () => {
    await addBreach();
    expect(await noonOf('2024-05-07')).toEqual({ near: 1, passed: 0 });
    expect(await steps()).toEqual(['INDIVIDUAL DAYS_3']);
    expect(await noonOf('2024-06-01')).toEqual({ near: 0, passed: 1 });
  });

  it('are settled when the day moves, and begin anew', async () => {
    const id = await addBreach();
    await noonOf('2024-05-06');
    await clinic.owner.query(
      `update breach_incidents set hold_basis = 'WRITTEN', hold_stated_on = '2024-05-06',
         hold_until = '2024-05-20', hold_official = 'a detective' where id = $1`,
      [id],
    );
    expect(await noonOf('2024-05-07')).toEqual({ near: 0, passed: 0 });
    expect(await open()).toEqual([]);
    expect(await noonOf('2024-05-10')).toEqual({ near: 1, passed: 0 });
    expect(await open()).toEqual(['2024-05-20']);
  });

  it('end with what they tell of, and are not raised again when an officer resolved them', async () => {
    const id = await addBreach();
    await noonOf('2024-05-06');
    await clinic.owner.query(
      `update security_alerts set resolved_at = now(), resolution = 'BENIGN'`,
    );
    expect(await noonOf('2024-05-07')).toEqual({ near: 0, passed: 0 });
    await noonOf('2024-05-08');
    expect(await open()).toEqual(['2024-05-09']);
    await clinic.owner.query(
      `update breach_incidents set status = 'EXCEPTION_APPLIES', exception = 'NOT_RETAINED' where id = $1`,
      [id],
    );
    expect(await noonOf('2024-05-12')).toEqual({ near: 0, passed: 0 });
    expect((await alerts()).map(({ resolution }) => resolution)).toEqual(['BENIGN', 'MITIGATED']);
  });

  it('tell of requests of patients by the day that counts', async () => {
    const id = await addRequest();
    expect(await noonOf('2024-03-30')).toEqual({ near: 1, passed: 0 });
    await clinic.owner.query(
      `update patient_access_requests set status = 'EXTENDED', extended_at = '2024-04-05T12:00:00Z',
         extension_reason = 'off-site' where id = $1`,
      [id],
    );
    expect(await noonOf('2024-04-10')).toEqual({ near: 0, passed: 0 });
    expect(await noonOf('2024-05-10')).toEqual({ near: 0, passed: 1 });
    await clinic.owner.query(
      `update patient_access_requests set status = 'WITHDRAWN' where id = $1`,
      [id],
    );
    expect(await noonOf('2024-05-11')).toEqual({ near: 0, passed: 0 });
    expect(await open()).toEqual([]);
  });

  it('tell of the review of an emergency, on its last day and after it', async () => {
    const { rows } = await clinic.owner.query<{ id: string }>(
      `with patient as (insert into patients (id, active, organization_id) values (uuid_v7(), true, $1) returning id)
       insert into emergency_accesses (id, user_id, patient_id, reason_code, justification, started_at,
         expires_at, review_due_at)
       select uuid_v7(), $2, id, 'BTG', 'found unconscious', '2024-05-01T12:00:00Z',
         '2024-05-01T13:00:00Z', '2024-05-04T12:00:00Z' from patient returning id`,
      [north, await clinic.userId('doctor@example.org')],
    );
    const raised = [];
    for (const day of ['05-01', '05-02', '05-03', '05-04', '05-05', '05-06']) {
      const { near, passed } = await noonOf(`2024-${day}`);
      if (near + passed > 0) raised.push(day);
    }
    expect(raised).toEqual(['05-03', '05-05']);
    expect(await steps()).toEqual(['BTG DAY_1', 'BTG PASSED']);
    const mails = await clinic.receive();
    const receivers = mails.map((mail) => /^To: (\S+)/m.exec(mail)?.[1]);
    expect(new Set(receivers)).toEqual(new Set(['chief@example.org', 'officer@example.org']));
    await clinic.owner.query(
      `update emergency_accesses set reviewed_at = now(), review_outcome = 'JUSTIFIED',
         reviewed_by_id = $2 where id = $1`,
      [rows[0]?.id, await clinic.userId('officer@example.org')],
    );
    expect(await noonOf('2024-05-07')).toEqual({ near: 0, passed: 0 });
    expect(await open()).toEqual([]);
  });

  it.each([
    ['an organisation', () => north],
    ['the platform', () => null],
  ])('tell of the reviews of %s, each step once, also when it was resolved', async (_of, whose) => {
    const { rows } = await clinic.owner.query<{ id: string }>(
      `insert into access_reviews (id, kind, organization_id, period_start, period_end, scope, due_at, updated_at)
       values (uuid_v7(), 'ACCESS_RIGHTS', $1, '2024-01-01', '2024-03-31', 'every role', '2024-05-09', now())
       returning id`,
      [whose()],
    );
    expect(await noonOf('2024-04-28')).toEqual({ near: 0, passed: 0 });
    expect(await noonOf('2024-04-29')).toEqual({ near: 1, passed: 0 });
    await clinic.owner.query(
      `update security_alerts set resolved_at = now(), resolution = 'BENIGN'`,
    );
    expect(await noonOf('2024-04-30')).toEqual({ near: 0, passed: 0 });
    expect(await noonOf('2024-05-10')).toEqual({ near: 0, passed: 1 });
    expect(await steps()).toEqual(['ACCESS_RIGHTS DAYS_10', 'ACCESS_RIGHTS PASSED']);
    await clinic.owner.query(
      `update access_reviews set status = 'FULFILLED', completed_at = now(), reviewer_id = $2 where id = $1`,
      [rows[0]?.id, await clinic.userId('officer@example.org')],
    );
    expect(await noonOf('2024-05-11')).toEqual({ near: 0, passed: 0 });
    expect(await open()).toEqual([]);
  });

  it('are mailed to the officers of the organisation, without a word of whom they are about', async () => {
    await addBreach();
    await addRequest();
    await noonOf('2024-05-06');
    const mails = await clinic.receive();
    const receivers = mails.map((mail) => /^To: (\S+)/m.exec(mail)?.[1]);
    expect(receivers.sort()).toEqual([
      ...['chief@example.org', 'chief@example.org'],
      ...['officer@example.org', 'officer@example.org'],
    ]);
    expect(mails.join()).toContain('Subject: Legal time limits: 1 end soon, 0 have passed');
    expect(mails.join()).toContain('Subject: Legal time limits: 0 end soon, 1 have passed');
    expect(mails.join()).not.toContain('laptop');
  });

  it('are read, taken up and resolved by the officers of the organisation', async () => {
    const resourceId = await addBreach();
    await noonOf('2024-05-06');
    const list = async (token: string) =>
      await clinic.as(token, 'GET', '/v1/security-alerts?rule=legal-clock-near');
    expect((await list(far)).body['items']).toEqual([]);
    const { body } = await list(officer);
    expect(body['items']).toMatchObject([
      {
        ...{ severity: 'MEDIUM', incidentId: resourceId, patientId: null, userId: null },
        evidence: {
          clock: {
            ...{ resourceType: 'BreachIncident', resourceId, name: 'INDIVIDUAL' },
            ...{ dueOn: '2024-05-09', step: 'DAYS_3' },
          },
        },
      },
    ]);
    const [{ id } = { id: '' }] = body['items'] as { id: string }[];
    const act = async (token: string, what: string, given: object = {}) =>
      (await clinic.as(token, 'POST', `/v1/security-alerts/${id}/${what}`, given)).status;
    expect(await act(far, 'take')).toBe(404);
    expect(await act(officer, 'take')).toBe(200);
    expect(await act(officer, 'resolution', { resolution: 'BENIGN', reason: 'seen' })).toBe(200);
    expect(await noonOf('2024-05-07')).toEqual({ near: 0, passed: 0 });
  });

  it('are many in batches, with a mail for each batch', async () => {
    await addBreach(north, 1200);
    expect(await noonOf('2024-05-01')).toEqual({ near: 1200, passed: 0 });
    expect(new Set((await clinic.receive()).map((mail) => /^To: (\S+)/m.exec(mail)?.[1]))).toEqual(
      new Set(['chief@example.org', 'officer@example.org']),
    );
    expect(await noonOf('2024-05-01')).toEqual({ near: 0, passed: 0 });
  });

  it('are raised once by many workers at once, and mailed once', async () => {
    await addBreach(north, 30);
    const { database, keys } = clinic.platform;
    const others = [1, 2, 3].map(() =>
      createClient({ url: database.appUrl, encryptionKey: keys.ENCRYPTION_KEY }),
    );
    try {
      const clients = [clinic.platform.identity.db, ...others];
      for (const day of ['05-01', '05-06', '05-08', '05-10']) {
        const clock = () => new Date(`2024-${day}T12:00:00Z`);
        await Promise.all(
          clients.flatMap((db) => [
            raiseClockAlerts({ db, clock }),
            raiseClockAlerts({ db, clock }),
          ]),
        );
      }
    } finally {
      await Promise.all(others.map((db) => db.$disconnect()));
    }
    const { rows } = await clinic.owner.query<{ alerts: number; keys: number }>(
      `select count(*)::int as alerts, count(distinct dedupe_key)::int as keys from security_alerts`,
    );
    expect(rows).toEqual([{ alerts: 120, keys: 120 }]);
    expect(await clinic.receive()).toHaveLength(4 * 2);
  });

  it('are undone with who dies before the end, and raised by the next', async () => {
    await addBreach();
    const { owner } = clinic;
    const { db } = clinic.platform.identity;
    const dying = db.$transaction(async (tx) => {
      await tx.$queryRaw`select count(*) from raise_clock_alerts('2024-05-06T12:00:00Z', 10)`;
      expect(await noonOf('2024-05-06')).toEqual({ near: 0, passed: 0 });
      const [backend] = await tx.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`;
      await owner.query('select pg_terminate_backend($1)', [backend?.pid]);
      await tx.$queryRaw`select 1`;
    });
    await expect(dying).rejects.toThrow();
    expect(await alerts()).toEqual([]);
    expect(await noonOf('2024-05-06')).toEqual({ near: 1, passed: 0 });
    expect(await noonOf('2024-05-06')).toEqual({ near: 0, passed: 0 });
  });

  it('are nothing where nothing runs', async () => {
    expect(await noonOf('2024-05-06')).toEqual({ near: 0, passed: 0 });
  });
});
