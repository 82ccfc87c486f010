import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, tokenIn, totp } from '../accounts.ts';
import { openClinic, type Clinic } from '../clinic.ts';
import { openIdentityProvider, type IdentityProvider } from '../identity-provider.ts';

const BACK = 'http://localhost:3000/back';
const MINUTE = 60_000;
const STRONG = { amr: ['pwd', 'otp'] };

let clinic: Clinic;
let chief: string;
let head: string;
let admin: string;
let southHead: string;
let north: string;
let south: string;
let provider: IdentityProvider;

beforeAll(async () => {
  [clinic, provider] = await Promise.all([openClinic(), openIdentityProvider(BACK)]);
  [north, south] = clinic.organizations;
  chief = await clinic.staff('chief@example.org', 'OWNER', null);
  head = await clinic.staff('head@example.org', 'OWNER');
  admin = await clinic.staff('admin@example.org', 'ADMIN');
  southHead = await clinic.staff('south.head@example.org', 'OWNER', south);
  await setProvider(north, 'north');
  await setProvider(south, 'south');
});

beforeEach(() => {
  provider.misbehaviour = {};
  provider.isTerse = false;
});

afterAll(async () => {
  await provider.close();
  await clinic.close();
});

const url = (id: string) => `/v1/organizations/${id}/identity-provider`;

async function setProvider(id: string, clientId: string, issuer = provider.issuer) {
  await clinic.post('/v1/auth/step-up', { password: PASSWORD }, chief);
  const body = { issuer, clientId, clientSecret: 'secret' };
  return await clinic.as(chief, 'PUT', url(id), body);
}

async function begin(organizationId = north, more = {}) {
  const input = { organizationId, redirectUri: BACK, ...more };
  const { body } = await clinic.post('/v1/auth/openid', input);
  return body as { authorizationUrl: string; flow: string };
}

const finish = (flow: string, query: string) =>
  clinic.post('/v1/auth/openid/finish', { flow, query });

async function enter(organizationId = north) {
  const { authorizationUrl, flow } = await begin(organizationId);
  return await finish(flow, await provider.visit(authorizationUrl));
}

/** Invites somebody into the first organisation; answers the token of the mail. */
async function invited(email: string, role = 'DOCTOR'): Promise<string> {
  await clinic.post('/v1/auth/step-up', { password: PASSWORD }, head);
  await clinic.post('/v1/users/invitations', { email, role }, head);
  return tokenIn((await clinic.receive()).find((text) => text.includes(`To: ${email}`)));
}

/** Somebody who was invited and has logged in once. */
async function member(name: string): Promise<string> {
  const email = `${name}@example.org`;
  await invited(email);
  provider.person = { sub: name, email, ...STRONG };
  const { status } = await enter();
  expect(status).toBe(200);
  return email;
}

function clear(metadata: Record<string, unknown>, name: string) {
  return { ...metadata, [name]: String(metadata[name]).replace('https:', 'http:') };
}

async function reasonsOf(): Promise<string[]> {
  const { rows } = await clinic.owner.query<{ reason: string }>(
    `select reason from audit_logs where event_type = 'LOGIN_FAILED' and reason like 'openid%'
     order by timestamp desc, id desc`,
  );
  return rows.map(({ reason }) => reason);
}

const refused = { status: 401, code: 'IDENTITY.LOGIN_REFUSED' };
const unavailable = { status: 503, code: 'IDENTITY.PROVIDER_UNAVAILABLE' };

