import { DECRYPTING } from '../encryption/key-ring.ts';
import type { KeyEncryptionKey } from '../encryption/key-encryption-key.ts';
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
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_WRONG`, `DATABASE.KEY_SERVICE_UNAVAILABLE`
 */
export async function openDataKeys(session: KeySession, kek: KeyEncryptionKey): Promise<DataKeys> {
  const { rows } = await session.query<Omit<DataKey, 'key'> & { readonly wrapped: Buffer }>(
    `select id, version, status::text as status, wrapped_key as wrapped from encryption_keys
     where alias = 'data' and wrapped_key is not null order by version`,
  );
  const keys = await Promise.all(
    rows
      .filter(({ status }) => DECRYPTING.has(status))
      .map(async ({ wrapped, ...row }) => {
        const { version } = row;
        return { ...row, key: await kek.unwrap(wrapped, { alias: 'data', version }) };
      }),
  );
  return {
    dataVersions: new Map(keys.map((key) => [key.version, key])),
    active: keys.find(({ status }) => status === 'ACTIVE'),
  };
}
