import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccounts, PASSWORD, totp, type Accounts } from '../accounts.ts';
import { plugInAuthenticator, type Authenticator, type Deviation } from '../authenticator.ts';

const ORIGIN = 'http://localhost:3000';
const MINUTE = 60_000;

let accounts: Accounts;

beforeAll(async () => {
  accounts = await openAccounts();
});

afterAll(() => accounts.close());

const plugIn = (doesCount = true) => plugInAuthenticator(ORIGIN, 'localhost', doesCount);

async function options(): Promise<Record<string, unknown>> {
  return (await accounts.post('/v1/auth/passkey/options', {})).body;
}

async function enrol(
  token: string,
  authenticator: Authenticator,
  deviation: Deviation = {},
  label = 'key',
) {
  const { body } = await accounts.post('/v1/me/passkeys/options', {}, token);
  const credential = authenticator.create(body, deviation);
  return await accounts.post('/v1/me/passkeys', { label, credential }, token);
}

async function enter(authenticator: Authenticator, deviation: Deviation = {}) {
  return await accounts.post('/v1/auth/passkey', authenticator.get(await options(), deviation));
}

/** Registers a person with a passkey. */
async function withPasskey(email: string, doesCount = true) {
  const token = await accounts.registered(email);
  const authenticator = plugIn(doesCount);
  const { body, status } = await enrol(token, authenticator);
  expect(status).toBe(201);
  return { token, authenticator, id: String(body['id']) };
}

