// What a careful engineer writes by hand: Fastify and pg, prepared statements, the same guards in the
// database, the same audit row; no framework of ours, no decryption, no keyed hash.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { verify } from '@node-rs/argon2';
import fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.APP_DATABASE_URL, max: 10 });
const HASH = randomBytes(32);
const server = fastify();

const SESSION = {
  name: 'session',
  text: `select s.id, s.user_id, s.organization_id, s.mfa_verified_at is not null as mfa, u.role
    from user_sessions s join users u on u.id = s.user_id
    where s.token_hash = $1 and s.revoked_at is null and u.status = 'ACTIVE'
      and s.idle_expires_at > now() and s.absolute_expires_at > now()`,
};
const ACTOR = { name: 'actor', text: 'select set_actor($1)' };
const AUDIT = {
  name: 'audit',
  text: `insert into audit_logs (id, timestamp, event_type, action, outcome, user_id, actor_role,
      session_id, source, organization_id, patient_id, resource_type, resource_id, shard, hash, key_version)
    values ($1, now(), $2, $3, '0', $4, $5, $6, 'bench', $7, $8, $9, $10, $11, $12, 1)`,
};
const SUMMARY = { name: 'summary', text: `select patient_summary($1, '{}') as summary` };
const INSERT = {
  name: 'insert',
  text: `insert into patient_diagnoses (id, patient_id, code, code_system, clinical_status, source,
      note_ciphertext, entered_by_id, supersedes_id, version, updated_at)
    values ($1, $2, $3, $4, $5, 'CLINICIAN_ENTERED', $6, $7, $8, $9, now()) returning *`,
};
const READ = {
  name: 'read',
  text: 'select * from patient_diagnoses where id = $1 and patient_id = $2',
};
const LOCK = { name: 'lock', text: 'select * from patient_diagnoses where id = $1 for update' };
const IN_ERROR = {
  name: 'in-error',
  text: `update patient_diagnoses set clinical_status = null, verification_status = 'entered-in-error',
      entered_in_error_at = now(), version = version + 1, updated_at = now() where id = $1`,
};

const ACCOUNT = {
  name: 'account',
  text: `select id, role, organization_id, password_hash from users where email = $1 and status = 'ACTIVE'`,
};
const LOGGED_IN = {
  name: 'logged-in',
  text: 'update users set last_login_at = now(), failed_login_count = 0 where id = $1',
};
const OPEN = {
  name: 'open',
  text: `insert into user_sessions (id, user_id, organization_id, token_hash, refresh_token_hash,
      family_id, auth_method, last_seen_at, idle_expires_at, absolute_expires_at)
    values ($1, $2, $3, $4, $5, $1, 'PASSWORD', now(), now() + interval '15 minutes',
      now() + interval '12 hours')`,
};

/** Session, transaction, identity, work, audit row, commit. */
async function act(request, event, work) {
  const client = await pool.connect();
  try {
    const token = request.headers.authorization.slice('Bearer '.length);
    const { rows } = await client.query({
      ...SESSION,
      values: [createHash('sha256').update(token).digest()],
    });
    const [session] = rows;
    if (session === undefined) return { statusCode: 401 };
    await client.query('begin');
    await client.query({
      ...ACTOR,
      values: [
        JSON.stringify({
          userId: session.user_id,
          sessionId: session.id,
          organizationId: session.organization_id,
          mfa: session.mfa,
        }),
      ],
    });
    const { patientId } = request.params;
    const answer = await work(client, session, patientId);
    await client.query({
      ...AUDIT,
      values: [
        randomUUID(),
        ...event,
        session.user_id,
        session.role,
        session.id,
        session.organization_id,
        patientId,
        'PatientDiagnosis',
        answer.id ?? patientId,
        Math.floor(Math.random() * 16),
        HASH,
      ],
    });
    await client.query('commit');
    return answer;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

server.post('/v1/auth/login', async (request, reply) => {
  const { email, password } = request.body;
  const { rows } = await pool.query({ ...ACCOUNT, values: [email] });
  const [user] = rows;
  if (user === undefined || !(await verify(user.password_hash, password)))
    return await reply.status(401).send();
  const id = randomUUID();
  const [token, refreshToken] = [randomBytes(32), randomBytes(32)];
  const hashOf = (secret) => createHash('sha256').update(secret).digest();
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query({ ...ACTOR, values: [JSON.stringify({ userId: user.id })] });
    await client.query({ ...LOGGED_IN, values: [user.id] });
    const session = [id, user.id, user.organization_id, hashOf(token), hashOf(refreshToken)];
    await client.query({ ...OPEN, values: session });
    const who = [user.id, user.role, id, user.organization_id];
    const audit = [randomUUID(), 'LOGIN', 'E', ...who, null, 'UserSession', id];
    await client.query({ ...AUDIT, values: [...audit, Math.floor(Math.random() * 16), HASH] });
    await client.query('commit');
    return { token: token.toString('base64url'), refreshToken: refreshToken.toString('base64url') };
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
});
server.get('/v1/patients/:patientId/summary', (request) =>
  act(request, ['PHI_READ', 'R'], async (client, _session, patientId) => {
    const { rows } = await client.query({ ...SUMMARY, values: [patientId] });
    return rows[0].summary;
  }),
);
server.post('/v1/patients/:patientId/diagnoses', async (request, reply) => {
  reply.status(201);
  return await act(request, ['PHI_CREATE', 'C'], async (client, session, patientId) => {
    const { code, codeSystem, clinicalStatus, note } = request.body;
    const values = [
      randomUUID(),
      patientId,
      code,
      codeSystem,
      clinicalStatus,
      note,
      session.user_id,
      null,
      1,
    ];
    return (await client.query({ ...INSERT, values })).rows[0];
  });
});
server.get('/v1/patients/:patientId/diagnoses/:id', (request) =>
  act(request, ['PHI_READ', 'R'], async (client, _session, patientId) => {
    const { rows } = await client.query({ ...READ, values: [request.params.id, patientId] });
    return rows[0];
  }),
);
server.post('/v1/patients/:patientId/diagnoses/:id/corrections', async (request, reply) => {
  reply.status(201);
  return await act(request, ['PHI_UPDATE', 'U'], async (client, session, patientId) => {
    const { rows } = await client.query({ ...LOCK, values: [request.params.id] });
    const [before] = rows;
    const { code, code_system: system, clinical_status: status } = before;
    const values = [
      randomUUID(),
      patientId,
      code,
      system,
      status,
      request.body.note,
      session.user_id,
      before.id,
      before.version + 1,
    ];
    return (await client.query({ ...INSERT, values })).rows[0];
  });
});
server.post('/v1/patients/:patientId/diagnoses/:id/entered-in-error', (request) =>
  act(request, ['PHI_UPDATE', 'U'], async (client) => {
    await client.query({ ...LOCK, values: [request.params.id] });
    await client.query({ ...IN_ERROR, values: [request.params.id] });
    return { done: true };
  }),
);

process.stdout.write(`${await server.listen({ port: 0, host: '127.0.0.1' })}\n`);
process.once(
  'SIGTERM',
  () =>
    void server
      .close()
      .then(() => pool.end())
      .then(() => process.exit(0)),
);
