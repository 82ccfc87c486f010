import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../accounts.ts';
import { openClinic, type Clinic } from '../clinic.ts';

let clinic: Clinic;
let admin: string;
let chief: string;
let second: string;

const proven = async (token: string) => {
  expect((await clinic.post('/v1/auth/step-up', { password: PASSWORD }, token)).status).toBe(200);
  return token;
};

beforeAll(async () => {
  clinic = await openClinic();
  admin = await proven(await clinic.staff('admin@example.org', 'ADMIN'));
  chief = await proven(await clinic.staff('chief@example.org', 'OWNER'));
  second = await proven(await clinic.staff('second@example.org', 'OWNER'));
});

afterAll(() => clinic.close());

const act = async (token: string, email: string, name: string, body: object = { reason: 'left' }) =>
  await clinic.as(token, 'POST', `/v1/users/${await clinic.userId(email)}/${name}`, body);
const suspend = (token: string, email: string) => act(token, email, 'suspend');
const reinstate = (token: string, email: string) => act(token, email, 'reinstate');
const login = (email: string, password = PASSWORD) =>
  clinic.post('/v1/auth/login', { email, password });
const refused = (status: number, code: string) => ({ status, body: { code: `IDENTITY.${code}` } });

/** The status of `GET /v1/me` with a token. */
const me = async (token: string) => (await clinic.call('GET', '/v1/me', token)).status;

describe('an account that is suspended', () => {
  it('ends at once everywhere, and its log-in fails like any other', async () => {
    const email = 'leaves@example.org';
    const token = await proven(await clinic.staff(email, 'OWNER'));
    const made = await clinic.post('/v1/me/api-keys', { name: 'k', scopes: ['READ_PHI'] }, token);
    const key = String(made.body['key']);
    const other = (await login(email)).body;
    const practitioners = async () => (await clinic.as(key, 'GET', '/v1/practitioners')).status;
    expect([await me(token), await me(String(other['token'])), await practitioners()]).toEqual([
      ...[200, 200, 200],
    ]);

    expect(await suspend(chief, email)).toMatchObject({ status: 200, body: { done: true } });
    expect([await me(token), await me(String(other['token'])), await practitioners()]).toEqual([
      ...[401, 401, 401],
    ]);
    const refresh = { refreshToken: String(other['refreshToken']) };
    expect((await clinic.post('/v1/auth/refresh', refresh)).status).toBe(401);
    const wrong = await login(email, 'Wrong-Horse-7-Battery');
    const right = await login(email);
    const told = (answer: typeof right) => ({ ...answer, body: { ...answer.body, requestId: '' } });
    expect(told(right)).toEqual(told(wrong));
    expect(right).toMatchObject(refused(401, 'LOGIN_REFUSED'));
    await clinic.post('/v1/auth/password/forgot', { email });
    expect((await clinic.receive()).filter((mail) => mail.includes(`To: ${email}`))).toEqual([]);

    expect(await reinstate(chief, email)).toMatchObject({ status: 200 });
    expect((await login(email)).status).toBe(200);
    expect([await me(token), await practitioners()]).toEqual([401, 401]);
    const { rows } = await clinic.owner.query(
      `select reason, changed_fields, user_id = $2 as by_chief from audit_logs
       where resource_id = $1 and resource_type = 'User' and action = 'U' order by timestamp`,
      [await clinic.userId(email), await clinic.userId('chief@example.org')],
    );
    expect(rows).toEqual([
      { reason: 'SUSPENDED: left', changed_fields: ['status'], by_chief: true },
      { reason: 'ACTIVE: left', changed_fields: ['status'], by_chief: true },
    ]);
  });

  it('is one that was in use, and is suspended once', async () => {
    const email = 'once@example.org';
    await clinic.staff(email, 'DOCTOR');
    expect(await reinstate(admin, email)).toMatchObject(refused(409, 'ACCOUNT_STATE_REFUSED'));
    const answers = await Promise.all([suspend(admin, email), suspend(chief, email)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await act(admin, email, 'reinstate', {})).status).toBe(400);
    expect((await reinstate(admin, email)).status).toBe(200);
  });
});

describe('who suspends', () => {
  it('manages users in the organisation of the account, with a fresh proof', async () => {
    const email = 'stays@example.org';
    const doctor = await clinic.staff(email, 'DOCTOR');
    const unproven = await clinic.staff('unproven@example.org', 'ADMIN');
    const [, south] = clinic.organizations;
    const far = await proven(await clinic.staff('far@example.org', 'OWNER', south));
    expect(await suspend(unproven, email)).toMatchObject(refused(403, 'STEP_UP_REQUIRED'));
    expect(await suspend(far, email)).toMatchObject(refused(404, 'NOT_FOUND'));
    await proven(doctor);
    expect(await suspend(doctor, 'admin@example.org')).toMatchObject(refused(403, 'NOT_PERMITTED'));
    await clinic.registered('nowhere@example.org');
    expect(await suspend(chief, 'nowhere@example.org')).toMatchObject(refused(404, 'NOT_FOUND'));
    expect((await login(email)).status).toBe(200);
  });

  it('is not who is suspended, and an owner where an owner is', async () => {
    expect(await suspend(admin, 'admin@example.org')).toMatchObject(
      refused(403, 'SELF_SUSPENSION'),
    );
    expect(await suspend(chief, 'chief@example.org')).toMatchObject(
      refused(403, 'SELF_SUSPENSION'),
    );
    expect(await suspend(admin, 'chief@example.org')).toMatchObject(refused(403, 'NOT_PERMITTED'));
    await clinic.owner.query(
      `insert into user_roles (id, user_id, role_id, reason)
       select uuid_v7(), $1, id, 'test' from roles where name = 'OWNER'`,
      [await clinic.userId('second@example.org')],
    );
    expect(await suspend(chief, 'second@example.org')).toMatchObject(refused(403, 'NOT_PERMITTED'));
    await clinic.owner.query(
      'delete from user_roles where organization_id is null and user_id = $1',
      [await clinic.userId('second@example.org')],
    );
  });

  it('leaves an owner, also where two suspend each other at once', async () => {
    const answers = await Promise.all([
      suspend(chief, 'second@example.org'),
      suspend(second, 'chief@example.org'),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const { rows } = await clinic.owner.query<{ n: number }>(
      `select count(*)::int as n from users where status = 'ACTIVE' and email in ('chief@example.org', 'second@example.org')`,
    );
    expect(rows[0]?.n).toBe(1);
  });
});