describe('a log-in with an identity provider', () => {
  it('ties an invited person to issuer and subject, and knows them by these from then on', async () => {
    const email = 'invited@example.org';
    const token = await invited(email);
    provider.person = { sub: 'subject-1', email, ...STRONG };
    const { status, body } = await enter();
    expect(status).toBe(200);
    expect(body).toMatchObject({ factors: [] });
    const session = String(body['token']);
    expect((await clinic.call('GET', '/v1/me', session)).body).toMatchObject({
      ...{ email, role: 'DOCTOR', organizationId: north, mfa: true, stepUp: false, lacks: null },
    });
    expect((await clinic.post('/v1/patients/search', { name: 'no' }, session)).status).toBe(200);
    const accept = { token, password: PASSWORD };
    expect((await clinic.post('/v1/auth/invitations/accept', accept)).status).toBe(403);
    expect(await clinic.loggedIn(email)).toBe('undefined');
    provider.person = { sub: 'subject-1', email: 'renamed@example.org', ...STRONG };
    const again = await enter();
    expect(again.status).toBe(200);
    const { body: me } = await clinic.call('GET', '/v1/me', String(again.body['token']));
    expect(me['email']).toBe(email);
    expect(await clinic.auditOf(email)).toEqual(
      expect.arrayContaining(['CONFIG_CHANGE 0', 'LOGIN 0']),
    );
  });

  it('finds the address at the userinfo endpoint, where the provider keeps it there', async () => {
    const email = 'terse@example.org';
    await invited(email);
    provider.isTerse = true;
    provider.person = { sub: 'terse', email, ...STRONG };
    expect((await enter()).status).toBe(200);
  });

  it('lets in nobody who was not invited, whatever address the provider knows', async () => {
    const registered = 'registered@example.org';
    await clinic.registered(registered);
    const pending = 'pending@example.org';
    await clinic.post('/v1/auth/register', { email: pending, password: PASSWORD });
    const unproven = 'unproven@example.org';
    await invited(unproven);
    const late = 'late@example.org';
    await invited(late);
    await clinic.owner.query(
      `update identity_challenges set expires_at = created_at + interval '1 ms' where email = $1`,
      [late],
    );
    const people = [
      { sub: 'a', email: registered },
      { sub: 'b', email: 'chief@example.org' },
      { sub: 'c', email: pending },
      { sub: 'd', email: 'nobody@example.org' },
      { sub: 'e', email: unproven, isEmailVerified: false },
      { sub: 'f', email: late },
    ];
    for (const person of people) {
      provider.person = { ...person, ...STRONG };
      expect((await enter()).body).toMatchObject(refused);
      expect((await reasonsOf())[0]).toBe('openid account not known');
    }
    const { rows } = await clinic.owner.query(
      'select from users where external_subject = any ($1)',
      [people.map(({ sub }) => sub)],
    );
    expect(rows).toEqual([]);
  });

  it('counts as one factor where the provider says no more: ours is asked for', async () => {
    const email = await member('weak');
    provider.person = { sub: 'weak', email, amr: ['pwd'] };
    const { body } = await enter();
    const token = String(body['token']);
    expect((await clinic.call('GET', '/v1/me', token)).body).toMatchObject({
      ...{ mfa: false, lacks: 'enrolment' },
    });
    const { body: enrolment } = await clinic.post('/v1/me/factors/totp', {}, token);
    const code = totp(String(enrolment['secret']), clinic.platform.identity.clock());
    expect((await clinic.post('/v1/me/factors/totp/confirm', { code }, token)).status).toBe(200);
    const next = await enter();
    expect(next.body['factors']).toEqual(['TOTP', 'RECOVERY_CODE']);
    expect((await clinic.call('GET', '/v1/me', String(next.body['token']))).body).toMatchObject({
      lacks: 'factor',
    });
    provider.person = { sub: 'weak', email, acr: 'phr' };
    expect((await enter()).body['factors']).toEqual([]);
  });

  it('says where the session at the provider is ended', async () => {
    await member('leaver');
    const { authorizationUrl, flow } = await begin(north, { logoutRedirectUri: `${BACK}/gone` });
    const { body } = await finish(flow, await provider.visit(authorizationUrl));
    const logout = new URL(String(body['logoutUrl']));
    expect(logout.origin).toBe(provider.issuer);
    expect(logout.searchParams.get('id_token_hint')).toMatch(/^ey/);
    expect(logout.searchParams.get('post_logout_redirect_uri')).toBe(`${BACK}/gone`);
    expect(await provider.get(logout.href)).toBe(200);
    expect((await enter()).body['logoutUrl']).not.toContain('post_logout_redirect_uri');
    const token = String(body['token']);
    expect((await clinic.call('POST', '/v1/auth/logout', token)).status).toBe(200);
    expect((await clinic.call('GET', '/v1/me', token)).status).toBe(401);
  });

  it('is refused to who is suspended, and to who goes back at the provider', async () => {
    const email = await member('suspended');
    await clinic.owner.query(`update users set status = 'SUSPENDED' where email = $1`, [email]);
    expect((await enter()).body).toMatchObject(refused);
    provider.person = undefined;
    const { body } = await enter();
    expect(body).toMatchObject(refused);
    expect(JSON.stringify(body)).not.toContain('Jane Doe');
    expect((await reasonsOf())[0]).toBe('openid access_denied');
  });
});

