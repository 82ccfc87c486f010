import { Writable } from 'node:stream';
import { Secret } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, PASSWORD, tokenIn, totp } from './accounts.ts';
import { openClinic, type Clinic } from './clinic.ts';
import { dumpDatabase } from './dump-database.ts';

const EMAIL = 'keeper@example.org';
const NEW_PASSWORD = 'Another-Horse-8-Staple';

let clinic: Clinic;
let log = '';
/** What was given out or told in confidence, by what it is. */
const secrets = new Map<string, string>();
/** Codes of six digits: too short to be looked for inside other words. */
const codes: string[] = [];
/** The bodies of every refusal. */
const refusals: string[] = [];
let seeded: ReadonlySet<string>;

beforeAll(async () => {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  clinic = await openClinic({ logLevel: 'trace', log: stream });
  seeded = new Set(await dumpDatabase(clinic.owner));
  await liveThrough();
});

afterAll(() => clinic.close());

const keep = (name: string, value: unknown) => {
  expect(value, name).toEqual(expect.stringMatching(/.{12}/));
  secrets.set(`${name} ${secrets.size}`, String(value));
  return String(value);
};

/** Sends a request, and keeps the answer where it is a refusal. */
async function send(method: 'GET' | 'POST' | 'DELETE', url: string, token?: string, body?: object) {
  const answer = await clinic.call(method, url, token, body);
  if (answer.status >= 400) refusals.push(JSON.stringify(answer.body));
  return answer;
}

const post = (url: string, body: object, token?: string) => send('POST', url, token, body);

async function mailed(): Promise<string> {
  return (await clinic.receive())[0] ?? '';
}

async function logIn(password: string): Promise<string> {
  const { body } = await post('/v1/auth/login', { email: EMAIL, password });
  keep('refresh token', body['refreshToken']);
  return keep('session token', body['token']);
}

/** Everything that is secret is made, used, used again and used wrongly. */
async function liveThrough(): Promise<void> {
  keep('password', PASSWORD);
  keep('new password', NEW_PASSWORD);
  await post('/v1/auth/register', { email: EMAIL, password: PASSWORD });
  const proof = { token: keep('verification token', tokenIn(await mailed())), password: PASSWORD };
  await post('/v1/auth/verify-email', { ...proof, password: NEW_PASSWORD });
  await post('/v1/auth/verify-email', proof);
  await post('/v1/auth/verify-email', proof);
  await misuse();

  const token = await logIn(PASSWORD);
  const { body } = await post('/v1/me/factors/totp', {}, token);
  const secret = keep('TOTP secret', body['secret']);
  keep('TOTP secret, in hex', Secret.fromBase32(secret).hex);
  const now = () => clinic.platform.identity.clock();
  codes.push(totp(secret, now()));
  const confirmed = await post('/v1/me/factors/totp/confirm', { code: codes[0] }, token);
  await post('/v1/me/factors/totp/confirm', { code: codes[0] }, token);
  const recoveryCodes = confirmed.body['recoveryCodes'] as string[];
  for (const code of recoveryCodes) {
    keep('recovery code', code);
    keep('bare recovery code', code.replaceAll('-', ''));
  }
  const recovery = { method: 'RECOVERY_CODE', code: recoveryCodes[0] };
  await post('/v1/auth/step-up', recovery, token);
  await post('/v1/auth/step-up', recovery, token);
  await post('/v1/auth/step-up', { password: PASSWORD }, token);
  await post('/v1/me/factors/email', {}, token);
  codes.push(codeIn(await mailed()));
  await post('/v1/me/factors/email/confirm', { code: codes[1] }, token);
  await post('/v1/me/factors/email/confirm', { code: codes[1] }, token);
  expect(codes.map((code) => code.length)).toEqual([6, 6]);

  const [refreshToken] = [...secrets].flatMap(([name, value]) =>
    name.startsWith('refresh') ? [value] : [],
  );
  const { body: next } = await post('/v1/auth/refresh', { refreshToken });
  keep('session token', next['token']);
  keep('refresh token', next['refreshToken']);
  await post('/v1/auth/refresh', { refreshToken });

  await post('/v1/auth/password/forgot', { email: EMAIL });
  const reset = { token: keep('reset token', tokenIn(await mailed())), newPassword: NEW_PASSWORD };
  await post('/v1/auth/password/reset', { ...reset, newPassword: PASSWORD });
  await post('/v1/auth/password/reset', reset);
  await post('/v1/auth/password/reset', reset);

  const owner = await clinic.staff('owner@example.org', 'OWNER');
  keep('session token', owner);
  await post('/v1/auth/step-up', { password: PASSWORD }, owner);
  const key = keep(
    'API key',
    (await post('/v1/me/api-keys', { name: 'k', scopes: ['READ_PHI'] }, owner)).body['key'],
  );
  await send('GET', '/v1/me', key);
  await send('GET', `/v1/patients/${crypto.randomUUID()}`, key);
  await post('/v1/users/invitations', { email: 'guest@example.org', role: 'DOCTOR' }, owner);
  const invitation = { token: keep('invitation token', tokenIn(await mailed())) };
  await post('/v1/auth/invitations/accept', { ...invitation, password: 'short' });
  await post('/v1/auth/invitations/accept', { ...invitation, password: NEW_PASSWORD });
  await clinic.owner.query('revoke insert on audit_logs from test_app');
  await post('/v1/auth/login', { email: EMAIL, password: NEW_PASSWORD });
  await send('POST', '/v1/auth/logout', owner);
  await clinic.owner.query('grant insert on audit_logs to test_app');
}

