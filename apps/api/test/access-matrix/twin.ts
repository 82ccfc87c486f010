import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';

/** An account that is like another one, with its only session: it may be spoilt. */
export interface Twin {
  readonly userId: string;
  readonly sessionId: string;
  readonly token: string;
  readonly refreshToken: string;
}

/** Copies the session of a token, and the account, roles and second factor behind it. */
export async function makeTwin(owner: pg.Client, token: string): Promise<Twin> {
  const [userId, sessionId] = [crypto.randomUUID(), crypto.randomUUID()];
  const [twinToken, refreshToken] = [`hvs_${secret()}`, `hvr_${secret()}`];
  const change = { id: userId, email: `${userId}@example.org` };
  await owner.query(
    `insert into users select (jsonb_populate_record(u, $2)).* from users u
         join user_sessions s on s.user_id = u.id where s.token_hash = $1`,
    [hashOf(token), change],
  );
  await owner.query(
    `insert into user_roles select (jsonb_populate_record(r, jsonb_build_object('id', uuid_v7(), 'user_id', $2::uuid))).*
         from user_roles r join user_sessions s using (user_id) where s.token_hash = $1`,
    [hashOf(token), userId],
  );
  await owner.query(
    `insert into user_2fas (id, user_id, method, credential_id, public_key, verified_at, updated_at)
         select uuid_v7(), $2, 'WEBAUTHN', uuid_send(gen_random_uuid()), 'key', now(), now() from user_2fas f join user_sessions s using (user_id)
         where s.token_hash = $1 and f.method = 'TOTP'`,
    [hashOf(token), userId],
  );
  await owner.query(
    `insert into user_sessions select (jsonb_populate_record(s, jsonb_build_object('id', $2::uuid,
           'user_id', $3::uuid, 'family_id', $2::uuid, 'token_hash', $4::bytea, 'refresh_token_hash', $5::bytea))).*
         from user_sessions s where s.token_hash = $1`,
    [hashOf(token), sessionId, userId, hashOf(twinToken), hashOf(refreshToken)],
  );
  return { userId, sessionId, token: twinToken, refreshToken };
}

/** Opens another session of the account behind a token, as the first one was; also where that has ended. */
export async function makeSibling(owner: pg.Client, token: string): Promise<string> {
  const sibling = `hvs_${secret()}`;
  await owner.query(
    `insert into user_sessions select (jsonb_populate_record(s, jsonb_build_object('id', $2::uuid,
       'family_id', $2::uuid, 'token_hash', $3::bytea, 'refresh_token_hash', null,
       'revoked_at', null, 'revoked_reason', null,
       'step_up_until', s.step_up_until + interval '1 day'))).*
     from user_sessions s where s.token_hash = $1`,
    [hashOf(token), crypto.randomUUID(), hashOf(sibling)],
  );
  return sibling;
}

const secret = () => randomBytes(32).toString('base64url');
const hashOf = (token: string) => createHash('sha256').update(token).digest();