describe('an answer of the provider', () => {
  beforeAll(async () => {
    await member('target');
  });
  beforeEach(() => {
    provider.person = { sub: 'target', email: 'target@example.org', ...STRONG };
  });

  it('is good once, and for the flow it was made for', async () => {
    const { authorizationUrl, flow } = await begin();
    const query = await provider.visit(authorizationUrl);
    expect((await finish(flow, query)).status).toBe(200);
    expect((await finish(flow, query)).body).toMatchObject(refused);
    expect((await reasonsOf())[0]).toBe('openid invalid_grant');
    // The same flow with a code of its own.
    expect((await finish(flow, await provider.visit(authorizationUrl))).body).toMatchObject(
      refused,
    );
    expect((await reasonsOf())[0]).toBe('openid flow used twice');
    const mine = await begin();
    const theirs = await begin();
    const answer = await provider.visit(theirs.authorizationUrl);
    expect((await finish(mine.flow, answer)).body).toMatchObject(refused);
    const forged = new URLSearchParams(answer);
    forged.set('state', new URL(mine.authorizationUrl).searchParams.get('state') ?? '');
    expect((await finish(mine.flow, forged.toString())).body).toMatchObject(refused);
    expect((await finish(theirs.flow, answer)).status).toBe(200);
  });

  it('opens one session of two that come at once', async () => {
    const { authorizationUrl, flow } = await begin();
    const queries = [
      await provider.visit(authorizationUrl),
      await provider.visit(authorizationUrl),
    ];
    const answers = await Promise.all(queries.map((query) => finish(flow, query)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('is too late after ten minutes, and for a flow that is not ours', async () => {
    const { authorizationUrl, flow } = await begin();
    const query = await provider.visit(authorizationUrl);
    const wrong = { status: 403, code: 'IDENTITY.CHALLENGE_REFUSED' };
    const end = flow.at(-2) === 'A' ? 'B' : 'A';
    for (const other of [`${flow.slice(0, -2)}${end}${flow.at(-1)}`, 'x', 'a.b.c.d.e']) {
      expect((await finish(other, query)).body).toMatchObject(wrong);
    }
    clinic.platform.advance(10 * MINUTE + 1000);
    expect((await finish(flow, query)).body).toMatchObject(wrong);
  });

  it('holds the nonce that was sent', async () => {
    const { authorizationUrl, flow } = await begin();
    const other = new URL(authorizationUrl);
    other.searchParams.set('nonce', 'another');
    expect((await finish(flow, await provider.visit(other.href))).body).toMatchObject(refused);
    expect((await reasonsOf())[0]).toBe('openid OAUTH_JWT_CLAIM_COMPARISON_FAILED');
  });

  it.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ['for another client', (claims) => ({ ...claims, aud: 'south' })],
    [
      'for several, by another one',
      (claims) => ({ ...claims, aud: ['north', 'south'], azp: 'south' }),
    ],
    ['of another issuer', (claims) => ({ ...claims, iss: 'https://evil.example' })],
    ['that has expired', (claims) => ({ ...claims, exp: 1, iat: 0 })],
    ['without a nonce', ({ nonce: _nonce, ...claims }) => claims],
    ['without a subject', ({ sub: _sub, ...claims }) => claims],
  ])('is refused with a token %s', async (_name, claims) => {
    provider.misbehaviour = { claims };
    expect((await enter()).body).toMatchObject(refused);
  });

  it('is refused with a token that somebody else signed', async () => {
    provider.misbehaviour = { isForged: true };
    expect((await enter()).body).toMatchObject(refused);
  });

  it('is understood as soon as the provider has other keys, which are kept else', async () => {
    expect((await enter()).status).toBe(200);
    const reads = provider.keyReads;
    expect((await enter()).status).toBe(200);
    expect((await enter()).status).toBe(200);
    expect(provider.keyReads).toBe(reads);
    await provider.rotateKeys();
    expect((await enter()).status).toBe(200);
    expect(provider.keyReads).toBe(reads + 1);
  });

  it('is nothing for another organisation, nor from another provider', async () => {
    expect((await enter(south)).body).toMatchObject(refused);
    expect((await reasonsOf())[0]).toBe('openid account of another organisation');
    const other = await openIdentityProvider(BACK);
    try {
      other.person = provider.person;
      await setProvider(south, 'south', other.issuer);
      // The same subject at another issuer is another person.
      const { authorizationUrl, flow } = await begin(south);
      const query = await other.visit(authorizationUrl);
      expect((await finish(flow, query)).body).toMatchObject(refused);
      expect((await reasonsOf())[0]).toBe('openid account not known');
      // Mix-up: the browser was at one provider, and the answer comes from the other (RFC 9207).
      const mine = await begin(north);
      const theirs = new URL((await begin(south)).authorizationUrl);
      theirs.searchParams.set(
        'state',
        new URL(mine.authorizationUrl).searchParams.get('state') ?? '',
      );
      const mixed = await other.visit(theirs.href);
      expect((await finish(mine.flow, mixed)).body).toMatchObject(refused);
    } finally {
      await other.close();
      await setProvider(south, 'south');
    }
  });
});

describe('a fresh proof at the identity provider', () => {
  const wrong = { status: 403, code: 'IDENTITY.CHALLENGE_REFUSED' };
  const stepUp = '/v1/auth/step-up/openid';
  let session: string;
  let other: string;

  beforeAll(async () => {
    provider.misbehaviour = {};
    await member('prover');
    [session, other] = [await sessionOf('prover'), await sessionOf('prover')];
    await member('neighbour');
  });
  beforeEach(() => {
    provider.person = { sub: 'prover', email: 'prover@example.org', ...STRONG };
  });

  async function sessionOf(sub: string): Promise<string> {
    provider.person = { sub, email: `${sub}@example.org`, ...STRONG };
    return String((await enter()).body['token']);
  }

  async function beginProof(token = session) {
    const { body } = await clinic.post(stepUp, { redirectUri: BACK }, token);
    return body as { authorizationUrl: string; flow: string };
  }

  const finishProof = (flow: string, query: string, token = session) =>
    clinic.post(`${stepUp}/finish`, { flow, query }, token);

  const isProven = async (token: string) =>
    (await clinic.call('GET', '/v1/me', token)).body['stepUp'];

  async function lastMfaReason() {
    const { rows } = await clinic.owner.query<{ reason: string | null }>(
      `select reason from audit_logs where event_type = 'MFA' and outcome = '4'
       order by timestamp desc, id desc limit 1`,
    );
    return rows[0]?.reason;
  }

  it('is for the session that asked, of the person it belongs to', async () => {
    const mine = await beginProof();
    const query = await provider.visit(mine.authorizationUrl);
    expect((await finishProof(mine.flow, query, other)).body).toMatchObject(wrong);
    expect((await finish(mine.flow, query)).body).toMatchObject(wrong);
    const entry = await begin();
    const entered = await provider.visit(entry.authorizationUrl);
    expect((await finishProof(entry.flow, entered)).body).toMatchObject(wrong);
    provider.person = { sub: 'neighbour', email: 'neighbour@example.org', ...STRONG };
    const theirs = await beginProof();
    const answer = await provider.visit(theirs.authorizationUrl);
    expect((await finishProof(theirs.flow, answer)).body).toMatchObject(wrong);
    expect(await lastMfaReason()).toBe('openid account of somebody else');
    expect([await isProven(session), await isProven(other)]).toEqual([false, false]);
  });

  it.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ['was long ago', (claims) => ({ ...claims, auth_time: Date.now() / 1000 - 3600 })],
    ['has no time', ({ auth_time: _gone, ...claims }) => claims],
  ])('is none where the log-in %s', async (_name, claims) => {
    provider.misbehaviour = { claims };
    const { authorizationUrl, flow } = await beginProof();
    const answer = await finishProof(flow, await provider.visit(authorizationUrl));
    expect(answer.body).toMatchObject(wrong);
    expect(await lastMfaReason()).toMatch(/^openid OAUTH_/);
    expect(await isProven(session)).toBe(false);
  });

  it('opens what a copied session must not: a factor of its own', async () => {
    const enrol = () => clinic.post('/v1/me/factors/totp', {}, session);
    expect((await enrol()).body).toMatchObject({ status: 403, code: 'IDENTITY.STEP_UP_REQUIRED' });
    const { authorizationUrl, flow } = await beginProof();
    const asked = new URL(authorizationUrl).searchParams;
    expect([asked.get('prompt'), asked.get('max_age')]).toEqual(['login', '0']);
    const { status, body } = await finishProof(flow, await provider.visit(authorizationUrl));
    expect(status).toBe(200);
    expect(Date.parse(String(body['until']))).toBeGreaterThan(
      clinic.platform.identity.clock().getTime(),
    );
    expect([await isProven(session), await isProven(other)]).toEqual([true, false]);
    expect((await enrol()).status).toBe(200);
    const again = await finishProof(flow, await provider.visit(authorizationUrl));
    expect(again.body).toMatchObject(wrong);
    expect(await lastMfaReason()).toBe('openid flow used twice');
  });

  it('is not offered to who logs in otherwise, nor where the provider is down', async () => {
    const answer = await clinic.post(stepUp, { redirectUri: BACK }, chief);
    expect(answer.body).toMatchObject({ status: 404, code: 'IDENTITY.NOT_FOUND' });
    expect(
      (await clinic.post(stepUp, { redirectUri: 'https://evil.example/' }, session)).status,
    ).toBe(400);
    const { authorizationUrl, flow } = await beginProof();
    const query = await provider.visit(authorizationUrl);
    provider.misbehaviour = { isDown: true };
    expect((await finishProof(flow, query)).body).toMatchObject(unavailable);
  });
});

