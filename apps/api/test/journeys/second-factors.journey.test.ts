import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, openAccounts, PASSWORD, totp, type Accounts } from '../accounts.ts';

const MINUTE = 60_000;

let accounts: Accounts;

beforeAll(async () => {
  accounts = await openAccounts();
});

afterAll(() => accounts.close());

describe('a second factor', () => {
  it('is enrolled, asked for at log-in, good once, and stands between a thief and everything', async () => {
    const email = 'factor@example.org';
    const token = await accounts.registered(email);
    const { body: enrolment } = await accounts.post(
      '/v1/me/factors/totp',
      { label: 'phone' },
      token,
    );
    const secret = String(enrolment['secret']);
    const now = () => accounts.platform.identity.clock();
    const confirmed = await accounts.post(
      '/v1/me/factors/totp/confirm',
      { code: totp(secret, now()) },
      token,
    );
    const codes = confirmed.body['recoveryCodes'] as string[];
    expect(codes).toHaveLength(10);

    accounts.platform.advance(MINUTE);
    const { body: half } = await accounts.post('/v1/auth/login', { email, password: PASSWORD });
    expect(half['factors']).toContain('TOTP');
    const pending = String(half['token']);
    expect((await accounts.call('GET', '/v1/me/sessions', pending)).status).toBe(403);
    const code = totp(secret, now());
    const proof = { method: 'TOTP', code };
    expect((await accounts.post('/v1/auth/login/factor', proof, pending)).status).toBe(200);
    expect((await accounts.call('GET', '/v1/me', pending)).body).toMatchObject({
      mfa: true,
      lacks: null,
    });
    const replay = await accounts.loggedIn(email);
    expect((await accounts.post('/v1/auth/login/factor', proof, replay)).status).toBe(403);

    const recovery = { method: 'RECOVERY_CODE', code: (codes[0] ?? '').toLowerCase() };
    expect((await accounts.post('/v1/auth/login/factor', recovery, replay)).status).toBe(200);
    const third = await accounts.loggedIn(email);
    expect((await accounts.post('/v1/auth/login/factor', recovery, third)).status).toBe(403);
    expect(await accounts.auditOf(email)).toEqual(expect.arrayContaining(['MFA 0', 'MFA 4']));
  });

  it('is not replaced by a mailbox that was never enrolled, nor by the password alone', async () => {
    const email = 'downgrade@example.org';
    const token = await accounts.registered(email);
    const { body } = await accounts.post('/v1/me/factors/totp', {}, token);
    const at = () => accounts.platform.identity.clock();
    const code = totp(String(body['secret']), at());
    await accounts.post('/v1/me/factors/totp/confirm', { code }, token);
    accounts.platform.advance(MINUTE);
    const thief = await accounts.loggedIn(email);
    expect((await accounts.call('POST', '/v1/auth/factor-code', thief)).body).toMatchObject({
      code: 'IDENTITY.FACTOR_NOT_ALLOWED',
    });
    const attempts: [string, object][] = [
      ['/v1/me/password', { currentPassword: PASSWORD, newPassword: 'Thiefs-Horse-7-Battery' }],
      ['/v1/me/factors/totp', {}],
      ['/v1/me/factors/email', {}],
      ['/v1/me/factors/recovery-codes', {}],
      ['/v1/auth/step-up', { password: PASSWORD }],
    ];
    for (const [url, payload] of attempts) {
      const { body: answer } = await accounts.post(url, payload, thief);
      expect({ url, code: answer['code'] }).toEqual({ url, code: 'API.SESSION_INCOMPLETE' });
    }
  });

  it('may be a mailbox, for who enrols it', async () => {
    const email = 'mailbox@example.org';
    const token = await accounts.registered(email);
    await accounts.call('POST', '/v1/me/factors/email', token);
    const first = codeIn((await accounts.receive())[0]);
    const wrong = first === '000000' ? '111111' : '000000';
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const answer = await accounts.post('/v1/me/factors/email/confirm', { code: wrong }, token);
      expect(answer.status).toBe(403);
    }
    const late = await accounts.post('/v1/me/factors/email/confirm', { code: first }, token);
    expect(late.status).toBe(403);
    await accounts.call('POST', '/v1/me/factors/email', token);
    const code = codeIn((await accounts.receive())[0]);
    const confirmed = await accounts.post('/v1/me/factors/email/confirm', { code }, token);
    expect(confirmed.body['recoveryCodes']).toHaveLength(10);

    const { body: half } = await accounts.post('/v1/auth/login', { email, password: PASSWORD });
    expect(half['factors']).toContain('EMAIL');
    const pending = String(half['token']);
    expect((await accounts.call('POST', '/v1/auth/factor-code', pending)).status).toBe(202);
    const proof = { method: 'EMAIL', code: codeIn((await accounts.receive())[0]) };
    expect((await accounts.post('/v1/auth/login/factor', proof, pending)).status).toBe(200);
    const again = await accounts.loggedIn(email);
    expect((await accounts.post('/v1/auth/login/factor', proof, again)).status).toBe(403);
  });

  it('cannot be guessed: wrong codes lock the account as wrong passwords do', async () => {
    const email = 'guess@example.org';
    const token = await accounts.registered(email);
    const { body } = await accounts.post('/v1/me/factors/totp', {}, token);
    const secret = String(body['secret']);
    const at = () => accounts.platform.identity.clock();
    await accounts.post('/v1/me/factors/totp/confirm', { code: totp(secret, at()) }, token);
    accounts.platform.advance(MINUTE);
    const pending = await accounts.loggedIn(email);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await accounts.post('/v1/auth/login/factor', { method: 'TOTP', code: '000000' }, pending);
      accounts.platform.advance(10_000);
    }
    const right = { method: 'TOTP', code: totp(secret, at()) };
    expect((await accounts.post('/v1/auth/login/factor', right, pending)).status).toBe(403);
  });

  it('may be removed only after a fresh proof', async () => {
    const token = await accounts.registered('remove@example.org');
    const { body } = await accounts.post('/v1/me/factors/totp', {}, token);
    const at = () => accounts.platform.identity.clock();
    await accounts.post(
      '/v1/me/factors/totp/confirm',
      { code: totp(String(body['secret']), at()) },
      token,
    );
    const { body: list } = await accounts.call('GET', '/v1/me/factors', token);
    const [factor] = list['items'] as { id: string }[];
    const url = `/v1/me/factors/${factor?.id ?? ''}`;
    expect((await accounts.call('DELETE', url, token)).body).toMatchObject({
      code: 'IDENTITY.STEP_UP_REQUIRED',
    });
    expect((await accounts.post('/v1/auth/step-up', { password: PASSWORD }, token)).status).toBe(
      200,
    );
    expect((await accounts.call('DELETE', url, token)).status).toBe(200);
    accounts.platform.advance(11 * MINUTE);
    expect((await accounts.call('GET', '/v1/me', token)).body).toMatchObject({ stepUp: false });
  });
});
