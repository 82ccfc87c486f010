import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseEncryptionKey } from './parse-encryption-key.ts';

describe('parseEncryptionKey', () => {
  it('reads 32 bytes in hex and in base64 to the same key', () => {
    const key = randomBytes(32);
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      expect(parseEncryptionKey(key.toString(encoding))).toEqual(key);
    }
  });

  it.each([
    '',
    'your-32-byte-encryption-key-here',
    '00'.repeat(32),
    'ab'.repeat(31),
    'a'.repeat(65),
  ])('refuses %j, and does not repeat it', (text) => {
    const refusal = expect.objectContaining({
      code: 'DATABASE.ENCRYPTION_KEY_INVALID',
      message: expect.not.stringContaining(text || 'nothing') as string,
    }) as Error;
    expect(() => parseEncryptionKey(text)).toThrow(refusal);
  });
});