describe('a log-out at the identity provider', () => {
  const refusedToken = { status: 400, code: 'IDENTITY.LOGOUT_TOKEN_REFUSED' };
  const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };

  async function tell(payload: string) {
    const answer = await clinic.platform.server.inject({
      ...{ method: 'POST', url: '/v1/auth/openid/logout', payload },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  }

  const tellToken = async (claims: Record<string, unknown>) =>
    await tell(`logout_token=${await provider.sign(claims)}`);

  function claimsOf(sub: string) {
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, exp: now + 120 };
    const jti = crypto.randomUUID();
    return { iss: provider.issuer, aud: 'north', sub, jti, events: EVENTS, ...times };
  }

  async function sessionOf(sub: string): Promise<string> {
    provider.person = { sub, email: `${sub}@example.org`, ...STRONG };
    return String((await enter()).body['token']);
  }

  const lives = async (token: string) => (await clinic.call('GET', '/v1/me', token)).status === 200;

  it('ends every session that was opened there, and nobody else’s', async () => {
    await member('gone');
    await member('staying');
    const sessions = [await sessionOf('gone'), await sessionOf('gone')];
    const staying = await sessionOf('staying');
    const form = await provider.logout('north', 'gone');
    expect(await tell(form)).toMatchObject({ status: 200 });
    expect(await Promise.all([...sessions, staying].map(lives))).toEqual([false, false, true]);
    const { rows } = await clinic.owner.query<{ reason: string }>(
      `select reason from audit_logs where event_type = 'LOGOUT' and reason like 'openid%'
       order by timestamp desc, id desc limit 1`,
    );
    expect(rows[0]?.reason).toMatch(/^openid logout of \d+ sessions$/);
    // A copy of it ends nothing that began later.
    const later = await sessionOf('gone');
    expect((await tell(form)).status).toBe(200);
    expect(await lives(later)).toBe(true);
    expect((await tellToken(claimsOf('nobody'))).status).toBe(200);
  });

  it('is believed after the keys have changed', async () => {
    await member('rotated');
    const session = await sessionOf('rotated');
    await provider.rotateKeys();
    // Only a provider whose keys were not read lately is asked at once.
    await setProvider(north, 'north');
    expect((await tellToken(claimsOf('rotated'))).status).toBe(200);
    expect(await lives(session)).toBe(false);
  });

  it.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ['that is an ID token', ({ events: _gone, ...claims }) => claims],
    ['with a nonce', (claims) => ({ ...claims, nonce: 'x' })],
    ['of one session alone', ({ sub: _gone, ...claims }) => ({ ...claims, sid: 'x' })],
    ['for another client', (claims) => ({ ...claims, aud: 'other' })],
    ['for several clients', (claims) => ({ ...claims, aud: ['north', 'south'] })],
    ['of an issuer that nobody has', (claims) => ({ ...claims, iss: 'https://evil.example' })],
    ['that has expired', (claims) => ({ ...claims, iat: 1, exp: 2 })],
    ['that never expires', ({ exp: _gone, ...claims }) => claims],
    ['that is old', (claims) => ({ ...claims, iat: Date.now() / 1000 - 3600 })],
    ['without an id of its own', ({ jti: _gone, ...claims }) => claims],
  ])('is not believed by a token %s', async (_name, change) => {
    const session = await sessionOf('staying');
    expect((await tellToken(change(claimsOf('staying')))).body).toMatchObject(refusedToken);
    expect(await lives(session)).toBe(true);
  });

  it('is not believed by what somebody else signed, or nobody', async () => {
    const session = await sessionOf('staying');
    provider.misbehaviour = { isForged: true };
    expect((await tellToken(claimsOf('staying'))).body).toMatchObject(refusedToken);
    const body = Buffer.from(JSON.stringify(claimsOf('staying'))).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of [`${none}.${body}.`, 'x', 'a.b.c', `${'x'.repeat(8000)}`]) {
      expect((await tell(`logout_token=${token}`)).body).toMatchObject(refusedToken);
    }
    expect((await tell('')).status).toBe(400);
    expect((await tell(`logout_token=${'x'.repeat(20_000)}`)).status).toBe(413);
    expect(await lives(session)).toBe(true);
  });
});

