import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccounts, PASSWORD, tokenIn, totp, type Accounts } from './accounts.ts';

const AT_ONCE = 8;
const MINUTE = 60_000;
const NEW_PASSWORD = 'Another-Horse-8-Staple';

let accounts: Accounts;
/** Holds locks, while the owner's connection looks on: inside a transaction it would see one moment for ever. */
let holder: pg.Client;

beforeAll(async () => {
  accounts = await openAccounts();
  holder = new pg.Client({ connectionString: accounts.platform.database.url });
  await holder.connect();
});

afterAll(async () => {
  await holder.end();
  await accounts.close();
});

/** Sends the same eight times at once; answers the statuses, lowest first. */
async function eightTimes(send: (n: number) => Promise<{ status: number }>): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => send(n)));
  return answers.map(({ status }) => status).sort();
}

/** One is answered 200, and seven with the status of a refusal. */
const oneOf = (refusal: number) => [200, ...Array.from({ length: AT_ONCE - 1 }, () => refusal)];

async function openSessionsOf(email: string): Promise<number> {
  const { rows } = await accounts.owner.query<{ open: number }>(
    `select count(*)::int as open from user_sessions s join users u on u.id = s.user_id
     where u.email = $1 and s.revoked_at is null`,
    [email],
  );
  return rows[0]?.open ?? -1;
}

/** Waits until so many of the API's transactions stand in a queue for a lock. */
async function untilQueued(count: number): Promise<void> {
  let queued = -1;
  while (queued < count) {
    const { rows } = await accounts.owner.query<{ queued: number }>(
      `select count(distinct pid)::int as queued from pg_locks join pg_stat_activity using (pid)
       where datname = current_database() and not granted`,
    );
    queued = rows[0]?.queued ?? 0;
  }
}

/** Holds a row by `sql` until the requests stand behind it, each after the one before. */
async function queueBehind<Result>(
  [sql, parameter]: readonly [string, string],
  ...requests: readonly (() => Promise<Result>)[]
): Promise<Result[]> {
  await holder.query('begin');
  await holder.query(sql, [parameter]);
  const sent: Promise<Result>[] = [];
  for (const request of requests) {
    sent.push(request());
    await untilQueued(sent.length);
  }
  await holder.query('commit');
  return await Promise.all(sent);
}

async function login(email: string) {
  const { body } = await accounts.post('/v1/auth/login', { email, password: PASSWORD });
  return { id: String(body['sessionId']), refreshToken: String(body['refreshToken']) };
}

const refresh = (refreshToken: string) => accounts.post('/v1/auth/refresh', { refreshToken });

/** The token of the mail that waits for somebody. */
async function mailedTo(email: string): Promise<string> {
  const mails = await accounts.receive();
  return tokenIn(mails.find((mail) => mail.includes(`To: ${email}`) && tokenIn(mail) !== ''));
}

async function resetTokenOf(email: string): Promise<string> {
  await accounts.post('/v1/auth/password/forgot', { email });
  return await mailedTo(email);
}

