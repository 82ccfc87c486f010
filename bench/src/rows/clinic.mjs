import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { loadDemoPatient } from '@holovitals/clinical';
import { createAuditSink } from '@holovitals/compliance';
import { anonymous, createClient } from '@holovitals/database';
import { installAccount, installOrganization } from '@holovitals/identity';
import pg from 'pg';
import { databaseCpuTime } from '../cpu-time.mjs';
import { root } from '../workspace.mjs';
import { createSchemaDatabase } from './databases.mjs';
import { load, startServer } from './served.mjs';

/**
 * A database with a doctor whose session is open, so many colleagues who may log in, the demo patient,
 * and both servers over it.
 */
export async function openClinic({ colleagues = 0 } = {}) {
  const database = await createSchemaDatabase();
  const encryptionKey = randomBytes(32).toString('hex');
  const sessionSecret = randomBytes(64).toString('hex');
  const db = createClient({ url: database.appUrl, encryptionKey });
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const clock = () => new Date();
  const audit = createAuditSink(db.$codec, clock);
  const organizationId = await installOrganization({ db, audit }, 'Bench');
  const account = {
    email: 'doctor@example.org',
    displayName: null,
    role: 'DOCTOR',
    organizationId,
  };
  const userId = await installAccount(
    { db, audit, clock },
    { ...account, password: sessionSecret },
  );
  const logins = Array.from({ length: colleagues }, (_, n) => ({
    ...{ email: `colleague-${n}@example.org`, password: sessionSecret },
  }));
  for (const login of logins) await installAccount({ db, audit, clock }, { ...account, ...login });
  const facts = { ip: null, userAgent: null, requestId: null, source: 'bench' };
  const actor = { ...anonymous(facts), userId, organizationId, role: 'DOCTOR', mfa: true };
  const patientId = await loadDemoPatient({ db, audit, clock }, actor);
  const token = await openSession(owner, userId, organizationId);
  await owner.query('analyze');
  await db.$disconnect();
  const api = await startServer(path.join(root, 'apps/api/dist/main.js'), [], {
    PORT: '0',
    LOG_LEVEL: 'silent',
    NODE_ENV: 'production',
    RATE_LIMIT: '0',
    APP_DATABASE_URL: database.appUrl,
    ENCRYPTION_KEY: encryptionKey,
    SESSION_SECRET: sessionSecret,
  });
  const bare = await startServer(path.join(root, 'bench/src/peers/bare-api.mjs'), [], {
    NODE_ENV: 'production',
    APP_DATABASE_URL: database.appUrl,
  });
  return {
    ...{ api, bare, patientId, logins },
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    load: (server, requests, seconds) =>
      load(server, requests, { seconds, databaseTime: () => databaseCpuTime(owner) }),
    async close() {
      await Promise.all([api.stop(), bare.stop(), owner.end()]);
      await database.drop();
    },
  };
}

/** A session as a log-in with a second factor leaves it. */
async function openSession(owner, userId, organizationId) {
  const token = `hvs_${randomBytes(32).toString('base64url')}`;
  const sha256 = (text) => createHash('sha256').update(text).digest();
  await owner.query(
    `insert into user_sessions (id, user_id, organization_id, token_hash, refresh_token_hash,
       family_id, auth_method, mfa_verified_at, last_seen_at, idle_expires_at, absolute_expires_at)
     values (uuid_v7(), $1, $2, $3, $4, uuid_v7(), 'PASSWORD', now(), now(), now() + interval '1 hour',
       now() + interval '12 hours')`,
    [userId, organizationId, sha256(token), sha256(`refresh ${token}`)],
  );
  await owner.query(
    `insert into user_2fas (id, user_id, method, verified_at, updated_at)
     values (uuid_v7(), $1, 'EMAIL', now(), now())`,
    [userId],
  );
  return token;
}
