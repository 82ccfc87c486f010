import { InternalError } from '@holovitals/errors';
import { replaceKek } from '../encryption/kek-rows.ts';
import type { KeyEncryptionKey } from '../encryption/key-encryption-key.ts';
import { claimKeys } from './claim-keys.ts';
import type { KeySession } from './key-session.ts';

/** Which key-encryption key wraps the keys, and which is to. */
export interface Rewrapping {
  readonly from: KeyEncryptionKey;
  readonly to: KeyEncryptionKey;
}

/** A key that was wrapped anew, or would be. */
export interface RewrappedKey {
  readonly alias: string;
  readonly version: number;
}

interface WrappedRow extends RewrappedKey {
  readonly id: string;
  readonly wrapped: Buffer;
}

/**
 * Tries what {@link rewrapKeys} would do with every key, and changes nothing.
 *
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_WRONG`, `DATABASE.KEY_SERVICE_UNAVAILABLE`
 */
export async function tryRewrapping(
  session: KeySession,
  { from, to }: Rewrapping,
): Promise<RewrappedKey[]> {
  const tried: RewrappedKey[] = [];
  for (const key of await readWrapped(session, '')) {
    const material = await from.unwrap(key.wrapped, key);
    await prove(to, { ...key, wrapped: await to.wrap(material, key) }, material);
    tried.push({ alias: key.alias, version: key.version });
  }
  return tried;
}

/**
 * Wraps every key anew under another key-encryption key, and proves each by unwrapping what is
 * stored then. What the keys are does not change, so that no value is touched. Works in the session's
 * open transaction: it is all keys, or none.
 *
 * @throws CodedError `DATABASE.KEYS_BUSY`, `DATABASE.ENCRYPTION_KEY_WRONG`,
 *   `DATABASE.KEY_SERVICE_UNAVAILABLE`
 */
export async function rewrapKeys(
  session: KeySession,
  { from, to }: Rewrapping,
): Promise<RewrappedKey[]> {
  await claimKeys(session);
  const keys = await readWrapped(session, 'for update of key');
  const material = new Map<string, Buffer>();
  for (const key of keys) material.set(key.id, await from.unwrap(key.wrapped, key));
  const kekId = await replaceKek(session, to);
  for (const key of keys) {
    const wrapped = await to.wrap(material.get(key.id) ?? Buffer.of(), key);
    await session.query(
      `update encryption_keys set wrapped_key = $2, kek_id = $3, updated_at = now() where id = $1`,
      [key.id, wrapped, kekId],
    );
  }
  const stored = await readWrapped(session, '');
  for (const key of stored) await prove(to, key, material.get(key.id));
  return stored.map(({ alias, version }) => ({ alias, version }));
}

/** The keys that the key-encryption key wraps: none that another key of the database does. */
async function readWrapped(
  session: KeySession,
  lock: '' | 'for update of key',
): Promise<WrappedRow[]> {
  const { rows } = await session.query<WrappedRow>(
    `select key.id, key.alias, key.version, key.wrapped_key as wrapped
     from encryption_keys as key left join encryption_keys as kek on kek.id = key.kek_id
     where key.wrapped_key is not null and (kek.id is null or kek.external_ref is not null)
     order by key.alias, key.version ${lock}`,
  );
  return rows;
}

async function prove(kek: KeyEncryptionKey, key: WrappedRow, material: Buffer | undefined) {
  if (material?.equals(await kek.unwrap(key.wrapped, key)) === true) return;
  throw new InternalError(`${key.alias} ${key.version} was wrapped as another key than it is.`);
}
