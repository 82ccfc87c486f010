import { createCipheriv, createDecipheriv } from 'node:crypto';
import { encryptionKeyWrong } from '../errors.ts';

const WRAP = 'id-aes256-wrap';
const WRAP_IV = Buffer.from('A6A6A6A6A6A6A6A6', 'hex');

/** AES key wrap (RFC 3394, NIST SP 800-38F): its integrity check tells a wrong key. */
export function wrapKey(encryptionKey: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv(WRAP, encryptionKey, WRAP_IV);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

/**
 * Unwraps what {@link wrapKey} made.
 *
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export function unwrapKey(encryptionKey: Uint8Array, wrapped: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv(WRAP, encryptionKey, WRAP_IV);
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  } catch {
    throw encryptionKeyWrong();
  }
}
