import { PASSWORD } from '../accounts.ts';
import { openIdentityProvider, type IdentityProvider } from '../identity-provider.ts';
import { exampleOf } from '../record-examples.ts';
import type { MatrixCaller, MatrixClinic } from './callers.ts';
import type { Twin } from './twin.ts';

/** What is sent where the route's own address and an empty body are not enough. */
export interface MatrixRequest {
  /** Replaces what stands in braces in the route. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: object | undefined;
  readonly headers?: Record<string, string>;
  /** Sends it in place of the caller's own. */
  readonly token?: string | undefined;
  /** Puts back what the request, or the preparation for it, changed. */
  readonly undo?: (isDone: boolean) => Promise<unknown>;
}

type Prepare = (
  clinic: MatrixClinic,
  caller: MatrixCaller,
  name: string,
) => Promise<MatrixRequest> | MatrixRequest;

const UNKNOWN_TOKEN = `hvc_${'x'.repeat(43)}`;
const OTHER_PASSWORD = 'Another-Horse-8-Battery';

const COURSE = { course: 'HIPAA basics', version: '2026' };
const AGREEMENT = {
  ...{ type: 'POLICY', title: 'Clean desks', version: '1', effectiveFrom: '2026-01-01' },
};

const BREACH = {
  ...{ title: 'lost laptop', source: 'staff', cause: 'LOSS' },
  discoveredAt: '2026-01-01T12:00:00Z',
};

/** An account of the organisation in which staff of the tables acts. */
const account =
  (status: string): Prepare =>
  async ({ owner, organizations }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into users (id, email, status, organization_id, updated_at)
       values (uuid_v7(), uuid_v7() || '@example.org', $1::user_status, $2, now()) returning id`,
      [status, organizations[0]],
    );
    return { path: { id: rows[0]?.id ?? '' }, body: { reason: 'left' } };
  };

/** An alert of the organisation in which staff of the tables acts, about somebody else. */
const alert =
  (body: object): Prepare =>
  async ({ owner, organizations }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into security_alerts (id, rule, severity, organization_id, dedupe_key)
       values (uuid_v7(), 'vip', 'HIGH', $1, uuid_v7()::text) returning id`,
      [organizations[0]],
    );
    return { path: { id: rows[0]?.id ?? '' }, body };
  };

