import { encryptionKeyInvalid } from '../errors.ts';

const KEY_BYTES = 32;

/**
 * Reads `ENCRYPTION_KEY`: 32 bytes in hex (64 digits) or base64. Anything else is refused: the
 * example's placeholder, and bytes that nobody drew at random, such as all zeros.
 *
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_INVALID`
 */
export function parseEncryptionKey(text: string): Buffer {
  const value = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(value)
    ? Buffer.from(value, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(value)
      ? Buffer.from(value, 'base64')
      : undefined;
  if (key?.length !== KEY_BYTES) throw encryptionKeyInvalid();
  if (new Set(key).size < 4) throw encryptionKeyInvalid();
  return key;
}
