import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from './clinic.ts';

const OFFICER = 'officer@example.org';
const PATIENT = 'self@example.org';

let clinic: Clinic;
let officer: string;
let officerId: string;
let anotherId: string;
let patientId: string;

beforeAll(async () => {
  clinic = await openClinic();
  const doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  officer = await clinic.staff(OFFICER, 'ADMIN');
  await clinic.registered(PATIENT);
  patientId = await clinic.patient(doctor);
  await clinic.as(doctor, 'POST', `/v1/patients/${patientId}/account`, { email: PATIENT });
  officerId = await clinic.userId(OFFICER);
  anotherId = await clinic.userId('doctor@example.org');
});

afterAll(() => clinic.close());

/** Runs SQL as the application's role, with the identity of an account; answers how many rows it reached. */
async function as(email: string, sql: string): Promise<number> {
  const actor = {
    ...{ userId: await clinic.userId(email), organizationId: clinic.organizations[0], mfa: true },
  };
  return await clinic.platform.identity.db.$transaction(async (tx) => {
    await tx.$executeRaw`select set_actor(${JSON.stringify(actor)}::jsonb)`;
    return await tx.$executeRawUnsafe(sql);
  });
}

type Columns = Readonly<Record<string, string>>;

const quoted = (value: string) => `'${value}'`;

/** What each table's row says when it is filed. */
const ASKED: Readonly<Record<string, Columns>> = {
  patient_access_requests: { kind: quoted('ACCESS') },
  patient_amendment_requests: {
    ...{
      target_type: quoted('Patient'),
      target_id: 'patient_id',
      requested_change: quoted('hv1.'),
    },
  },
  patient_privacy_requests: {
    ...{ kind: quoted('RESTRICTION'), details: quoted('hv1.') },
    restricted_purposes: `'{HPAYMT}'::purpose_of_use[]`,
  },
};

/** Files a request by SQL, as its patient or as an officer who got it on paper. */
async function file(email: string, table: string, says: Columns = {}): Promise<string> {
  const id = crypto.randomUUID();
  const columns = { ...ASKED[table], ...says };
  const asker = email === PATIENT ? quoted(await clinic.userId(email)) : 'null';
  await as(
    email,
    `insert into ${table}
       (id, patient_id, organization_id, requested_by_id, ${Object.keys(columns).join(', ')})
     select ${quoted(id)}, patient_id, ${quoted(clinic.organizations[0])}, ${asker},
       ${Object.values(columns).join(', ')}
     from (values (${quoted(patientId)}::uuid)) as given (patient_id)`,
  );
  return id;
}

const change = async (email: string, table: string, id: string, columns: string) =>
  await as(email, `update ${table} set ${columns} where id = ${quoted(id)}`);

async function rowOf(table: string, id: string): Promise<Record<string, unknown>> {
  const { rows } = await clinic.owner.query<Record<string, unknown>>(
    `select * from ${table} where id = $1`,
    [id],
  );
  return rows[0] ?? {};
}

describe('a request that is filed past the use cases', () => {
  it.each(Object.keys(ASKED))('is taken as it is asked for: %s', async (table) => {
    for (const email of [PATIENT, OFFICER])
      expect(await rowOf(table, await file(email, table))).toMatchObject({ status: 'RECEIVED' });
  });

  const by = quoted('018f0000-0000-7000-8000-0000000000f1');
  const refused: [table: string, says: Columns][] = [
    [
      'patient_access_requests',
      { status: quoted('FULFILLED'), fulfilled_at: 'now()', identity_verified_at: 'now()' },
    ],
    [
      'patient_access_requests',
      { status: quoted('DENIED'), denial_ground: quoted('LITIGATION'), reviewable: 'false' },
    ],
    ['patient_access_requests', { status: quoted('WITHDRAWN') }],
    ['patient_access_requests', { status: quoted('IN_PROGRESS') }],
    ['patient_access_requests', { fulfilled_at: 'now()' }],
    ['patient_access_requests', { extended_at: 'now()', extension_reason: quoted('x') }],
    ['patient_access_requests', { denial_ground: quoted('LITIGATION'), reviewable: 'true' }],
    ['patient_access_requests', { decided_by_id: by }],
    ['patient_access_requests', { reviewed_by_id: by }],
    ['patient_access_requests', { bundle_file_id: by }],
    ['patient_access_requests', { fee_cents: '500' }],
    ['patient_amendment_requests', { status: quoted('FULFILLED'), applied_at: 'now()' }],
    ['patient_amendment_requests', { status: quoted('WITHDRAWN') }],
    ['patient_amendment_requests', { applied_at: 'now()' }],
    ['patient_amendment_requests', { extended_at: 'now()', extension_reason: quoted('x') }],
    ['patient_amendment_requests', { denial_ground: quoted('NOT_CREATED_HERE') }],
    ['patient_amendment_requests', { decided_by_id: by }],
    ['patient_amendment_requests', { informed_persons: `'[{"name": "x"}]'` }],
    [
      'patient_privacy_requests',
      {
        ...{ status: quoted('FULFILLED'), disposition: quoted('AGREED') },
        ...{ decided_at: 'now()', effective_from: 'now()' },
      },
    ],
    ['patient_privacy_requests', { status: quoted('WITHDRAWN') }],
    ['patient_privacy_requests', { decided_at: 'now()', disposition: quoted('REFUSED') }],
    ['patient_privacy_requests', { decided_by_id: by }],
    ['patient_privacy_requests', { effective_from: 'now()' }],
    ['patient_privacy_requests', { effective_to: 'now()' }],
    [
      'patient_privacy_requests',
      { effective_to: 'now()', terminated_by: quoted('PATIENT_WRITTEN') },
    ],
  ];

  it.each(refused.map(([table, says]) => ({ table, says, told: Object.keys(says).join(', ') })))(
    'is refused where it says how it went on: $table with $told',
    async ({ table, says }) => {
      for (const email of [PATIENT, OFFICER])
        await expect(file(email, table, says)).rejects.toThrow(/42501|row-level security/);
    },
  );
});