/** An incident of the organisation in which staff of the tables acts. */
const incident =
  (body: object, status = 'DETECTED'): Prepare =>
  async ({ owner, organizations }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into breach_incidents (id, organization_id, title, source, cause, discovered_at, regimes,
         our_role, status, exception, updated_at)
       values (uuid_v7(), $1, 'lost laptop', 'staff', 'LOSS', '2026-01-01', '{HIPAA}', 'COVERED_ENTITY',
         $2, $3, now())
       returning id`,
      [organizations[0], status, status === 'EXCEPTION_APPLIES' ? 'NOT_RETAINED' : null],
    );
    return { path: { id: rows[0]?.id ?? '' }, body };
  };

/** The notice of a breach to the caller's patient, which waits, was sent, or came back. */
const notice =
  (state: 'waits' | 'sent' | 'returned', body: object): Prepare =>
  async (clinic, caller, name) => {
    const { path } = await incident({}, 'CONFIRMED')(clinic, caller, name);
    const { rows } = await clinic.owner.query<{ id: string }>(
      `insert into breach_notifications (id, incident_id, audience, patient_id, due_at, sent_at, returned_at,
         content, updated_at)
       values (uuid_v7(), $1, $2, $3, '2026-03-02', $4, $5, '{}', now()) returning id`,
      [
        path?.['id'],
        ...(state === 'waits' ? ['SECRETARY', null] : ['INDIVIDUAL', caller.patientId]),
        state === 'waits' ? null : '2026-01-05',
        state === 'returned' ? '2026-01-07' : null,
      ],
    );
    return { ...(path && { path }), body: { noticeIds: [rows[0]?.id], ...body } };
  };

/** For one list of the record: how each of its routes is asked for. */
export function listRequests(list: string): Record<string, Prepare> {
  const address = `/v1/patients/{id}/${list}`;
  const change = (fields: object): Prepare => {
    return async (clinic, caller, name) => ({
      path: { recordId: await clinic.record(name, list) },
      body: { reason: 'typing error', ...fields },
      undo: (isDone) => Promise.resolve(isDone && caller.open.delete(list)),
    });
  };
  return {
    [`POST ${address}`]: async ({ owner }, { patientId, token }) => ({
      body: await exampleOf(owner, list, patientId, token),
    }),
    [`GET ${address}/{recordId}`]: async (clinic, _caller, name) => ({
      path: { recordId: await clinic.record(name, list) },
    }),
    [`POST ${address}/{recordId}/corrections`]: change({ note: 'better' }),
    [`POST ${address}/{recordId}/entered-in-error`]: change({}),
  };
}

/** As an account of its own, since the act spoils the one that does it. */
const asTwin =
  (
    prepare: (clinic: MatrixClinic, twin: Twin) => Promise<MatrixRequest> | MatrixRequest,
  ): Prepare =>
  async (clinic, caller) => {
    const isPerson = caller.token?.startsWith('hvs_') === true;
    const source = isPerson ? caller : (clinic.callers.get('stranger') as MatrixCaller);
    const twin = await clinic.twin(source);
    return { token: isPerson ? twin.token : caller.token, ...(await prepare(clinic, twin)) };
  };

const UNKNOWN_PASSKEY = {
  ...{ id: 'x'.repeat(43), rawId: 'x'.repeat(43), type: 'public-key' },
  response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' },
};

async function addFactor({ owner }: MatrixClinic, userId: string): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(
    `insert into user_2fas (id, user_id, method, credential_id, public_key, updated_at)
     values (uuid_v7(), $1, 'WEBAUTHN', uuid_send(gen_random_uuid()), 'key', now()) returning id`,
    [userId],
  );
  return rows[0]?.id ?? '';
}

const UNKNOWN_ID = '018f0000-0000-7000-8000-00000000000a';
let provider: Promise<IdentityProvider> | undefined;

/** One provider for all requests; it ends with the process. */
function testProvider(): Promise<IdentityProvider> {
  provider ??= openIdentityProvider();
  return provider;
}

/** The organisation of the first callers has an identity provider. */
function withProvider() {
  return async ({ owner, organizations: [id] }: MatrixClinic): Promise<MatrixRequest> => {
    await owner.query(
      `update organizations set oidc_issuer = 'https://login.example', client_id = 'matrix',
       client_secret_ciphertext = null where id = $1`,
      [id],
    );
    return { path: { id } };
  };
}

/** Rows of patients' requests, which an officer files as they come on paper; each is answered as told. */
const FILED = {
  access: { kind: 'ACCESS' },
  amendment: { targetType: 'Patient', requestedChange: 'another name' },
  privacy: { kind: 'RESTRICTION', details: 'nobody', restrictedPurposes: ['HMARKT'] },
} as const;
const DENIED = {
  access: { decision: 'DENIED', denialGround: 'HARMS_ANOTHER' },
  amendment: { decision: 'DENIED', denialGround: 'ACCURATE_AND_COMPLETE' },
  privacy: { disposition: 'AGREED' },
} as const;

const filing = (kind: keyof typeof FILED, patientId: string) => ({
  ...FILED[kind],
  ...(kind === 'amendment' && { targetId: patientId }),
});

/** Asks for an act on a request that came on paper, after it was denied, and after other acts on it. */
const onRequest =
  (
    kind: keyof typeof FILED,
    body?: object,
    isDenied = false,
    before: Readonly<Record<string, object>> = {},
  ): Prepare =>
  async (clinic, { patientId }) => {
    const { token = '' } = clinic.callers.get('admin') as MatrixCaller;
    const address = `/v1/patients/${patientId}/${kind}-requests`;
    const asked = filing(kind, patientId);
    const proven = kind === 'access' && { identityVerifiedAt: '2026-01-01T00:00:00Z' };
    const filed = await clinic.as(token, 'POST', address, { ...asked, ...proven });
    const partId = filed.status === 201 ? String(filed.body['id']) : crypto.randomUUID();
    const acts = { ...(isDenied && { answer: DENIED[kind] }), ...before };
    for (const [act, sent] of Object.entries(acts))
      await clinic.as(token, 'POST', `${address}/${partId}/${act}`, sent);
    return { path: { partId }, ...(body !== undefined && { body }) };
  };

const unfile = (clinic: MatrixClinic, kind: keyof typeof FILED, patientId: string) =>
  clinic.owner.query(`delete from patient_${kind}_requests where patient_id = $1`, [patientId]);

const fileOne =
  (kind: keyof typeof FILED): Prepare =>
  (clinic, { patientId }) => ({
    body: filing(kind, patientId),
    undo: (isDone) => (isDone ? unfile(clinic, kind, patientId) : Promise.resolve()),
  });

/** The bytes are of no matter here: any will do. */
const fileOfCaller: Prepare = async (clinic, _caller, name) => ({
  path: { fileId: await clinic.file(name) },
});

const statement = { statement: 'it is not so' };

const member = { relationshipCode: 'FRND', name: 'A Friend' };

/** How the other routes are asked for; those that are not here need nothing. */
export const REQUESTS: Readonly<Record<string, Prepare>> = {
  'POST /v1/auth/register': () => ({
    body: { email: `${crypto.randomUUID()}@example.org`, password: PASSWORD },
  }),
  'POST /v1/auth/verify-email': () => ({ body: { token: UNKNOWN_TOKEN, password: PASSWORD } }),
  'POST /v1/auth/invitations/accept': () => ({
    body: { token: UNKNOWN_TOKEN, password: PASSWORD },
  }),
  'POST /v1/auth/login': () => ({ body: { email: 'stranger@example.org', password: PASSWORD } }),
  'POST /v1/auth/login/factor': asTwin(() => ({ body: { method: 'TOTP', code: '000000' } })),
  'POST /v1/auth/factor-code': asTwin(async ({ owner }, { userId }) => {
    await owner.query(
      `insert into user_2fas (id, user_id, method, verified_at, updated_at)
       values (uuid_v7(), $1, 'EMAIL', now(), now())`,
      [userId],
    );
    return { body: {} };
  }),
  'POST /v1/auth/refresh': asTwin((_clinic, { refreshToken }) => ({ body: { refreshToken } })),
  'POST /v1/auth/logout': asTwin(() => ({})),
  'POST /v1/auth/password/forgot': () => ({ body: { email: 'stranger@example.org' } }),
  'POST /v1/auth/password/reset': () => ({
    body: { token: UNKNOWN_TOKEN, newPassword: OTHER_PASSWORD },
  }),
  'POST /v1/auth/step-up': asTwin(() => ({ body: { password: PASSWORD } })),
  'DELETE /v1/me/sessions/{id}': asTwin((_clinic, { sessionId }) => ({ path: { id: sessionId } })),
  'POST /v1/me/password': asTwin(() => ({
    body: { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD },
  })),
  'POST /v1/me/factors/totp': asTwin(() => ({ body: {} })),
  'POST /v1/me/factors/totp/confirm': asTwin(() => ({ body: { code: '000000' } })),
  'POST /v1/me/factors/email': asTwin(() => ({})),
  'POST /v1/me/factors/email/confirm': asTwin(() => ({ body: { code: '000000' } })),
  'POST /v1/me/factors/sms': asTwin(() => ({ body: { phone: '+15550100' } })),
  'POST /v1/me/factors/sms/confirm': asTwin(() => ({ body: { code: '000000' } })),
  'POST /v1/me/factors/recovery-codes': asTwin(() => ({})),
  'POST /v1/auth/passkey/options': () => ({ body: {} }),
  'POST /v1/auth/passkey': () => ({ body: UNKNOWN_PASSKEY }),
  'POST /v1/auth/openid': () => ({
    body: { organizationId: UNKNOWN_ID, redirectUri: 'http://localhost:3000/back' },
  }),
  'POST /v1/auth/openid/finish': () => ({ body: { flow: 'x', query: 'code=x&state=x' } }),
  'POST /v1/auth/openid/logout': () => ({ body: { logout_token: 'x' } }),
  'POST /v1/auth/step-up/openid': () => ({
    body: { redirectUri: 'http://localhost:3000/back' },
  }),
  'POST /v1/auth/step-up/openid/finish': () => ({ body: { flow: 'x', query: 'code=x&state=x' } }),
  'GET /v1/organizations/{id}/identity-provider': withProvider(),
  'PUT /v1/organizations/{id}/identity-provider': async (clinic) => {
    const { issuer } = await testProvider();
    const body = { issuer, clientId: 'matrix', clientSecret: 'secret' };
    return { ...(await withProvider()(clinic)), body };
  },
  'DELETE /v1/organizations/{id}/identity-provider': withProvider(),
  'POST /v1/me/passkeys/options': asTwin(() => ({ body: {} })),
  'POST /v1/me/passkeys': asTwin(() => ({
    body: {
      credential: {
        ...UNKNOWN_PASSKEY,
        response: { ...UNKNOWN_PASSKEY.response, attestationObject: 'oA' },
      },
    },
  })),
  'PATCH /v1/me/factors/{id}': asTwin(async (clinic, { userId }) => ({
    path: { id: await addFactor(clinic, userId) },
    body: { label: 'key' },
  })),
  'DELETE /v1/me/factors/{id}': asTwin(async (clinic, { userId }) => ({
    path: { id: await addFactor(clinic, userId) },
  })),
  'POST /v1/me/api-keys': asTwin(() => ({ body: { name: 'test', scopes: ['READ_PHI'] } })),
  'DELETE /v1/me/api-keys/{id}': asTwin(async ({ owner }, { userId }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into api_keys (id, name, owner_user_id, key_prefix, key_hash, expires_at)
       values (uuid_v7(), 'test', $1, 'hvk_' || right(md5(uuid_v7()::text), 12), sha256(uuid_send(uuid_v7())), now() + interval '1 day') returning id`,
      [userId],
    );
    return { path: { id: rows[0]?.id ?? '' } };
  }),
  'POST /v1/users/invitations': () => ({
    body: { email: `${crypto.randomUUID()}@example.org`, role: 'DOCTOR' },
  }),
  'POST /v1/users/{id}/suspend': account('ACTIVE'),
  'POST /v1/users/{id}/reinstate': account('SUSPENDED'),
  'POST /v1/patients/{id}/files': () => ({ body: {} }),
  'GET /v1/patients/{id}/files/{fileId}': fileOfCaller,
  'GET /v1/patients/{id}/files/{fileId}/content': fileOfCaller,
  'POST /v1/patients': () => ({ body: { family: 'Matrixcanary' } }),
  'POST /v1/patients/search': () => ({ body: { name: 'matrixcanary' } }),
  'PATCH /v1/patients/{id}': async ({ owner }, { patientId }) => {
    const { rows } = await owner.query<{ version: number }>(
      'select version from patients where id = $1',
      [patientId],
    );
    return { body: { gender: 'other' }, headers: { 'if-match': `"${rows[0]?.version}"` } };
  },
  'POST /v1/patients/{id}/merge': async (clinic, { patientId }, name) => ({
    body: { intoId: await clinic.again(name), reason: 'one person' },
    undo: () => part(clinic, patientId),
  }),
  'POST /v1/patients/{id}/unmerge': async (clinic, { patientId }, name) => {
    await clinic.owner.query(
      'update patients set merged_into_id = $2, merged_at = now(), active = false where id = $1',
      [patientId, await clinic.again(name)],
    );
    return { body: { reason: 'two persons' }, undo: () => part(clinic, patientId) };
  },
  'POST /v1/patients/{id}/account': async (clinic, { patientId }) => {
    const email = `${(await clinic.twin(clinic.callers.get('stranger') as MatrixCaller)).userId}@example.org`;
    const { rows } = await clinic.owner.query<{ user_id: string | null }>(
      'select user_id from patients where id = $1',
      [patientId],
    );
    return {
      body: { email },
      undo: () =>
        clinic.owner.query('update patients set user_id = $2 where id = $1', [
          patientId,
          rows[0]?.user_id ?? null,
        ]),
    };
  },
  'POST /v1/patients/{id}/identifiers': () => ({
    body: { system: 'urn:oid:1.2.3', value: crypto.randomUUID() },
  }),
  'POST /v1/patients/{id}/identifiers/{partId}/end': async ({ owner }, { patientId }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into patient_identifiers (id, patient_id, system, value_ciphertext, value_blind_index, updated_at)
       values (uuid_v7(), $1, 'urn:oid:1.2.3', 'hv1.', gen_random_uuid()::text, now()) returning id`,
      [patientId],
    );
    return { path: { partId: rows[0]?.id ?? '' } };
  },
  'POST /v1/patients/{id}/relationships': () => ({ body: member }),
  'POST /v1/patients/{id}/relationships/{partId}/revoke': async ({ owner }, { patientId }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into patient_relationships (id, patient_id, relationship_code, name_ciphertext, updated_at)
       values (uuid_v7(), $1, 'FRND', 'hv1.', now()) returning id`,
      [patientId],
    );
    return { path: { partId: rows[0]?.id ?? '' } };
  },
  'POST /v1/patients/{id}/care-team': async (clinic) => ({
    body: {
      userId: (await clinic.twin(clinic.callers.get('stranger') as MatrixCaller)).userId,
      role: '17561000',
    },
  }),
  'POST /v1/patients/{id}/care-team/{partId}/end': async (clinic, { patientId }) => {
    const { userId } = await clinic.twin(clinic.callers.get('stranger') as MatrixCaller);
    const { rows } = await clinic.owner.query<{ id: string }>(
      `insert into care_team_members (id, patient_id, user_id, role, source, updated_at)
       values (uuid_v7(), $1, $2, '17561000', 'CLINICIAN_ENTERED', now()) returning id`,
      [patientId, userId],
    );
    return { path: { partId: rows[0]?.id ?? '' }, body: { reason: 'moved' } };
  },
  'POST /v1/patients/{id}/consents': (clinic, { patientId }) => ({
    body: { provisions: [{ type: 'deny', purposes: ['HMARKT'] }] },
    undo: () =>
      clinic.owner.query(
        `with gone as (delete from consent_grants where patient_id = $1 and purposes = '{HMARKT}' returning consent_id)
       delete from patient_consents where id in (select consent_id from gone)`,
        [patientId],
      ),
  }),
  'POST /v1/patients/{id}/consents/{partId}/revoke': async ({ owner }, { patientId }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into patient_consents (id, patient_id, kind, status, scope, category, policy_uri, date_time, valid_from, updated_at)
       values (uuid_v7(), $1, 'CONSENT', 'active', 'patient-privacy', '59284-0', 'urn:oid:1.2', now(), now(), now())
       returning id`,
      [patientId],
    );
    return { path: { partId: rows[0]?.id ?? '' }, body: { reason: 'otherwise now' } };
  },
  'POST /v1/patients/{id}/disclosures': (clinic, { patientId }) => ({
    body: {
      ...{ recipientName: 'Board of Health', description: 'one result', purpose: 'report by law' },
      ...{ legalBasis: 'PUBLIC_HEALTH', purposeOfUse: 'PUBHLTH' },
    },
    undo: () => clinic.owner.query('delete from disclosures where patient_id = $1', [patientId]),
  }),
  'POST /v1/patients/{id}/disclosures/{partId}/suspension': async ({ owner }, { patientId }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into disclosures (id, patient_id, disclosed_at, recipient_name, description, purpose, legal_basis, purpose_of_use, is_accountable)
       values (uuid_v7(), $1, now(), 'Police', 'one result', 'a warrant', 'LAW_ENFORCEMENT', 'HLEGAL', true) returning id`,
      [patientId],
    );
    return {
      path: { partId: rows[0]?.id ?? '' },
      body: { until: new Date().toISOString(), statement: 'WRITTEN', reason: 'the detective' },
    };
  },
  'POST /v1/patients/{id}/access-requests': fileOne('access'),
  'POST /v1/patients/{id}/access-requests/{partId}/extend': onRequest('access', {
    reason: 'the archive is far',
  }),
  'POST /v1/patients/{id}/access-requests/{partId}/answer': onRequest('access', {
    decision: 'FULFILLED',
  }),
  'POST /v1/patients/{id}/access-requests/{partId}/review': onRequest('access', undefined, true),
  'POST /v1/patients/{id}/access-requests/{partId}/withdraw': onRequest('access'),
  'POST /v1/patients/{id}/amendment-requests': fileOne('amendment'),
  'POST /v1/patients/{id}/amendment-requests/{partId}/extend': onRequest('amendment', {
    reason: 'the author is away',
  }),
  'POST /v1/patients/{id}/amendment-requests/{partId}/answer': onRequest('amendment', {
    decision: 'FULFILLED',
  }),
  'POST /v1/patients/{id}/amendment-requests/{partId}/disagreement': onRequest(
    'amendment',
    statement,
    true,
  ),
  'POST /v1/patients/{id}/amendment-requests/{partId}/rebuttal': onRequest(
    'amendment',
    statement,
    true,
    { disagreement: statement },
  ),
  'POST /v1/patients/{id}/amendment-requests/{partId}/withdraw': onRequest('amendment'),
  'POST /v1/patients/{id}/privacy-requests': fileOne('privacy'),
  'POST /v1/patients/{id}/privacy-requests/{partId}/answer': onRequest('privacy', {
    disposition: 'REFUSED',
  }),
  'POST /v1/patients/{id}/privacy-requests/{partId}/end': onRequest(
    'privacy',
    { by: 'PATIENT_WRITTEN' },
    true,
  ),
  'POST /v1/patients/{id}/privacy-requests/{partId}/withdraw': onRequest('privacy'),
  'POST /v1/patients/{id}/emergency-access': (clinic, { patientId }) => ({
    body: { reasonCode: 'BTG', justification: 'found unconscious' },
    undo: (isDone) =>
      isDone
        ? clinic.owner.query('delete from emergency_accesses where patient_id = $1', [patientId])
        : Promise.resolve(),
  }),
  'POST /v1/emergency-accesses/{id}/end': async (clinic, caller) => ({
    path: { id: await episode(clinic, caller.token ?? clinic.maker) },
  }),
  'POST /v1/emergency-accesses/{id}/review': async (clinic) => ({
    path: { id: await episode(clinic, clinic.maker) },
    body: { outcome: 'JUSTIFIED', reason: 'the chart was needed' },
  }),
  'POST /v1/security-alerts/{id}/take': alert({}),
  'POST /v1/security-alerts/{id}/resolution': alert({ resolution: 'BENIGN', reason: 'at work' }),
  'POST /v1/trainings': async (clinic) => ({
    body: { ...COURSE, userId: await maker(clinic) },
  }),
  'POST /v1/trainings/{id}/complete': async (clinic) => {
    const { rows } = await clinic.owner.query<{ id: string }>(
      `insert into training_records (id, user_id, kind, course, version, updated_at)
       values (uuid_v7(), $1, 'TRAINING', $2, $3, now()) returning id`,
      [await maker(clinic), COURSE.course, COURSE.version],
    );
    return { path: { id: rows[0]?.id ?? '' }, body: { score: 90 } };
  },
  'POST /v1/agreements': () => ({ body: AGREEMENT }),
  'POST /v1/agreements/{id}/terminate': async ({ owner, organizations }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into legal_agreements (id, type, organization_id, title, version, effective_from, updated_at)
       values (uuid_v7(), 'POLICY', $1, 'Clean desks', '1', '2026-01-01', now()) returning id`,
      [organizations[0]],
    );
    return { path: { id: rows[0]?.id ?? '' }, body: { reason: 'replaced' } };
  },
  'POST /v1/breaches': () => ({ body: BREACH }),
  'GET /v1/breaches/{id}': incident({}),
  'PATCH /v1/breaches/{id}': incident({ affectedCount: 12, reason: 'counted' }),
  'POST /v1/breaches/{id}/assessment': incident({ nature: 'names and dates of birth' }),
  'POST /v1/breaches/{id}/decision': incident({ decision: 'BREACH', reason: 'it was read' }),
  'POST /v1/breaches/{id}/delay': incident({
    ...{ basis: 'ORAL', statedOn: '2026-01-02', until: '2026-01-20', official: 'a detective' },
  }),
  'POST /v1/breaches/{id}/close': incident({ reason: 'all was done' }, 'EXCEPTION_APPLIES'),
  'POST /v1/breaches/{id}/individuals': async (clinic, caller, name) => ({
    ...(await incident({})(clinic, caller, name)),
    body: { patientIds: [caller.patientId] },
  }),
  'GET /v1/breaches/{id}/duties': incident({}),
  'GET /v1/breaches/{id}/notices': incident({}),
  'POST /v1/breaches/{id}/notices': incident({ audience: 'SECRETARY' }),
  'POST /v1/breaches/{id}/notices/sent': notice('waits', { sentAt: '2026-01-05T12:00:00Z' }),
  'POST /v1/breaches/{id}/notices/returned': notice('sent', { returnedAt: '2026-01-07T12:00:00Z' }),
  'POST /v1/breaches/{id}/notices/substitute': notice('returned', {
    ...{ givenAt: '2026-01-09T12:00:00Z', method: 'WEB_SITE' },
  }),
  'POST /v1/practitioners': () => ({ body: { name: 'Dr. New' } }),
  'GET /v1/practitioners/{id}': async ({ owner }) => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into practitioners (id, name, updated_at) values (uuid_v7(), 'Dr. Old', now()) returning id`,
    );
    return { path: { id: rows[0]?.id ?? '' } };
  },
  'GET /v1/terminology/loinc': () => ({ query: '?q=glucose' }),
  'GET /v1/schema/models/{name}': () => ({ path: { name: 'Patient' } }),
};