/** Secrets in wrong places and shapes, and in what is no JSON. */
async function misuse(): Promise<void> {
  const { server } = clinic.platform;
  for (const body of [
    { email: EMAIL, password: [PASSWORD] },
    { email: EMAIL, password: PASSWORD, [PASSWORD]: true },
    { email: PASSWORD, password: PASSWORD },
    { email: EMAIL, password: `${NEW_PASSWORD} wrong` },
  ]) {
    await post('/v1/auth/login', body);
  }
  const headers = { 'content-type': 'application/json' };
  for (const request of [
    { url: '/v1/auth/login', headers, payload: `{"email":"${EMAIL}","password":"${PASSWORD}"` },
    { url: `/v1/auth/login?password=${PASSWORD}`, headers, payload: '{}' },
    { url: `/v1/${PASSWORD}`, headers, payload: '{}' },
    { url: '/v1/me', headers: { authorization: `Basic ${btoa(`${EMAIL}:${PASSWORD}`)}` } },
    { url: '/v1/me', headers: { authorization: `Bearer ${PASSWORD} ${PASSWORD}` } },
  ]) {
    const answer = await server.inject({ method: 'POST', ...request });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    refusals.push(answer.body);
  }
}

/** Names of the secrets that a text holds, as they are or as bytes and addresses are written. */
function foundIn(text: string): string[] {
  const whole = text.toLowerCase();
  return [...secrets]
    .filter(([, value]) =>
      [
        value,
        value.slice(-43),
        encodeURIComponent(value),
        Buffer.from(value).toString('hex'),
        Buffer.from(value).toString('base64').replace(/=+$/, ''),
      ].some((form) => whole.includes(form.toLowerCase())),
    )
    .map(([name]) => name);
}

const standsAlone = (code: string) => new RegExp(`(?<![\\w.-])${code}(?![\\w.-])`);

describe('what is secret', () => {
  it('is of every kind', () => {
    const kinds = new Set([...secrets.keys()].map((name) => name.replace(/ \d+$/, '')));
    expect([...kinds].sort()).toMatchInlineSnapshot(`
      [
        "API key",
        "TOTP secret",
        "TOTP secret, in hex",
        "bare recovery code",
        "invitation token",
        "new password",
        "password",
        "recovery code",
        "refresh token",
        "reset token",
        "session token",
        "verification token",
      ]
    `);
  });

  it('is in no row of any table in the clear', async () => {
    const dump = (await dumpDatabase(clinic.owner)).filter((row) => !seeded.has(row));
    const text = dump.join('\n');
    expect(text).toContain('$argon2id$');
    expect(foundIn(text)).toEqual([]);
    expect(codes.filter((code) => standsAlone(code).test(text))).toEqual([]);
  });

  it('is in no line of the log, at its most talkative', () => {
    expect(log.split('\n').length).toBeGreaterThan(40);
    expect(foundIn(log)).toEqual([]);
    expect(codes.filter((code) => standsAlone(code).test(log))).toEqual([]);
    expect(log).not.toMatch(/hv[srkc]_|@example\.org/);
  });

  it('is repeated by no refusal', () => {
    expect(refusals.length).toBeGreaterThan(20);
    expect(foundIn(refusals.join('\n'))).toEqual([]);
    expect(refusals.join('\n')).not.toMatch(/hv[srkc]_|keeper@/);
    expect(codes.filter((code) => refusals.some((body) => standsAlone(code).test(body)))).toEqual(
      [],
    );
  });
});
