import { createHash, randomInt } from 'node:crypto';

/** Letters and digits that are not taken for one another (Crockford). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODES = 10;
const LENGTH = 16;

/** Ten new recovery codes of 80 bits each: `7XK2-…`. */
export function makeRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, () =>
    Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)])
      .join('')
      .replaceAll(/(.{4})(?=.)/g, '$1-'),
  );
}

/** SHA-256 of a recovery code, however it was typed; 80 random bits need no stretching. */
export function hashRecoveryCode(code: string): string {
  const bare = code
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(bare).digest('hex');
}