describe('an identity provider', () => {
  it('that is down, or silent, is told as that', async () => {
    const other = await openIdentityProvider(BACK);
    expect((await setProvider(south, 'south', other.issuer)).status).toBe(200);
    const { authorizationUrl, flow } = await begin(south);
    other.person = { sub: 'x', email: 'x@example.org' };
    const query = await other.visit(authorizationUrl);
    await other.close();
    expect((await finish(flow, query)).body).toMatchObject(unavailable);
    expect(await begin(south)).toMatchObject(unavailable);
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const issuer = `https://127.0.0.1:${port}`;
    expect((await setProvider(south, 'south', issuer)).body).toMatchObject(unavailable);
    silent.close();
    // What was refused changed nothing.
    const { body } = await clinic.as(chief, 'GET', url(south));
    expect(body).toEqual({ issuer: other.issuer, clientId: 'south', hasSecret: true });
    expect((await clinic.as(chief, 'DELETE', url(south))).status).toBe(200);
    expect((await clinic.as(chief, 'GET', url(south))).status).toBe(404);
    expect(await begin(south)).toMatchObject({ status: 404 });
  });

  it.each<[string, (metadata: Record<string, unknown>) => Record<string, unknown>]>([
    ['another issuer', (metadata) => ({ ...metadata, issuer: 'https://evil.example' })],
    ['no page to log in at', ({ authorization_endpoint: _gone, ...metadata }) => metadata],
    ['a page in clear text', (metadata) => clear(metadata, 'authorization_endpoint')],
    ['an endpoint in clear text', (metadata) => clear(metadata, 'token_endpoint')],
    ['keys in clear text', (metadata) => clear(metadata, 'jwks_uri')],
    ['an endpoint that is no address', (metadata) => ({ ...metadata, token_endpoint: 'x' })],
  ])('that tells %s is none', async (_name, metadata) => {
    provider.misbehaviour = { metadata };
    expect((await setProvider(south, 'south')).body).toMatchObject(unavailable);
  });

  it('that does not know the token it gave is told as that', async () => {
    const email = 'forgotten@example.org';
    await invited(email);
    provider.isTerse = true;
    provider.person = { sub: 'forgotten', email, ...STRONG };
    provider.misbehaviour = { isForgetful: true };
    expect((await enter()).body).toMatchObject(unavailable);
    provider.misbehaviour = {};
    expect((await enter()).status).toBe(200);
  });

  it.each([
    'http://127.0.0.1:1',
    'https://user:secret@login.example.org',
    'https://login.example.org/?x=1',
    'https://login.example.org/#x',
    'ftp://login.example.org',
    'login.example.org',
  ])('%s is no issuer', async (issuer) => {
    expect((await setProvider(south, 'south', issuer)).status).toBe(400);
  });

  it.each(['https://10.0.0.1', 'https://169.254.169.254', 'https://[::1]', 'https://localhost'])(
    '%s is not called, since it is not on the internet',
    async (issuer) => {
      expect((await setProvider(south, 'south', issuer)).body).toMatchObject(unavailable);
    },
  );

  it('belongs to one organisation, also of two that are set at once', async () => {
    await clinic.post('/v1/auth/step-up', { password: PASSWORD }, chief);
    const body = { issuer: provider.issuer, clientId: 'matrix', clientSecret: 'secret' };
    const answers = await Promise.all(
      [north, south].map((id) => clinic.as(chief, 'PUT', url(id), body)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await setProvider(north, 'north');
    await setProvider(south, 'south');
  });

  it('belongs to one organisation, and no administrator sets it', async () => {
    expect((await setProvider(south, 'north')).body).toMatchObject({
      ...{ status: 409, code: 'IDENTITY.PROVIDER_TAKEN' },
    });
    for (const token of [admin, southHead]) {
      await clinic.post('/v1/auth/step-up', { password: PASSWORD }, token);
      const body = { issuer: provider.issuer, clientId: 'matrix' };
      expect((await clinic.as(token, 'PUT', url(north), body)).body).toMatchObject({
        ...{ status: 403, code: 'IDENTITY.NOT_PERMITTED' },
      });
    }
  });

  it('keeps its secret encrypted, and sends nobody to a page that is not ours', async () => {
    const { rows } = await clinic.owner.query<{ secret: string }>(
      'select client_secret_ciphertext as secret from organizations where id = $1',
      [north],
    );
    expect(rows[0]?.secret.length).toBeGreaterThan(40);
    expect(rows[0]?.secret).not.toContain('secret');
    const others = ['https://evil.example/', 'http://localhost:3001/back', `${BACK}?x=1`];
    others.push(`${BACK}#x`, 'http://a@localhost:3000/back', 'javascript:alert(1)');
    for (const page of others) {
      for (const name of ['redirectUri', 'logoutRedirectUri']) {
        expect(await begin(north, { [name]: page })).toMatchObject({
          ...{ status: 400, code: 'IDENTITY.REDIRECT_REFUSED' },
        });
      }
    }
  });
});
