import { withActor } from '@holovitals/database';
import {
  actorHasPermission,
  authenticateKey,
  createOwner,
  deliverMessages,
  smtpSender,
} from '@holovitals/identity';
import { Secret, TOTP } from 'otpauth';
import { SMTPServer } from 'smtp-server';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPlatform, type TestPlatform } from '../test-platform.ts';

const MINUTE = 60_000;
const PASSWORD = 'Correct-Horse-7-Battery';

let platform: TestPlatform;
let owner: pg.Client;
let mailServer: SMTPServer;
let mailPort: number;
/** Mails as they arrived. */
const mails: string[] = [];

beforeAll(async () => {
  platform = await openTestPlatform();
  owner = new pg.Client({ connectionString: platform.database.url });
  await owner.connect();
  mailServer = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => {
    const listening = mailServer.listen(0, '127.0.0.1', resolve);
    listening.on('listening', () => {
      mailPort = (listening.address() as { port: number }).port;
    });
  });
});

afterAll(async () => {
  await new Promise<void>((resolve) => mailServer.close(resolve));
  await owner.end();
  await platform.close();
});

type Body = Record<string, unknown>;

async function call(method: 'GET' | 'POST' | 'DELETE', url: string, token?: string, body?: object) {
  const answer = await platform.server.inject({
    method,
    url,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body !== undefined && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.json<Body>() };
}

const post = (url: string, body: object, token?: string) => call('POST', url, token, body);

/** Sends what is in the outbox over SMTP; answers the mails that arrived, soft line breaks undone. */
async function receive(): Promise<string[]> {
  const before = mails.length;
  const from = 'HoloVitals <no-reply@example.org>';
  const send = smtpSender({ host: '127.0.0.1', port: mailPort, from, requireTls: false });
  await deliverMessages(platform.identity, { EMAIL: send }, 'http://api.example');
  return mails.slice(before).map((mail) => mail.replaceAll(/=\r\n/g, '').replaceAll('=3D', '='));
}

const tokenIn = (mail = '') => /hvc_[\w-]{43}/.exec(mail)?.[0] ?? '';

async function registered(email: string): Promise<string> {
  await post('/v1/auth/register', { email, password: PASSWORD });
  const mail = (await receive()).find((text) => text.includes(`To: ${email}`));
  await post('/v1/auth/verify-email', { token: tokenIn(mail) });
  return await loggedIn(email);
}

async function loggedIn(email: string, password = PASSWORD): Promise<string> {
  return String((await post('/v1/auth/login', { email, password })).body['token']);
}

async function auditOf(email: string): Promise<string[]> {
  const { rows } = await owner.query<{ event: string }>(
    `select event_type || ' ' || outcome as event from audit_logs
     join users on users.id = user_id where email = $1 order by audit_logs.id`,
    [email],
  );
  return rows.map(({ event }) => event);
}

function totp(secret: string, at: Date): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });
}

