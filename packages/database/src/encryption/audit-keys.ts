import { v7 as uuidV7 } from 'uuid';
import type { KeySession } from '../keys/key-session.ts';
import type { KeyEncryptionKey } from './key-encryption-key.ts';
import { readKekId } from './kek-rows.ts';
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
 * lacks the key-encryption key can neither read nor exchange them.
 *
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_WRONG`, `DATABASE.KEY_SERVICE_UNAVAILABLE`
 */
export async function readAuditKeys(
  session: KeySession,
  kek: KeyEncryptionKey,
): Promise<AuditKeys> {
  const { rows } = await session.query<{
    id: string;
    alias: string;
    version: number;
    purpose: string;
    status: string;
    wrapped: Buffer;
  }>(
    `select id, alias, version, purpose, status::text as status, wrapped_key as wrapped from encryption_keys
     where wrapped_key is not null
       and (alias = 'audit-mac' or (alias = $1 and algorithm = 'ED25519'))
     order by version`,
    [ALIAS],
  );
  const opened = await Promise.all(
    rows.map(async (row) => ({ ...row, key: await kek.unwrap(row.wrapped, row) })),
  );
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
 * @param kek one that {@link readAuditKeys} found to be right
 */
export async function makeSigningKey(
  session: KeySession,
  kek: KeyEncryptionKey,
): Promise<SigningKey> {
  const { seed, spki } = makeSigningPair();
  const id = uuidV7();
  const { rows } = await session.query<{ version: number }>(
    `select coalesce(max(version), 0) + 1 as version from encryption_keys where alias = $1`,
    [ALIAS],
  );
  const version = rows[0]?.version ?? 1;
  const wrapped = await kek.wrap(seed, { alias: ALIAS, version });
  await session.query(
    `insert into encryption_keys (id, alias, version, purpose, algorithm, status, wrapped_key,
       public_key, kek_id, activated_at, updated_at)
     values ($1, $2, $3, 'SIGNING', 'ED25519', 'ACTIVE', $4, $5, $6, now(), now())`,
    [id, ALIAS, version, wrapped, spki, await readKekId(session, kek)],
  );
  return openSigningKey(id, seed);
}
