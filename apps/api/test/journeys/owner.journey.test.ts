import { withActor } from '@holovitals/database';
import { actorHasPermission, authenticateKey, createOwner } from '@holovitals/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccounts, PASSWORD, tokenIn, totp, type Accounts } from '../accounts.ts';

let accounts: Accounts;

beforeAll(async () => {
  accounts = await openAccounts();
});

afterAll(() => accounts.close());

describe('the owner', () => {
  let token: string;
  let password: string;

  it('is appointed once', async () => {
    const outcomes = await Promise.allSettled(
      ['owner@example.org', 'second@example.org'].map((email) =>
        createOwner(accounts.platform.identity, { email }),
      ),
    );
    const made = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(made).toHaveLength(1);
    password = made[0]?.value.password ?? '';
    token = await accounts.loggedIn(made[0]?.value.email ?? '', password);
    await expect(
      createOwner(accounts.platform.identity, { email: 'c@example.org' }),
    ).rejects.toMatchObject({
      code: 'IDENTITY.OWNER_EXISTS',
    });
    expect((await accounts.call('GET', '/v1/me', token)).body).toMatchObject({ role: 'OWNER' });
  });

  it('invites a colleague once a second factor and a fresh proof are given', async () => {
    const invited = { email: 'doc@example.org', role: 'DOCTOR' };
    const stranger = await accounts.registered('stranger@example.org');
    expect((await accounts.post('/v1/users/invitations', invited, stranger)).status).toBe(403);
    expect((await accounts.post('/v1/users/invitations', invited, token)).status).toBe(403);
    const { body: enrolment } = await accounts.post('/v1/me/factors/totp', {}, token);
    const code = totp(String(enrolment['secret']), accounts.platform.identity.clock());
    await accounts.post('/v1/me/factors/totp/confirm', { code }, token);
    await accounts.post('/v1/auth/step-up', { password }, token);
    const { status, body } = await accounts.post('/v1/users/invitations', invited, token);
    expect({ status, body }).toMatchObject({ status: 202 });
    const mail = (await accounts.receive()).find((text) => text.includes('To: doc@example.org'));
    const accept = { token: tokenIn(mail), password: PASSWORD };
    expect((await accounts.post('/v1/auth/invitations/accept', accept)).status).toBe(200);
    const doctor = await accounts.loggedIn('doc@example.org');
    expect((await accounts.call('GET', '/v1/me', doctor)).body).toMatchObject({ role: 'DOCTOR' });
  });

  it('invites who a stranger registered, and the stranger gains nothing', async () => {
    const email = 'taken@example.org';
    const strangers = 'Strangers-Horse-1-Battery';
    await accounts.post('/v1/auth/register', { email, password: strangers });
    const [registration] = await accounts.receive();
    await accounts.post('/v1/users/invitations', { email, role: 'DOCTOR' }, token);
    const proof = { token: tokenIn(registration), password: strangers };
    expect((await accounts.post('/v1/auth/verify-email', proof)).status).toBe(403);
    const [mail] = await accounts.receive();
    const accept = { token: tokenIn(mail), password: PASSWORD };
    expect((await accounts.post('/v1/auth/invitations/accept', accept)).status).toBe(200);
    expect(await accounts.loggedIn(email, strangers)).toBe('undefined');
    expect(await accounts.loggedIn(email)).toMatch(/^hvs_/);
  });

  it('gives no role to themselves, and none that is not there or another organisation’s', async () => {
    const { body: me } = await accounts.call('GET', '/v1/me', token);
    const self = { email: String(me['email']), role: 'DOCTOR' };
    expect((await accounts.post('/v1/users/invitations', self, token)).body).toMatchObject({
      code: 'IDENTITY.SELF_GRANT',
    });
    const { rows } = await accounts.owner.query<{ name: string }>(
      `with made as (
         insert into organizations (id, name, kind, updated_at)
         values (gen_random_uuid(), 'Elsewhere', 'PROVIDER', now()) returning id)
       insert into roles (id, name, organization_id, updated_at)
       select gen_random_uuid(), 'NURSE@' || id, id, now() from made returning name`,
    );
    for (const role of ['NOBODY', rows[0]?.name]) {
      const invited = { email: 'x@example.org', role };
      expect((await accounts.post('/v1/users/invitations', invited, token)).status).toBe(404);
    }
  });

  it('makes a key for a machine, which holds no more than its scopes, and ends it', async () => {
    const wanted = { name: 'job', scopes: ['READ_USERS'], allowedIpRanges: ['127.0.0.0/8'] };
    const { status, body } = await accounts.post('/v1/me/api-keys', wanted, token);
    expect({ status, body }).toMatchObject({ status: 201 });
    const facts = { userAgent: null, requestId: null, source: 'test' };
    const key = String(body['key']);
    const { identity } = accounts.platform;
    const actor = await authenticateKey(identity, key, { ...facts, ip: '127.0.0.1' });
    const holds = (permission: string) =>
      withActor(identity.db, actor, (tx) => actorHasPermission(tx, permission));
    expect([await holds('READ_USERS'), await holds('MANAGE_USERS')]).toEqual([true, false]);
    const elsewhere = authenticateKey(identity, key, { ...facts, ip: '10.0.0.1' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'IDENTITY.SESSION_INVALID' });
    expect((await accounts.call('GET', '/v1/me', key)).status).toBe(401);
    // Whatever the random bytes are, the key can be stored.
    for (let made = 0; made < 40; made += 1) {
      expect((await accounts.post('/v1/me/api-keys', wanted, token)).status).toBe(201);
    }
    const url = `/v1/me/api-keys/${String(body['id'])}`;
    expect((await accounts.call('DELETE', url, token)).status).toBe(200);
    const ended = authenticateKey(identity, key, { ...facts, ip: '127.0.0.1' });
    await expect(ended).rejects.toMatchObject({ code: 'IDENTITY.SESSION_INVALID' });
    expect(await holds('READ_USERS')).toBe(false);
  });
});