describe('a passkey', () => {
  it('is enrolled with recovery codes, and opens a session that needs no other factor', async () => {
    const email = 'holder@example.org';
    const token = await accounts.registered(email);
    const { body: asked } = await accounts.post('/v1/me/passkeys/options', {}, token);
    expect(asked).toMatchObject({
      rp: { id: 'localhost' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    expect(JSON.stringify(asked)).toContain(email);
    const authenticator = plugIn();
    const enrolled = await enrol(token, authenticator);
    expect(enrolled).toMatchObject({ status: 201 });
    expect(enrolled.body['recoveryCodes']).toHaveLength(10);
    const { status, body } = await enter(authenticator);
    expect(status).toBe(200);
    const session = String(body['token']);
    expect((await accounts.call('GET', '/v1/me', session)).body).toMatchObject({
      ...{ email, mfa: true, stepUp: false, lacks: null },
    });
    expect(await accounts.auditOf(email)).toEqual(expect.arrayContaining(['MFA 0', 'LOGIN 0']));
    const { rows } = await accounts.owner.query<{ method: string }>(
      `select distinct auth_method as method from user_sessions join users on users.id = user_id
       where email = $1 order by 1`,
      [email],
    );
    expect(rows.map(({ method }) => method)).toEqual(['PASSWORD', 'WEBAUTHN']);
  });

  it('is asked for after a password, and gives a fresh proof', async () => {
    const email = 'second@example.org';
    const { authenticator } = await withPasskey(email);
    const { body: half } = await accounts.post('/v1/auth/login', { email, password: PASSWORD });
    expect(half['factors']).toEqual(['WEBAUTHN', 'RECOVERY_CODE']);
    const pending = String(half['token']);
    const { body: stranger } = await accounts.call('GET', '/v1/me', pending);
    expect(stranger).toMatchObject({ mfa: false, lacks: 'factor' });
    const other = (await withPasskey('other@example.org')).authenticator;
    const prove = async (url: string, by: Authenticator, token: string) =>
      await accounts.post(url, { method: 'WEBAUTHN', passkey: by.get(await options()) }, token);
    expect((await prove('/v1/auth/login/factor', other, pending)).body).toMatchObject({
      code: 'IDENTITY.CHALLENGE_REFUSED',
    });
    expect((await prove('/v1/auth/login/factor', authenticator, pending)).status).toBe(200);
    expect((await prove('/v1/auth/step-up', other, pending)).status).toBe(403);
    expect((await prove('/v1/auth/step-up', authenticator, pending)).status).toBe(200);
    expect((await accounts.call('GET', '/v1/me', pending)).body).toMatchObject({
      ...{ mfa: true, stepUp: true, lacks: null },
    });
  });

  it('is good for its challenge once, for five minutes', async () => {
    const email = 'replay@example.org';
    const { authenticator } = await withPasskey(email);
    const signed = authenticator.get(await options());
    expect((await accounts.post('/v1/auth/passkey', signed)).status).toBe(200);
    expect((await accounts.post('/v1/auth/passkey', signed)).body).toMatchObject({
      ...{ status: 401, code: 'IDENTITY.LOGIN_REFUSED' },
    });
    const again = await options();
    await accounts.post('/v1/auth/passkey', authenticator.get(again));
    const second = authenticator.get(again);
    expect((await accounts.post('/v1/auth/passkey', second)).status).toBe(401);
    expect(await accounts.auditOf(email)).toContain('LOGIN_FAILED 4');
    const late = authenticator.get(await options());
    accounts.platform.advance(5 * MINUTE);
    expect((await accounts.post('/v1/auth/passkey', late)).status).toBe(401);
  });

  it('lets one in of two that come at once', async () => {
    const { authenticator } = await withPasskey('twice@example.org', false);
    const signed = authenticator.get(await options());
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => accounts.post('/v1/auth/passkey', signed)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
  });

  it.each<[string, Deviation]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['a page beside the origin', { origin: 'http://localhost:3001' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['nobody verified', { isVerified: false }],
    ['a challenge of its own', { challenge: 'x'.repeat(86) }],
    ['another key', { isForged: true }],
    ['somebody else’s handle', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('refuses a log-in with %s', async (name, deviation) => {
    const { authenticator } = await withPasskey(`${name.replaceAll(/\W/g, '')}@example.org`);
    const refused = await enter(authenticator, deviation);
    expect(refused).toMatchObject({ status: 401, body: { code: 'IDENTITY.LOGIN_REFUSED' } });
    expect((await enter(authenticator)).status).toBe(200);
  });

  it('refuses a copy, whose counter goes back, and says so in the audit trail alone', async () => {
    const { authenticator } = await withPasskey('clone@example.org');
    expect((await enter(authenticator, { counter: 40 })).status).toBe(200);
    const stranger = plugIn();
    stranger.create({ challenge: 'AA', user: { id: 'AA' } });
    const unknown = await enter(stranger);
    for (const counter of [40, 12, 0]) {
      const refused = await enter(authenticator, { counter });
      expect(refused.status).toBe(401);
      expect({ ...refused.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    }
    const { rows } = await accounts.owner.query<{ reason: string }>(
      `select reason from audit_logs where reason like 'passkey%' and user_id =
         (select id from users where email = 'clone@example.org')`,
    );
    expect(rows).toEqual(
      Array.from({ length: 3 }, () => ({ reason: 'passkey counter went back' })),
    );
    expect((await enter(authenticator, { counter: 41 })).status).toBe(200);
  });

  it.each<[string, Deviation]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['nobody verified', { isVerified: false }],
    ['a challenge of its own', { challenge: 'x'.repeat(86) }],
    ['a certificate', { format: 'packed', statement: { x5c: [new Uint8Array(9)], alg: -7 } }],
    ['an attestation that is none of ours', { format: 'android-safetynet' }],
  ])('is not enrolled with %s', async (name, deviation) => {
    const token = await accounts.registered(`new${name.replaceAll(/\W/g, '')}@example.org`);
    expect((await enrol(token, plugIn(), deviation)).body).toMatchObject({
      ...{ status: 403, code: 'IDENTITY.CHALLENGE_REFUSED' },
    });
    expect((await accounts.call('GET', '/v1/me/factors', token)).body).toEqual({ items: [] });
  });

  it('is enrolled by the session that asked, once, and is nobody else’s afterwards', async () => {
    const first = await accounts.registered('first@example.org');
    const thief = await accounts.registered('thief@example.org');
    const { body: asked } = await accounts.post('/v1/me/passkeys/options', {}, first);
    const credential = plugIn().create(asked);
    const refused = { status: 403, code: 'IDENTITY.CHALLENGE_REFUSED' };
    const answers = [
      await accounts.post('/v1/me/passkeys', { credential }, thief),
      await accounts.post(
        '/v1/me/passkeys',
        { credential },
        await accounts.loggedIn('first@example.org'),
      ),
    ];
    for (const { body } of answers) expect(body).toMatchObject(refused);
    expect((await accounts.post('/v1/me/passkeys', { credential }, first)).status).toBe(201);
    await accounts.post('/v1/auth/step-up', { password: PASSWORD }, first);
    const again = await accounts.post('/v1/me/passkeys', { credential }, first);
    expect(again.body).toMatchObject(refused);
    // The log-in's challenge enrols nothing, nor the enrolment's logs in.
    const confused = plugIn().create({ ...asked, ...(await options()) });
    const crossed = await accounts.post('/v1/me/passkeys', { credential: confused }, thief);
    expect(crossed.body).toMatchObject(refused);
  });

  it('is listed, named, and removed after a fresh proof, and opens nothing then', async () => {
    const email = 'tidy@example.org';
    const { token, authenticator, id } = await withPasskey(email);
    const url = `/v1/me/factors/${id}`;
    const rename = (as: string, label: string) => accounts.call('PATCH', url, as, { label });
    expect((await rename(token, 'work laptop')).status).toBe(200);
    const stranger = await accounts.registered('nosy@example.org');
    expect((await rename(stranger, 'mine')).status).toBe(404);
    expect((await rename(token, '')).status).toBe(400);
    const { body } = await accounts.call('GET', '/v1/me/factors', token);
    expect(body['items']).toMatchObject([
      { id, method: 'WEBAUTHN', label: 'work laptop' },
      { method: 'RECOVERY_CODE' },
    ]);
    const second = plugIn();
    const { body: early } = await accounts.post('/v1/me/passkeys/options', {}, token);
    expect(early).toMatchObject({ code: 'IDENTITY.STEP_UP_REQUIRED' });
    expect((await accounts.call('DELETE', url, token)).body).toMatchObject({
      code: 'IDENTITY.STEP_UP_REQUIRED',
    });
    await accounts.post('/v1/auth/step-up', { password: PASSWORD }, token);
    expect((await enrol(token, second)).status).toBe(201);
    expect((await accounts.call('DELETE', url, token)).status).toBe(200);
    expect((await enter(authenticator)).status).toBe(401);
    expect((await enter(second)).status).toBe(200);
  });

  it('opens no account that is closed, and one that strangers’ guesses have locked', async () => {
    const email = 'locked@example.org';
    const { authenticator } = await withPasskey(email);
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await accounts.post('/v1/auth/login', { email, password: 'wrong' });
      accounts.platform.advance(20_000);
    }
    expect((await accounts.post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
    expect((await enter(authenticator)).status).toBe(200);
    expect((await accounts.post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
    await accounts.owner.query(`update users set status = 'SUSPENDED' where email = $1`, [email]);
    expect((await enter(authenticator)).status).toBe(401);
  });

  it('is no way round a policy that leaves passkeys out', async () => {
    const { authenticator, token } = await withPasskey('policy@example.org');
    const set = 'update security_configurations set allowed_factors = $1';
    await accounts.owner.query(set, [['TOTP']]);
    try {
      expect((await enter(authenticator)).status).toBe(401);
      await accounts.post('/v1/auth/step-up', { password: PASSWORD }, token);
      const { body } = await accounts.post('/v1/me/passkeys/options', {}, token);
      expect(body).toMatchObject({ code: 'IDENTITY.FACTOR_NOT_ALLOWED' });
    } finally {
      await accounts.owner.query(set, [['TOTP', 'WEBAUTHN', 'EMAIL', 'SMS', 'RECOVERY_CODE']]);
    }
  });

  it('stands beside an authenticator app', async () => {
    const { token } = await withPasskey('both@example.org');
    await accounts.post('/v1/auth/step-up', { password: PASSWORD }, token);
    const { body } = await accounts.post('/v1/me/factors/totp', {}, token);
    const code = totp(String(body['secret']), accounts.platform.identity.clock());
    const { body: enrolled } = await accounts.post('/v1/me/factors/totp/confirm', { code }, token);
    expect(enrolled['recoveryCodes']).toEqual([]);
  });
});
