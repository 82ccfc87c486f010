import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isStamped, stampChallenge } from './stamped-challenge.ts';

const key = randomBytes(64);
const now = new Date('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const make = (boundTo = 'login') =>
  Buffer.from(stampChallenge(key, boundTo, now, 5 * MINUTE)).toString('base64url');

describe('a stamped challenge', () => {
  it('holds for what it is bound to, until it ends', () => {
    const challenge = make();
    expect(isStamped(key, 'login', challenge, now)).toBe(true);
    const last = new Date(now.getTime() + 5 * MINUTE - 1);
    expect(isStamped(key, 'login', challenge, last)).toBe(true);
    expect(isStamped(key, 'login', challenge, new Date(last.getTime() + 1))).toBe(false);
    expect(isStamped(key, 'register:a', challenge, now)).toBe(false);
    expect(isStamped(randomBytes(64), 'login', challenge, now)).toBe(false);
  });

  it('is never the same twice', () => {
    expect(make()).not.toBe(make());
  });

  it('holds in one spelling only, and with every byte as it was', () => {
    const challenge = make();
    const bytes = Buffer.from(challenge, 'base64url');
    for (let place = 0; place < bytes.length; place += 1) {
      const forged = Buffer.from(bytes);
      forged[place] = (forged[place] ?? 0) ^ 1;
      expect(isStamped(key, 'login', forged.toString('base64url'), now)).toBe(false);
    }
    const spellings = [
      `${challenge}=`,
      `${challenge} `,
      challenge.slice(0, -1),
      `${challenge}A`,
      '',
    ];
    for (const other of spellings) expect(isStamped(key, 'login', other, now)).toBe(false);
  });
});
