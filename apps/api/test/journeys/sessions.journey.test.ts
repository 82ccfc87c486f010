import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccounts, PASSWORD, tokenIn, type Accounts } from '../accounts.ts';

const MINUTE = 60_000;

let accounts: Accounts;

beforeAll(async () => {
  accounts = await openAccounts();
});

afterAll(() => accounts.close());

describe('a session', () => {
  it('ends when it idles, and when its time is over', async () => {
    const token = await accounts.registered('idle@example.org');
    accounts.platform.advance(29 * MINUTE);
    expect((await accounts.call('GET', '/v1/me', token)).status).toBe(200);
    accounts.platform.advance(31 * MINUTE);
    expect((await accounts.call('GET', '/v1/me', token)).status).toBe(401);
    const busy = await accounts.loggedIn('idle@example.org');
    let status = 200;
    let minutes = 0;
    for (; status === 200; minutes += 25) {
      accounts.platform.advance(25 * MINUTE);
      ({ status } = await accounts.call('GET', '/v1/me', busy));
    }
    expect(minutes).toBeGreaterThanOrEqual(1440);
    expect(minutes).toBeLessThanOrEqual(1475);
  });

  it('is refreshed once; a second use of the same token ends the family', async () => {
    await accounts.registered('refresh@example.org');
    const { body: first } = await accounts.post('/v1/auth/login', {
      email: 'refresh@example.org',
      password: PASSWORD,
    });
    const { body: second } = await accounts.post('/v1/auth/refresh', {
      refreshToken: first['refreshToken'],
    });
    expect((await accounts.call('GET', '/v1/me', String(first['token']))).status).toBe(401);
    expect((await accounts.call('GET', '/v1/me', String(second['token']))).status).toBe(200);
    const reused = await accounts.post('/v1/auth/refresh', { refreshToken: first['refreshToken'] });
    expect(reused.status).toBe(401);
    expect((await accounts.call('GET', '/v1/me', String(second['token']))).status).toBe(401);
    expect(
      (await accounts.post('/v1/auth/refresh', { refreshToken: second['refreshToken'] })).status,
    ).toBe(401);
  });

  it('is listed and ended by its person alone', async () => {
    const mine = await accounts.registered('mine@example.org');
    const theirs = await accounts.registered('theirs@example.org');
    const { body } = await accounts.call('GET', '/v1/me/sessions', mine);
    const [session] = body['items'] as { id: string; isCurrent: boolean }[];
    expect(session).toMatchObject({ isCurrent: true });
    const url = `/v1/me/sessions/${session?.id ?? ''}`;
    expect((await accounts.call('DELETE', url, theirs)).status).toBe(404);
    expect((await accounts.call('DELETE', url, mine)).status).toBe(200);
    expect((await accounts.call('GET', '/v1/me', mine)).status).toBe(401);
  });

  it('is stored as a hash, and no log-in leaves a secret in the clear', async () => {
    const token = await accounts.registered('stored@example.org');
    const { rows } = await accounts.owner.query<{ row: string }>(
      `select row_to_json(s)::text as row from user_sessions s
       union all select row_to_json(n)::text from notifications n
       union all select row_to_json(c)::text from identity_challenges c
       union all select row_to_json(a)::text from audit_logs a`,
    );
    const all = rows.map(({ row }) => row).join('\n');
    expect(all).not.toContain(token.slice(4));
    expect(all).not.toContain(PASSWORD);
    for (const mail of accounts.mails) expect(all).not.toContain(tokenIn(mail) || 'nothing');
  });
});
