import { DECRYPTING } from '../encryption/key-ring.ts';
import { unwrapKey } from '../encryption/key-wrap.ts';
import { readEncryptionKey } from '../encryption/parse-encryption-key.ts';
import type { VersionedKey } from '../encryption/seal.ts';
import type { KeySession } from './key-session.ts';

/** A version of the data key. */
export interface DataKey extends VersionedKey {
  readonly id: string;
  readonly status: string;
}

/** The versions of the data key that may decrypt. */
export interface DataKeys {
  readonly dataVersions: ReadonlyMap<number, DataKey>;
  /** The one that encrypts; undefined where none is active. */
  readonly active: DataKey | undefined;
}

/**
 * Reads and unwraps the data keys.
 *
 * @param encryptionKey as in `ENCRYPTION_KEY`
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_MISSING`, `DATABASE.ENCRYPTION_KEY_INVALID`,
 *   `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function openDataKeys(session: KeySession, encryptionKey: string): Promise<DataKeys> {
  const wrapper = readEncryptionKey(encryptionKey);
  const { rows } = await session.query<Omit<DataKey, 'key'> & { readonly wrapped: Buffer }>(
    `select id, version, status::text as status, wrapped_key as wrapped from encryption_keys
     where alias = 'data' and kek_id is null and wrapped_key is not null order by version`,
  );
  const keys = rows
    .filter(({ status }) => DECRYPTING.has(status))
    .map(({ wrapped, ...row }) => ({ ...row, key: unwrapKey(wrapper, wrapped) }));
  return {
    dataVersions: new Map(keys.map((key) => [key.version, key])),
    active: keys.find(({ status }) => status === 'ACTIVE'),
  };
}
