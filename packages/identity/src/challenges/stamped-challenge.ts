import { createHmac, randomBytes } from 'node:crypto';
import { isSameHash } from '../tokens/token.ts';

const NONCE_BYTES = 24;
const TIME_BYTES = 8;
const MAC_BYTES = 32;

/**
 * A new challenge that proves itself: 24 random bytes, when it ends, and a MAC over both and what it
 * is for. Whoever asks for one costs the database nothing; `useUpChallenge` makes it good once.
 */
export function stampChallenge(
  key: Uint8Array,
  boundTo: string,
  now: Date,
  lifetimeMs: number,
): Uint8Array<ArrayBuffer> {
  const body = Buffer.alloc(NONCE_BYTES + TIME_BYTES);
  randomBytes(NONCE_BYTES).copy(body);
  body.writeBigUInt64BE(BigInt(now.getTime() + lifetimeMs), NONCE_BYTES);
  return new Uint8Array(Buffer.concat([body, mac(key, boundTo, body)]));
}

/** Finds whether a challenge, base64url, was stamped for this and has not ended. */
export function isStamped(key: Uint8Array, boundTo: string, challenge: string, now: Date): boolean {
  const bytes = Buffer.from(challenge, 'base64url');
  if (bytes.length !== NONCE_BYTES + TIME_BYTES + MAC_BYTES) return false;
  // One challenge has one text, since its hash is what is used up.
  if (bytes.toString('base64url') !== challenge) return false;
  const body = bytes.subarray(0, NONCE_BYTES + TIME_BYTES);
  return (
    isSameHash(mac(key, boundTo, body), bytes.subarray(NONCE_BYTES + TIME_BYTES)) &&
    Number(body.readBigUInt64BE(NONCE_BYTES)) > now.getTime()
  );
}

function mac(key: Uint8Array, boundTo: string, body: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update(`challenge:${boundTo.length}:${boundTo}`)
    .update(body)
    .digest();
}