describe('of eight at once', () => {
  it('one refreshes a session, and the family ends', async () => {
    const email = 'refresh@example.org';
    await accounts.registered(email);
    await accounts.post('/v1/auth/logout', {}, await accounts.loggedIn(email));
    const before = await openSessionsOf(email);
    const { refreshToken } = await login(email);
    expect(await eightTimes(() => refresh(refreshToken))).toEqual(oneOf(401));
    expect(await openSessionsOf(email)).toBe(before);
  });

  it(
    'one uses a code of an authenticator, a recovery code, a token by mail',
    { tags: 'slow' },
    async () => {
      const email = 'once@example.org';
      const token = await accounts.registered(email);
      const now = () => accounts.platform.identity.clock();
      const { body } = await accounts.post('/v1/me/factors/totp', {}, token);
      const secret = String(body['secret']);
      const confirm = { code: totp(secret, now()) };
      const confirmed = await accounts.post('/v1/me/factors/totp/confirm', confirm, token);
      const [recoveryCode = ''] = confirmed.body['recoveryCodes'] as string[];
      for (const proof of [
        () => ({ method: 'TOTP', code: totp(secret, now()) }),
        () => ({ method: 'RECOVERY_CODE', code: recoveryCode }),
      ]) {
        accounts.platform.advance(61 * MINUTE);
        await accounts.owner.query('update users set failed_login_count = 0, locked_until = null');
        const tokens = await Promise.all(
          Array.from({ length: AT_ONCE }, () => accounts.loggedIn(email)),
        );
        const same = proof();
        const answers = await eightTimes((n) =>
          accounts.post('/v1/auth/login/factor', same, tokens[n]),
        );
        expect(answers).toEqual(oneOf(403));
      }
      const reset = { token: await resetTokenOf(email), newPassword: NEW_PASSWORD };
      expect(await eightTimes(() => accounts.post('/v1/auth/password/reset', reset))).toEqual(
        oneOf(403),
      );
    },
  );

  it('one opens an account by its mail', async () => {
    const email = 'verify@example.org';
    await accounts.post('/v1/auth/register', { email, password: PASSWORD });
    const proof = { token: await mailedTo(email), password: PASSWORD };
    expect(await eightTimes(() => accounts.post('/v1/auth/verify-email', proof))).toEqual(
      oneOf(403),
    );
  });

  it('every wrong password counts', async () => {
    const email = 'wrong@example.org';
    await accounts.registered(email);
    await eightTimes(() => accounts.post('/v1/auth/login', { email, password: 'wrong' }));
    const { rows } = await accounts.owner.query<{ failures: number; locked: boolean }>(
      `select failed_login_count as failures, locked_until > now() + interval '1 hour' as locked
       from users where email = $1`,
      [email],
    );
    expect(rows).toEqual([{ failures: AT_ONCE, locked: true }]);
  });
});

describe('no session outlives what ends them all', () => {
  const ROW_OF_SESSION = 'select from user_sessions where id = $1 for update';

  it('a reused token, while its successor is being refreshed', async () => {
    const email = 'family@example.org';
    await accounts.registered(email);
    const others = await openSessionsOf(email);
    const first = await login(email);
    const { body: second } = await refresh(first.refreshToken);
    const answers = await queueBehind(
      [ROW_OF_SESSION, String(second['sessionId'])],
      () => refresh(String(second['refreshToken'])),
      () => refresh(first.refreshToken),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    expect(await openSessionsOf(email)).toBe(others);
  });

  it('a new password, while a session is being refreshed', { tags: 'slow' }, async () => {
    const email = 'reset@example.org';
    await accounts.registered(email);
    const { id, refreshToken } = await login(email);
    const reset = { token: await resetTokenOf(email), newPassword: NEW_PASSWORD };
    const answers = await queueBehind(
      [ROW_OF_SESSION, id],
      () => refresh(refreshToken),
      () => accounts.post('/v1/auth/password/reset', reset),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await openSessionsOf(email)).toBe(0);
  });

  it.each([
    ['a new password', `password_hash = '$argon2id$new'`],
    ['a lock', `locked_until = now() + interval '1 day'`],
    ['a suspension', `status = 'SUSPENDED'`],
  ])('%s, while somebody logs in', async (_, change) => {
    const email = `${crypto.randomUUID()}@example.org`;
    await accounts.registered(email);
    const [answer] = await queueBehind([`update users set ${change} where email = $1`, email], () =>
      accounts.post('/v1/auth/login', { email, password: PASSWORD }),
    );
    expect(answer?.status).toBe(401);
  });

  it('a lock, while somebody with a second factor outstanding logs in', async () => {
    const email = 'outstanding@example.org';
    const token = await accounts.registered(email);
    const { body } = await accounts.post('/v1/me/factors/totp', {}, token);
    const code = totp(String(body['secret']), accounts.platform.identity.clock());
    await accounts.post('/v1/me/factors/totp/confirm', { code }, token);
    const [answer] = await queueBehind(
      [`update users set locked_until = now() + interval '1 day' where email = $1`, email],
      () => accounts.post('/v1/auth/login', { email, password: PASSWORD }),
    );
    expect(answer?.status).toBe(401);
  });
});