describe('a person', () => {
  it('registers, proves the address by mail, logs in and out', async () => {
    const email = 'ann@example.org';
    expect((await post('/v1/auth/register', { email, password: PASSWORD })).status).toBe(202);
    expect((await post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
    const [mail] = await receive();
    expect(mail).toContain('To: ann@example.org');
    expect((await post('/v1/auth/verify-email', { token: tokenIn(mail) })).status).toBe(200);
    expect((await post('/v1/auth/verify-email', { token: tokenIn(mail) })).status).toBe(403);
    const token = await loggedIn(email);
    expect((await call('GET', '/v1/me', token)).body).toMatchObject({ email, lacks: null });
    expect((await call('POST', '/v1/auth/logout', token)).status).toBe(200);
    expect((await call('GET', '/v1/me', token)).status).toBe(401);
    expect(await auditOf(email)).toEqual(
      expect.arrayContaining(['LOGIN_FAILED 4', 'PERMISSION_CHANGE 0', 'LOGIN 0', 'LOGOUT 0']),
    );
  });

  it('cannot be told from nobody', async () => {
    await registered('known@example.org');
    const known = await post('/v1/auth/register', {
      email: 'known@example.org',
      password: PASSWORD,
    });
    const unknown = await post('/v1/auth/register', {
      email: 'new@example.org',
      password: PASSWORD,
    });
    expect({ ...known, body: known.body }).toEqual(unknown);
    const subjects = (await receive()).map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1]);
    expect(subjects.sort()).toEqual([
      'Confirm your address',
      'Somebody tried to register with your address',
    ]);
    const bodies = [];
    for (const email of ['known@example.org', 'nobody@example.org']) {
      const { status, body } = await post('/v1/auth/login', { email, password: 'wrong' });
      bodies.push({ status, ...body, requestId: '' });
      const forgot = await post('/v1/auth/password/forgot', { email });
      bodies.push({ status: forgot.status, ...forgot.body });
    }
    expect(bodies.slice(0, 2)).toEqual(bodies.slice(2));
    expect(await receive()).toHaveLength(1);
  });

  it('is refused a password that breaks the policy, and told how', async () => {
    const { status, body } = await post('/v1/auth/register', {
      email: 'weak@example.org',
      password: 'short',
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'IDENTITY.PASSWORD_REFUSED' });
    expect(JSON.stringify(body)).not.toContain('short"');
  });

  it('is locked out by wrong passwords, for longer each time, also with the right one', async () => {
    const email = 'locked@example.org';
    await registered(email);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await post('/v1/auth/login', { email, password: 'wrong' });
      platform.advance(20_000);
    }
    expect((await post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
    platform.advance(31 * MINUTE);
    expect((await post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(200);
    const { rows } = await owner.query('select failed_login_count from users where email = $1', [
      email,
    ]);
    expect(rows).toEqual([{ failed_login_count: 0 }]);
  });

  it('counts every wrong password of many at once', async () => {
    const email = 'parallel@example.org';
    await registered(email);
    await Promise.all(
      Array.from({ length: 8 }, () => post('/v1/auth/login', { email, password: 'wrong' })),
    );
    const { rows } = await owner.query<{ failed_login_count: number }>(
      'select failed_login_count from users where email = $1',
      [email],
    );
    expect(rows[0]?.failed_login_count).toBeGreaterThanOrEqual(3);
    expect((await post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
  });

  it('resets a forgotten password; every session ends, and old ones do not come back', async () => {
    const email = 'forgot@example.org';
    const token = await registered(email);
    await post('/v1/auth/password/forgot', { email });
    const [mail] = await receive();
    const again = await post('/v1/auth/password/reset', {
      token: tokenIn(mail),
      newPassword: PASSWORD,
    });
    expect(again.body).toMatchObject({ code: 'IDENTITY.PASSWORD_REFUSED' });
    const newPassword = 'Another-Horse-8-Staple';
    const reset = await post('/v1/auth/password/reset', { token: tokenIn(mail), newPassword });
    expect(reset.status).toBe(200);
    expect((await call('GET', '/v1/me', token)).status).toBe(401);
    expect((await post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
    expect(await loggedIn(email, newPassword)).toMatch(/^hvs_/);
    expect(
      (await post('/v1/auth/password/reset', { token: tokenIn(mail), newPassword })).status,
    ).toBe(403);
  });

  it('must change a password that has expired before anything else', async () => {
    const email = 'expired@example.org';
    await registered(email);
    platform.advance(91 * 24 * 60 * MINUTE);
    const token = await loggedIn(email);
    expect((await call('GET', '/v1/me/sessions', token)).body).toMatchObject({
      code: 'API.SESSION_INCOMPLETE',
    });
    const change = { currentPassword: PASSWORD, newPassword: 'Third-Horse-9-Stapled' };
    expect((await post('/v1/me/password', change, token)).status).toBe(200);
    expect((await call('GET', '/v1/me/sessions', token)).status).toBe(200);
  });
});

describe('a session', () => {
  it('ends when it idles, and when its time is over', async () => {
    const token = await registered('idle@example.org');
    platform.advance(29 * MINUTE);
    expect((await call('GET', '/v1/me', token)).status).toBe(200);
    platform.advance(31 * MINUTE);
    expect((await call('GET', '/v1/me', token)).status).toBe(401);
    const busy = await loggedIn('idle@example.org');
    let status = 200;
    let minutes = 0;
    for (; status === 200; minutes += 25) {
      platform.advance(25 * MINUTE);
      ({ status } = await call('GET', '/v1/me', busy));
    }
    expect(minutes).toBeGreaterThanOrEqual(1440);
    expect(minutes).toBeLessThanOrEqual(1475);
  });

  it('is refreshed once; a second use of the same token ends the family', async () => {
    await registered('refresh@example.org');
    const { body: first } = await post('/v1/auth/login', {
      email: 'refresh@example.org',
      password: PASSWORD,
    });
    const { body: second } = await post('/v1/auth/refresh', {
      refreshToken: first['refreshToken'],
    });
    expect((await call('GET', '/v1/me', String(first['token']))).status).toBe(401);
    expect((await call('GET', '/v1/me', String(second['token']))).status).toBe(200);
    const reused = await post('/v1/auth/refresh', { refreshToken: first['refreshToken'] });
    expect(reused.status).toBe(401);
    expect((await call('GET', '/v1/me', String(second['token']))).status).toBe(401);
    expect((await post('/v1/auth/refresh', { refreshToken: second['refreshToken'] })).status).toBe(
      401,
    );
  });

  it('is listed and ended by its person alone', async () => {
    const mine = await registered('mine@example.org');
    const theirs = await registered('theirs@example.org');
    const { body } = await call('GET', '/v1/me/sessions', mine);
    const [session] = body['items'] as { id: string; isCurrent: boolean }[];
    expect(session).toMatchObject({ isCurrent: true });
    const url = `/v1/me/sessions/${session?.id ?? ''}`;
    expect((await call('DELETE', url, theirs)).status).toBe(404);
    expect((await call('DELETE', url, mine)).status).toBe(200);
    expect((await call('GET', '/v1/me', mine)).status).toBe(401);
  });

  it('is stored as a hash, and no log-in leaves a secret in the clear', async () => {
    const token = await registered('stored@example.org');
    const { rows } = await owner.query<{ row: string }>(
      `select row_to_json(s)::text as row from user_sessions s
       union all select row_to_json(n)::text from notifications n
       union all select row_to_json(c)::text from identity_challenges c
       union all select row_to_json(a)::text from audit_logs a`,
    );
    const all = rows.map(({ row }) => row).join('\n');
    expect(all).not.toContain(token.slice(4));
    expect(all).not.toContain(PASSWORD);
    for (const mail of mails) expect(all).not.toContain(tokenIn(mail) || 'nothing');
  });
});

describe('a second factor', () => {
  it('is enrolled, asked for at log-in, good once, and stands between a thief and everything', async () => {
    const email = 'factor@example.org';
    const token = await registered(email);
    const { body: enrolment } = await post('/v1/me/factors/totp', { label: 'phone' }, token);
    const secret = String(enrolment['secret']);
    const now = () => platform.identity.clock();
    const confirmed = await post(
      '/v1/me/factors/totp/confirm',
      { code: totp(secret, now()) },
      token,
    );
    const codes = confirmed.body['recoveryCodes'] as string[];
    expect(codes).toHaveLength(10);

    platform.advance(MINUTE);
    const { body: half } = await post('/v1/auth/login', { email, password: PASSWORD });
    expect(half['factors']).toContain('TOTP');
    const pending = String(half['token']);
    expect((await call('GET', '/v1/me/sessions', pending)).status).toBe(403);
    const code = totp(secret, now());
    const proof = { method: 'TOTP', code };
    expect((await post('/v1/auth/login/factor', proof, pending)).status).toBe(200);
    expect((await call('GET', '/v1/me', pending)).body).toMatchObject({ mfa: true, lacks: null });
    const replay = await loggedIn(email);
    expect((await post('/v1/auth/login/factor', proof, replay)).status).toBe(403);

    const recovery = { method: 'RECOVERY_CODE', code: (codes[0] ?? '').toLowerCase() };
    expect((await post('/v1/auth/login/factor', recovery, replay)).status).toBe(200);
    const third = await loggedIn(email);
    expect((await post('/v1/auth/login/factor', recovery, third)).status).toBe(403);
    await call('POST', '/v1/auth/factor-code', third);
    const [mail] = await receive();
    const emailed = { method: 'EMAIL', code: /Your code is (\d{6})/.exec(mail ?? '')?.[1] ?? '' };
    expect((await post('/v1/auth/login/factor', emailed, third)).status).toBe(200);
    expect(await auditOf(email)).toEqual(expect.arrayContaining(['MFA 0', 'MFA 4']));
  });

  it('cannot be guessed: wrong codes lock the account as wrong passwords do', async () => {
    const email = 'guess@example.org';
    const token = await registered(email);
    const { body } = await post('/v1/me/factors/totp', {}, token);
    const secret = String(body['secret']);
    const at = () => platform.identity.clock();
    await post('/v1/me/factors/totp/confirm', { code: totp(secret, at()) }, token);
    platform.advance(MINUTE);
    const pending = await loggedIn(email);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await post('/v1/auth/login/factor', { method: 'TOTP', code: '000000' }, pending);
      platform.advance(10_000);
    }
    const right = { method: 'TOTP', code: totp(secret, at()) };
    expect((await post('/v1/auth/login/factor', right, pending)).status).toBe(403);
  });

  it('may be removed only after a fresh proof', async () => {
    const token = await registered('remove@example.org');
    const { body } = await post('/v1/me/factors/totp', {}, token);
    const at = () => platform.identity.clock();
    await post('/v1/me/factors/totp/confirm', { code: totp(String(body['secret']), at()) }, token);
    const { body: list } = await call('GET', '/v1/me/factors', token);
    const [factor] = list['items'] as { id: string }[];
    const url = `/v1/me/factors/${factor?.id ?? ''}`;
    expect((await call('DELETE', url, token)).body).toMatchObject({
      code: 'IDENTITY.STEP_UP_REQUIRED',
    });
    expect((await post('/v1/auth/step-up', { password: PASSWORD }, token)).status).toBe(200);
    expect((await call('DELETE', url, token)).status).toBe(200);
    platform.advance(11 * MINUTE);
    expect((await call('GET', '/v1/me', token)).body).toMatchObject({ stepUp: false });
  });
});

describe('the owner', () => {
  let token: string;
  let password: string;

  // The database's own clock decides whether a role is live.
  beforeAll(() => platform.toNow());

  it('is appointed once', async () => {
    const outcomes = await Promise.allSettled(
      ['owner@example.org', 'second@example.org'].map((email) =>
        createOwner(platform.identity, { email }),
      ),
    );
    const made = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(made).toHaveLength(1);
    password = made[0]?.value.password ?? '';
    token = await loggedIn(made[0]?.value.email ?? '', password);
    await expect(createOwner(platform.identity, { email: 'c@example.org' })).rejects.toMatchObject({
      code: 'IDENTITY.OWNER_EXISTS',
    });
    expect((await call('GET', '/v1/me', token)).body).toMatchObject({ role: 'OWNER' });
  });

  it('invites a colleague once a second factor and a fresh proof are given', async () => {
    const invited = { email: 'doc@example.org', role: 'DOCTOR' };
    const stranger = await registered('stranger@example.org');
    expect((await post('/v1/users/invitations', invited, stranger)).status).toBe(403);
    expect((await post('/v1/users/invitations', invited, token)).status).toBe(403);
    const { body: enrolment } = await post('/v1/me/factors/totp', {}, token);
    const code = totp(String(enrolment['secret']), platform.identity.clock());
    await post('/v1/me/factors/totp/confirm', { code }, token);
    await post('/v1/auth/step-up', { password }, token);
    const { status, body } = await post('/v1/users/invitations', invited, token);
    expect({ status, body }).toMatchObject({ status: 202 });
    const mail = (await receive()).find((text) => text.includes('To: doc@example.org'));
    const accept = { token: tokenIn(mail), password: PASSWORD };
    expect((await post('/v1/auth/invitations/accept', accept)).status).toBe(200);
    const doctor = await loggedIn('doc@example.org');
    expect((await call('GET', '/v1/me', doctor)).body).toMatchObject({ role: 'DOCTOR' });
  });

  it('makes a key for a machine, which holds no more than its scopes, and ends it', async () => {
    const wanted = { name: 'job', scopes: ['READ_USERS'], allowedIpRanges: ['127.0.0.0/8'] };
    const { status, body } = await post('/v1/me/api-keys', wanted, token);
    expect({ status, body }).toMatchObject({ status: 201 });
    const facts = { userAgent: null, requestId: null, source: 'test' };
    const key = String(body['key']);
    const { identity } = platform;
    const actor = await authenticateKey(identity, key, { ...facts, ip: '127.0.0.1' });
    const holds = (permission: string) =>
      withActor(identity.db, actor, (tx) => actorHasPermission(tx, permission));
    expect([await holds('READ_USERS'), await holds('MANAGE_USERS')]).toEqual([true, false]);
    const elsewhere = authenticateKey(identity, key, { ...facts, ip: '10.0.0.1' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'IDENTITY.SESSION_INVALID' });
    expect((await call('GET', '/v1/me', key)).status).toBe(401);
    // Whatever the random bytes are, the key can be stored.
    for (let made = 0; made < 40; made += 1) {
      expect((await post('/v1/me/api-keys', wanted, token)).status).toBe(201);
    }
    const url = `/v1/me/api-keys/${String(body['id'])}`;
    expect((await call('DELETE', url, token)).status).toBe(200);
    const ended = authenticateKey(identity, key, { ...facts, ip: '127.0.0.1' });
    await expect(ended).rejects.toMatchObject({ code: 'IDENTITY.SESSION_INVALID' });
    expect(await holds('READ_USERS')).toBe(false);
  });
});

describe('every route', () => {
  it('that says nothing of access asks who calls', async () => {
    const { body } = await call('GET', '/openapi.json');
    const paths = body['paths'] as Record<string, Record<string, { security?: unknown[] }>>;
    const closed = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { security }]) => security === undefined)
        .map(([method]) => [method.toUpperCase(), path] as const),
    );
    expect(closed.length).toBeGreaterThan(10);
    for (const [method, path] of closed) {
      const url = path.replace('{id}', '018f0000-0000-7000-8000-00000000000a');
      for (const token of [
        undefined,
        'nonsense',
        `hvs_${'x'.repeat(43)}`,
        `hvk_${'x'.repeat(43)}`,
      ]) {
        const { status } = await call(method as 'GET', url, token);
        expect({ method, path, token, status }).toMatchObject({ status: 401 });
      }
    }
  });

  it.each([
    ['{"email":"a@b.de\\u0000","password":"x"}', 400],
    ['[[['.repeat(20_000), 400],
    [`${'['.repeat(60_000)}${']'.repeat(60_000)}`, 400],
    ['{"email":', 400],
    ['"text"', 400],
    [`{"email":"${'a'.repeat(300_000)}"}`, 413],
  ])('refuses an odd body (%#) without a fault of its own', async (payload, status) => {
    const answer = await platform.server.inject({
      method: 'POST',
      url: '/v1/auth/login',
      headers: { 'content-type': 'application/json' },
      payload,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });
});
