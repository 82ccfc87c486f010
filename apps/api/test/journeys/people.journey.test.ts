import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccounts, PASSWORD, tokenIn, type Accounts } from '../accounts.ts';

const MINUTE = 60_000;

let accounts: Accounts;

beforeAll(async () => {
  accounts = await openAccounts();
});

afterAll(() => accounts.close());

describe('a person', () => {
  it('registers, proves the address by mail, logs in and out', async () => {
    const email = 'ann@example.org';
    expect((await accounts.post('/v1/auth/register', { email, password: PASSWORD })).status).toBe(
      202,
    );
    expect((await accounts.post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
    const [mail] = await accounts.receive();
    expect(mail).toContain('To: ann@example.org');
    const proof = { token: tokenIn(mail), password: PASSWORD };
    expect((await accounts.post('/v1/auth/verify-email', proof)).status).toBe(200);
    expect((await accounts.post('/v1/auth/verify-email', proof)).status).toBe(403);
    const token = await accounts.loggedIn(email);
    expect((await accounts.call('GET', '/v1/me', token)).body).toMatchObject({
      email,
      lacks: null,
    });
    expect((await accounts.call('POST', '/v1/auth/logout', token)).status).toBe(200);
    expect((await accounts.call('GET', '/v1/me', token)).status).toBe(401);
    expect(await accounts.auditOf(email)).toEqual(
      expect.arrayContaining(['LOGIN_FAILED 4', 'PERMISSION_CHANGE 0', 'LOGIN 0', 'LOGOUT 0']),
    );
  });

  it('cannot be told from nobody', async () => {
    await accounts.registered('known@example.org');
    const known = await accounts.post('/v1/auth/register', {
      email: 'known@example.org',
      password: PASSWORD,
    });
    const unknown = await accounts.post('/v1/auth/register', {
      email: 'new@example.org',
      password: PASSWORD,
    });
    expect({ ...known, body: known.body }).toEqual(unknown);
    const subjects = (await accounts.receive()).map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1]);
    expect(subjects.sort()).toEqual([
      'Confirm your address',
      'Somebody tried to register with your address',
    ]);
    const bodies = [];
    for (const email of ['known@example.org', 'nobody@example.org']) {
      const { status, body } = await accounts.post('/v1/auth/login', { email, password: 'wrong' });
      bodies.push({ status, ...body, requestId: '' });
      const forgot = await accounts.post('/v1/auth/password/forgot', { email });
      bodies.push({ status: forgot.status, ...forgot.body });
    }
    expect(bodies.slice(0, 2)).toEqual(bodies.slice(2));
    expect(await accounts.receive()).toHaveLength(1);
  });

  it('does not open an account that a stranger registered with their address', async () => {
    const email = 'victim@example.org';
    const strangers = 'Strangers-Horse-1-Battery';
    await accounts.post('/v1/auth/register', { email, password: strangers });
    const [theirs] = await accounts.receive();
    const misled = { token: tokenIn(theirs), password: PASSWORD };
    expect((await accounts.post('/v1/auth/verify-email', misled)).status).toBe(403);
    await accounts.post('/v1/auth/register', { email, password: PASSWORD });
    const [mine] = await accounts.receive();
    const stale = { token: tokenIn(theirs), password: strangers };
    expect((await accounts.post('/v1/auth/verify-email', stale)).status).toBe(403);
    const proof = { token: tokenIn(mine), password: PASSWORD };
    expect((await accounts.post('/v1/auth/verify-email', proof)).status).toBe(200);
    expect(await accounts.loggedIn(email, strangers)).toBe('undefined');
    expect(await accounts.loggedIn(email)).toMatch(/^hvs_/);
  });

  it.each(['/v1/auth/password/forgot', '/v1/auth/register'])(
    'is not flooded with mail through %s',
    async (url) => {
      const email = `flood-${url.length}@example.org`;
      await accounts.registered(email);
      const body = url.endsWith('register') ? { email, password: PASSWORD } : { email };
      for (let time = 0; time < 12; time += 1) {
        expect((await accounts.post(url, body)).status).toBe(202);
      }
      expect((await accounts.receive()).length).toBeLessThanOrEqual(5);
      accounts.platform.advance(61 * MINUTE);
      await accounts.post(url, body);
      expect(await accounts.receive()).toHaveLength(1);
    },
  );

  it('is refused a password that breaks the policy, and told how', async () => {
    const { status, body } = await accounts.post('/v1/auth/register', {
      email: 'weak@example.org',
      password: 'short',
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'IDENTITY.PASSWORD_REFUSED' });
    expect(JSON.stringify(body)).not.toContain('short"');
  });

  it('is locked out by wrong passwords, for longer each time, also with the right one', async () => {
    const email = 'locked@example.org';
    await accounts.registered(email);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await accounts.post('/v1/auth/login', { email, password: 'wrong' });
      accounts.platform.advance(20_000);
    }
    expect((await accounts.post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
    accounts.platform.advance(31 * MINUTE);
    expect((await accounts.post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(200);
    const { rows } = await accounts.owner.query(
      'select failed_login_count from users where email = $1',
      [email],
    );
    expect(rows).toEqual([{ failed_login_count: 0 }]);
  });

  it('counts every wrong password of many at once', async () => {
    const email = 'parallel@example.org';
    await accounts.registered(email);
    await Promise.all(
      Array.from({ length: 8 }, () =>
        accounts.post('/v1/auth/login', { email, password: 'wrong' }),
      ),
    );
    const { rows } = await accounts.owner.query<{ failed_login_count: number }>(
      'select failed_login_count from users where email = $1',
      [email],
    );
    expect(rows[0]?.failed_login_count).toBeGreaterThanOrEqual(3);
    expect((await accounts.post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
  });

  it('resets a forgotten password; every session ends, and old ones do not come back', async () => {
    const email = 'forgot@example.org';
    const token = await accounts.registered(email);
    await accounts.post('/v1/auth/password/forgot', { email });
    const [mail] = await accounts.receive();
    const again = await accounts.post('/v1/auth/password/reset', {
      token: tokenIn(mail),
      newPassword: PASSWORD,
    });
    expect(again.body).toMatchObject({ code: 'IDENTITY.PASSWORD_REFUSED' });
    const newPassword = 'Another-Horse-8-Staple';
    const reset = await accounts.post('/v1/auth/password/reset', {
      token: tokenIn(mail),
      newPassword,
    });
    expect(reset.status).toBe(200);
    expect((await accounts.call('GET', '/v1/me', token)).status).toBe(401);
    expect((await accounts.post('/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
    expect(await accounts.loggedIn(email, newPassword)).toMatch(/^hvs_/);
    expect(
      (await accounts.post('/v1/auth/password/reset', { token: tokenIn(mail), newPassword }))
        .status,
    ).toBe(403);
  });

  it('cannot have the password guessed through a stolen session', async () => {
    const email = 'stolen@example.org';
    const token = await accounts.registered(email);
    const newPassword = 'Thiefs-Horse-7-Battery';
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const guess = { currentPassword: `Guess-${attempt}`, newPassword };
      expect((await accounts.post('/v1/me/password', guess, token)).status).toBe(403);
      accounts.platform.advance(20_000);
    }
    const right = { currentPassword: PASSWORD, newPassword };
    expect((await accounts.post('/v1/me/password', right, token)).status).toBe(403);
    expect(await accounts.auditOf(email)).toContain('CONFIG_CHANGE 4');
  });

  it('must change a password that has expired before anything else', async () => {
    const email = 'expired@example.org';
    await accounts.registered(email);
    accounts.platform.advance(91 * 24 * 60 * MINUTE);
    const token = await accounts.loggedIn(email);
    expect((await accounts.call('GET', '/v1/me/sessions', token)).body).toMatchObject({
      code: 'API.SESSION_INCOMPLETE',
    });
    const change = { currentPassword: PASSWORD, newPassword: 'Third-Horse-9-Stapled' };
    expect((await accounts.post('/v1/me/password', change, token)).status).toBe(200);
    expect((await accounts.call('GET', '/v1/me/sessions', token)).status).toBe(200);
  });
});
