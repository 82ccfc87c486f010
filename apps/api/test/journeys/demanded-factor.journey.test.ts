import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, totp } from '../accounts.ts';
import { openClinic, type Clinic } from '../clinic.ts';

/** What mends the lack, and the way out. */
const OPEN = /^(GET \/v1\/me|POST \/v1\/auth\/logout|POST \/v1\/me\/(factors|passkeys).*)$/;
const ID = '018f0000-0000-7000-8000-00000000000a';

let clinic: Clinic;
let routes: string[];

beforeAll(async () => {
  clinic = await openClinic();
  const { body } = await clinic.call('GET', '/openapi.json');
  const paths = body['paths'] as Record<string, Record<string, { security?: unknown[] }>>;
  routes = Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { security }]) => security === undefined)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    )
    .filter((route) => !OPEN.test(route));
});

afterAll(() => clinic.close());

/** Registers a person with a role in the first organisation and no second factor. */
async function withRole(role: string): Promise<{ email: string; token: string }> {
  const email = `${role.toLowerCase().replace('@', '.')}@example.org`;
  await clinic.registered(email);
  const [organizationId] = clinic.organizations;
  await clinic.owner.query('update users set organization_id = $2 where email = $1', [
    email,
    organizationId,
  ]);
  await clinic.owner.query(
    `insert into user_roles (id, user_id, role_id, organization_id, reason)
     select uuid_v7(), users.id, roles.id, $2, 'test' from users, roles
     where email = $1 and roles.name = $3`,
    [email, organizationId, role],
  );
  return { email, token: await clinic.loggedIn(email) };
}

/** Makes a role of the organisation that holds one permission without any condition. */
async function makeRole(permission: string): Promise<string> {
  const name = `${permission}@${clinic.organizations[0]}`;
  await clinic.owner.query(
    `with made as (
       insert into roles (id, name, organization_id, updated_at)
       values (uuid_v7(), $1, $2, now()) returning id)
     insert into role_permissions (id, role_id, permission_id)
     select uuid_v7(), made.id, permissions.id from made, permissions where permissions.name = $3`,
    [name, clinic.organizations[0], permission],
  );
  return name;
}

const ENROL = 'POST to /v1/me/factors/totp, then its first code to /v1/me/factors/totp/confirm.';
const demanded = { status: 403, code: 'API.SESSION_INCOMPLETE', fix: ENROL };

async function refusalsOf(token: string) {
  const answers = [];
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const url = path.replaceAll(/\{\w+\}/g, ID);
    const { status, body } = await clinic.call(method as 'GET', url, token);
    answers.push({ route, status, code: body['code'], fix: body['fix'] });
  }
  return answers;
}

describe('a second factor is demanded', () => {
  it('of every role that reaches beyond the own record, on every route', async () => {
    const { rows } = await clinic.owner.query<{ name: string }>(
      `select distinct roles.name from roles
       join role_permissions on role_id = roles.id
       join permissions on permissions.id = permission_id where scope <> 'SELF' order by name`,
    );
    const roles = rows.map(({ name }) => name);
    expect(roles).toEqual(expect.arrayContaining(['ADMIN', 'DOCTOR', 'OWNER']));
    for (const role of roles) {
      const answers = await refusalsOf((await withRole(role)).token);
      expect(answers).toEqual(routes.map((route) => ({ route, ...demanded })));
    }
  });

  it.each(['READ_PHI', 'READ_AUDIT_LOGS', 'READ_BILLING', 'USE_AI', 'READ_USERS'])(
    'of a role that somebody made of %s, whatever the condition of its grant',
    async (permission) => {
      const { token } = await withRole(await makeRole(permission));
      const { status, body } = await clinic.call('GET', `/v1/patients/${ID}`, token);
      expect({ status, ...body }).toMatchObject(demanded);
    },
  );

  it('until it is enrolled, and shown in each session', async () => {
    const { email, token } = await withRole(await makeRole('SEARCH_PHI'));
    const search = { name: 'nobody' };
    const { body: enrolment } = await clinic.post('/v1/me/factors/totp', {}, token);
    const secret = String(enrolment['secret']);
    const now = () => clinic.platform.identity.clock();
    await clinic.post('/v1/me/factors/totp/confirm', { code: totp(secret, now()) }, token);
    expect((await clinic.post('/v1/patients/search', search, token)).status).toBe(200);
    clinic.platform.advance(60_000);
    const next = await clinic.loggedIn(email);
    expect((await clinic.post('/v1/patients/search', search, next)).body).toMatchObject({
      fix: 'POST the second factor to /v1/auth/login/factor.',
    });
    const proof = { method: 'TOTP', code: totp(secret, now()) };
    await clinic.post('/v1/auth/login/factor', proof, next);
    expect((await clinic.post('/v1/patients/search', search, next)).status).toBe(200);
    await clinic.post('/v1/auth/step-up', { password: PASSWORD }, next);
    const { body } = await clinic.call('GET', '/v1/me/factors', next);
    const [factor] = body['items'] as { id: string }[];
    await clinic.call('DELETE', `/v1/me/factors/${factor?.id}`, next);
    expect((await clinic.post('/v1/patients/search', search, next)).body).toMatchObject({
      fix: ENROL,
    });
  });

  it('of nobody who is a patient alone, nor for a role that has ended', async () => {
    const { token } = await withRole('PATIENT');
    expect((await clinic.call('GET', '/v1/me/patients', token)).status).toBe(200);
    const former = await withRole(await makeRole('EXPORT_PHI'));
    await clinic.owner.query(
      `update user_roles set revoked_at = now() from users
       where users.id = user_id and email = $1 and reason = 'test'`,
      [former.email],
    );
    expect((await clinic.call('GET', '/v1/me/patients', former.token)).status).toBe(200);
  });

  it('of nobody where the organisation’s policy says so', async () => {
    const { token } = await withRole(await makeRole('REVIEW_ACCESS'));
    const set = 'update security_configurations set require_mfa_for_phi = $1';
    await clinic.owner.query(set, [false]);
    try {
      expect((await clinic.call('GET', '/v1/me/patients', token)).status).toBe(200);
    } finally {
      await clinic.owner.query(set, [true]);
    }
  });
});
