import { v7 as uuidV7 } from 'uuid';
import type { KeySession } from '../keys/key-session.ts';
import type { KeyEncryptionKey } from './key-encryption-key.ts';

/** The key-encryption key that a key service holds, by its name among the keys of the database. */
const ALIAS = 'kek';

/**
 * The row that says which key of a key service wraps new keys, made where there is none; null where
 * the deployment holds the key-encryption key. Needs a `kek` that opens the keys there are.
 */
export async function readKekId(
  session: KeySession,
  { reference }: KeyEncryptionKey,
): Promise<string | null> {
  if (reference === null) return null;
  return (await findActive(session)) ?? (await insertKek(session, reference));
}

/** Retires the row that says what wrapped the keys until now, and makes one for what does from now on. */
export async function replaceKek(
  session: KeySession,
  { reference }: KeyEncryptionKey,
): Promise<string | null> {
  const old = await findActive(session);
  await session.query(
    `update encryption_keys set status = 'DEACTIVATED', updated_at = now() where id = $1`,
    [old],
  );
  const id = reference === null ? null : await insertKek(session, reference);
  await session.query(
    `update encryption_keys set successor_id = $2, rotation_reason = 'REQUESTED' where id = $1`,
    [old, id],
  );
  return id;
}

async function findActive(session: KeySession): Promise<string | null> {
  const { rows } = await session.query<{ id: string }>(
    `select id from encryption_keys where alias = $1 and status = 'ACTIVE'`,
    [ALIAS],
  );
  return rows[0]?.id ?? null;
}

async function insertKek(session: KeySession, reference: string): Promise<string> {
  const id = uuidV7();
  await session.query(
    `insert into encryption_keys
       (id, alias, version, purpose, algorithm, status, external_ref, activated_at, updated_at)
     select $1, $2, coalesce(max(version), 0) + 1, 'KEK', 'AES-256-GCM', 'ACTIVE', $3, now(), now()
     from encryption_keys where alias = $2`,
    [id, ALIAS, reference],
  );
  return id;
}
