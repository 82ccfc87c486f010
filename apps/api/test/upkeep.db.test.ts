import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { findHeldAccounts } from '@holovitals/compliance';
import { removeEnded, type RemovedRows } from '@holovitals/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, tokenIn } from './accounts.ts';
import { openClinic, type Clinic } from './clinic.ts';

const DAY = 86_400_000;
const program = path.join(import.meta.dirname, '../bin/upkeep.mjs');
const NONE: RemovedRows = { sessions: 0, challenges: 0, messages: 0, accounts: 0, accountsKept: 0 };

let clinic: Clinic;

beforeAll(async () => {
  clinic = await openClinic();
});

afterAll(() => clinic.close());

const upkeep = async () => {
  const { identity } = clinic.platform;
  return await removeEnded(identity, { held: await findHeldAccounts(identity.db) });
};

async function count(sql: string, ...parameters: unknown[]): Promise<number> {
  const { rows } = await clinic.owner.query<{ count: number }>(
    `select count(*)::int as count from ${sql}`,
    parameters,
  );
  return rows[0]?.count ?? -1;
}

const register = (email: string) => clinic.post('/v1/auth/register', { email, password: PASSWORD });

/** Puts a user, or an organisation, under a hold; answers how to release it. */
async function hold(scopeType: string, scopeId: string, by: string) {
  const { rows } = await clinic.owner.query<{ id: string }>(
    `insert into legal_holds (id, name, matter, scope_type, scope_id, placed_by_id, updated_at)
     values (uuid_v7(), 'Doe v. Doe', '26-1', $1, $2, $3, now()) returning id`,
    [scopeType, scopeId, by],
  );
  return () => clinic.owner.query('delete from legal_holds where id = $1', [rows[0]?.id]);
}

describe('the upkeep', () => {
  it('removes what is over, and nothing before its time or of who is held', async () => {
    const doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
    await clinic.registered('person@example.org');
    const { body: login } = await clinic.post('/v1/auth/login', {
      ...{ email: 'person@example.org', password: PASSWORD },
    });
    for (let n = 0, next = login; n < 3; n += 1) {
      next = (await clinic.post('/v1/auth/refresh', { refreshToken: next['refreshToken'] })).body;
    }
    await register('never@example.org');
    await register('named@example.org');
    const doctorId = await clinic.userId('doctor@example.org');
    const patient = await clinic.patient(doctor);
    await clinic.as(doctor, 'POST', `/v1/patients/${patient}/care-team`, {
      ...{ userId: await clinic.userId('named@example.org'), role: '17561000' },
    });
    await clinic.receive();
    await register('waits@example.org');
    expect(await upkeep()).toEqual(NONE);

    clinic.platform.advance(2 * DAY);
    const challenges = await count('identity_challenges');
    expect(await upkeep()).toEqual({ ...NONE, challenges });

    clinic.platform.advance(30 * DAY);
    const sessions = await count('user_sessions');
    const releases = [
      await hold('User', await clinic.userId('person@example.org'), doctorId),
      await hold('User', await clinic.userId('never@example.org'), doctorId),
      await hold('Organization', clinic.organizations[0], doctorId),
    ];
    const ofHeld = await count(
      `user_sessions join users on users.id = user_id
       where email = 'person@example.org' or users.organization_id is not null`,
    );
    expect(ofHeld).toBe(sessions);
    await clinic.registered('fresh@example.org');
    const queued = await count(`notifications where status = 'QUEUED'`);
    const whileHeld = await upkeep();
    expect(whileHeld).toMatchObject({ sessions: 0, accounts: 1, accountsKept: 1 });
    for (const release of releases) await release();

    const audited = await count('audit_logs');
    const removed = await upkeep();
    expect(removed).toMatchObject({ sessions, accounts: 1, accountsKept: 1 });
    expect(removed.messages).toBeGreaterThan(0);
    expect(await count('user_sessions')).toBe(1);
    expect(await count(`notifications where status = 'QUEUED'`)).toBe(queued);
    const { rows } = await clinic.owner.query(
      `select resource_type, record_count from audit_logs
       where event_type = 'RETENTION' and agent_system = 'upkeep' order by id`,
    );
    expect(rows).toContainEqual({ resource_type: 'UserSession', record_count: sessions });
    expect(rows).toContainEqual({ resource_type: 'User', record_count: null });
    expect(await count('audit_logs')).toBeGreaterThan(audited);
    expect(await count(`users where email in ('named@example.org', 'person@example.org')`)).toBe(2);

    await register('never@example.org');
    const [mail] = (await clinic.receive()).filter((text) => text.includes('never@'));
    const proof = { token: tokenIn(mail), password: PASSWORD };
    expect((await clinic.post('/v1/auth/verify-email', proof)).status).toBe(200);
  });

  it('shares many rows between those who run at once, and leaves none', async () => {
    const { identity } = clinic.platform;
    await clinic.owner.query(
      `insert into user_sessions (id, user_id, auth_method, token_hash, family_id, created_at,
         idle_expires_at, absolute_expires_at)
       select id, (select id from users where email = 'person@example.org'), 'PASSWORD',
         sha256(uuid_send(id)), id, at - interval '1 day', at, at
       from (select uuid_v7() as id, now() - interval '40 days' as at from generate_series(1, 2300)) as made`,
    );
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => removeEnded(identity, { held: [] })),
    );
    expect(runs.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(2300);
    expect(
      await count(`user_sessions where absolute_expires_at < now() - interval '30 days'`),
    ).toBe(0);
  });

  it('does nothing that it cannot audit', async () => {
    await register('unaudited@example.org');
    clinic.platform.advance(40 * DAY);
    const before = await count('identity_challenges');
    await clinic.owner.query('revoke insert on audit_logs from test_app');
    await expect(upkeep()).rejects.toThrow();
    await clinic.owner.query('grant insert on audit_logs to test_app');
    expect(await count('identity_challenges')).toBe(before);
  });

  it('is a program too, which tells what it removed', { tags: 'slow' }, async () => {
    const { keys, database } = clinic.platform;
    const env = { PATH: process.env['PATH'], ...keys, APP_DATABASE_URL: database.appUrl };
    await clinic.owner.query(`update identity_challenges set created_at = now() - interval '9 days',
      expires_at = now() - interval '8 days'`);
    const challenges = await count('identity_challenges');
    const run = async (...args: string[]) =>
      await promisify(execFile)(process.execPath, [program, ...args], { env });
    expect(JSON.parse((await run('--json')).stdout)).toEqual({ ...NONE, challenges });
    expect((await run()).stdout).toBe(
      'removed: 0 sessions, 0 challenges, 0 messages, 0 accounts\n',
    );
    await expect(run('--all')).rejects.toMatchObject({ code: 2 });
  });
});
