import { isCodedError } from '@holovitals/errors';
import { encryptionKeyMissing } from '../errors.ts';
import type { KeyRing, LoadedKeys } from './key-ring.ts';

/** Gives the keys to pure work that asks for them. */
export type Keys = () => LoadedKeys;

/** The work asked for keys that are not read yet. */
class KeysNeeded extends Error {}

/**
 * Runs pure, synchronous work that may need keys: they are read only when it asks, and read again
 * once where a value was written under a key made since.
 *
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_MISSING`, `DATABASE.ENCRYPTION_KEY_WRONG`, and what
 *   the work throws
 */
export async function withKeys<T>(ring: KeyRing | undefined, work: (keys: Keys) => T): Promise<T> {
  let isReloaded = false;
  let given: LoadedKeys | undefined;
  for (;;) {
    try {
      return work(() => {
        const keys = given ?? ring?.peek();
        if (keys === undefined) throw new KeysNeeded();
        return keys;
      });
    } catch (error) {
      if (error instanceof KeysNeeded) {
        if (ring === undefined) throw encryptionKeyMissing();
        given = await ring.load();
      } else {
        const version = unknownVersion(error);
        if (ring === undefined || isReloaded || version === undefined) throw error;
        isReloaded = true;
        given = await ring.lookFor(version);
      }
    }
  }
}

function unknownVersion(error: unknown): number | undefined {
  const version = isCodedError(error) ? error.details?.['keyVersion'] : undefined;
  return typeof version === 'number' ? version : undefined;
}
