import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 32;
const CODE_DIGITS = 6;

/** A new secret of 256 random bits behind a prefix that tells what it is: `hvs_…`. */
export function makeToken(prefix: string): string {
  return `${prefix}_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

/** SHA-256 of a token: what the database holds. 256 random bits need no salt and no stretching. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token, 'utf8').digest());
}

/** A new code of six digits, for people to type. */
export function makeCode(): string {
  return String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
}

/** Keyed hash of a short code, bound to what it was made for. */
export function hashCode(key: Uint8Array, boundTo: string, code: string): Uint8Array<ArrayBuffer> {
  const mac = createHmac('sha256', key).update(`${boundTo.length}:${boundTo}`).update(code, 'utf8');
  return new Uint8Array(mac.digest());
}

/** Compares hashes in constant time. */
export function isSameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