describe('who decided a request', () => {
  const access = 'patient_access_requests';

  it.each([
    [access, `status = 'DENIED', denial_ground = 'LITIGATION', reviewable = false`],
    [
      'patient_amendment_requests',
      `status = 'DENIED', denial_ground = 'ACCURATE_AND_COMPLETE', applied_at = null`,
    ],
    ['patient_privacy_requests', `status = 'DENIED', disposition = 'REFUSED', decided_at = now()`],
  ])('is signed by the database, whoever is said to: %s', async (table, denied) => {
    const id = await file(PATIENT, table);
    const signed = async () => (await rowOf(table, id))['decided_by_id'];
    expect(await change(OFFICER, table, id, `decided_by_id = '${anotherId}'`)).toBe(1);
    expect(await signed()).toBeNull();
    expect(await change(OFFICER, table, id, `${denied}, decided_by_id = '${anotherId}'`)).toBe(1);
    expect(await signed()).toBe(officerId);
    for (const value of ['null', quoted(anotherId)]) {
      expect(await change(OFFICER, table, id, `decided_by_id = ${value}`)).toBe(1);
      expect(await signed()).toBe(officerId);
    }
  });

  it('is not who reviews the denial, whoever is said to', async () => {
    const id = await file(PATIENT, access);
    const deny = `status = 'DENIED', denial_ground = 'HARMS_ANOTHER', reviewable = true`;
    const reviewed = `reviewed_by_id = '${anotherId}'`;
    await expect(change(OFFICER, access, id, `${deny}, ${reviewed}`)).rejects.toThrow(/23001/);
    expect(await change(OFFICER, access, id, deny)).toBe(1);
    expect(await change(PATIENT, access, id, `status = 'UNDER_REVIEW'`)).toBe(1);
    await expect(change(OFFICER, access, id, `status = 'DENIED'`)).rejects.toThrow(
      /23514|reviewer_is_another/,
    );
    await expect(
      clinic.owner.query(`update ${access} set reviewed_by_id = decided_by_id where id = $1`, [id]),
    ).rejects.toThrow(/reviewer_is_another/);
    expect(await rowOf(access, id)).toMatchObject({
      ...{ decided_by_id: officerId, reviewed_by_id: null },
    });
  });
});

describe('a request for privacy', () => {
  it('is not agreed to by the patient, nor changed by an officer', async () => {
    const table = 'patient_privacy_requests';
    const filed = await clinic.as(officer, 'POST', `/v1/patients/${patientId}/privacy-requests`, {
      ...{ kind: 'RESTRICTION', details: 'Not for the plan.', restrictedPurposes: ['HPAYMT'] },
    });
    const id = String(filed.body['id']);
    const agree = `status = 'FULFILLED', disposition = 'AGREED', decided_at = now(), effective_from = now()`;
    await expect(change(PATIENT, table, id, agree)).rejects.toThrow(/23001|own acts/);
    await expect(change(OFFICER, table, id, `details = 'hv1.'`)).rejects.toThrow(/23001|own acts/);
    expect(await change('doctor@example.org', table, id, agree)).toBe(0);
    expect(await change(OFFICER, table, id, agree)).toBe(1);
  });
});