const part = ({ owner }: MatrixClinic, patientId: string) =>
  owner.query(
    'update patients set merged_into_id = null, merged_at = null, active = true where id = $1',
    [patientId],
  );

/** An emergency access that is open, of who has this session; of the maker's where there is none. */
async function episode(clinic: MatrixClinic, token: string): Promise<string> {
  const { rows } = await clinic.owner.query<{ id: string }>(
    `insert into emergency_accesses (id, user_id, patient_id, reason_code, justification, expires_at, review_due_at)
     select uuid_v7(), user_id, $3, 'BTG', 'found unconscious', now() + interval '1 hour', now() + interval '3 days'
     from user_sessions where token_hash in (sha256($1::bytea), sha256($2::bytea))
     order by (token_hash = sha256($1::bytea)) desc limit 1 returning id`,
    [token, clinic.maker, await clinic.patient(clinic.maker, { family: 'Matrixcanary' })],
  );
  return rows[0]?.id ?? '';
}

/** Who made the clinic's patients: staff of its first organisation. */
async function maker(clinic: MatrixClinic): Promise<string> {
  const { rows } = await clinic.owner.query<{ id: string }>(
    'select user_id as id from user_sessions where token_hash = sha256($1::bytea)',
    [clinic.maker],
  );
  return rows[0]?.id ?? '';
}
