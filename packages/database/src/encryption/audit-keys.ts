import { v7 as uuidV7 } from 'uuid';
import type { KeySession } from '../keys/key-session.ts';
import { unwrapKey, wrapKey } from './key-wrap.ts';
import { readEncryptionKey } from './parse-encryption-key.ts';
import { makeSigningPair, openSigningKey, type SigningKey } from './signing-key.ts';

/** What proves the audit trail. */
export interface AuditKeys {
  /** The keys that rows are hashed with, by version. */
  readonly macs: ReadonlyMap<number, Uint8Array>;
  /** The keys that checkpoints are signed with, by id. */
  readonly signers: ReadonlyMap<string, SigningKey>;
  /** The one that signs now; null before the first. */
  readonly signer: SigningKey | null;
}

const ALIAS = 'audit-signing';

/**
 * Reads and unwraps the keys of the audit trail, also those that no longer sign or hash. Whoever
 * lacks `ENCRYPTION_KEY` can neither read nor exchange them.
 *
 * @param encryptionKey as in `ENCRYPTION_KEY`
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_MISSING`, `DATABASE.ENCRYPTION_KEY_INVALID`,
 *   `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function readAuditKeys(
  session: KeySession,
  encryptionKey: string,
): Promise<AuditKeys> {
  const wrapper = readEncryptionKey(encryptionKey);
  const { rows } = await session.query<{
    id: string;
    version: number;
    purpose: string;
    status: string;
    wrapped: Buffer;
  }>(
    `select id, version, purpose, status::text as status, wrapped_key as wrapped from encryption_keys
     where kek_id is null and wrapped_key is not null
       and (alias = 'audit-mac' or (alias = $1 and algorithm = 'ED25519'))
     order by version`,
    [ALIAS],
  );
  const opened = rows.map((row) => ({ ...row, key: unwrapKey(wrapper, row.wrapped) }));
  const signing = opened.filter(({ purpose }) => purpose === 'SIGNING');
  const signers = new Map(signing.map(({ id, key }) => [id, openSigningKey(id, key)]));
  const active = signing.findLast(({ status }) => status === 'ACTIVE');
  return {
    macs: new Map(
      opened
        .filter(({ purpose }) => purpose === 'AUDIT_MAC')
        .map(({ version, key }) => [version, key]),
    ),
    signers,
    signer: (active && signers.get(active.id)) ?? null,
  };
}

/**
 * Makes a key that signs. Only one process may do so at a time.
 *
 * @param encryptionKey as in `ENCRYPTION_KEY`
 */
export async function makeSigningKey(
  session: KeySession,
  encryptionKey: string,
): Promise<SigningKey> {
  const { seed, spki } = makeSigningPair();
  const id = uuidV7();
  await session.query(
    `insert into encryption_keys
       (id, alias, version, purpose, algorithm, status, wrapped_key, public_key, activated_at, updated_at)
     select $1, $2, coalesce(max(version), 0) + 1, 'SIGNING', 'ED25519', 'ACTIVE', $3, $4, now(), now()
     from encryption_keys where alias = $2`,
    [id, ALIAS, wrapKey(readEncryptionKey(encryptionKey), seed), spki],
  );
  return openSigningKey(id, seed);
}
