import type { ChallengePurpose, Transaction } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import { hashCode, hashToken, isSameHash, makeCode, makeToken } from '../tokens/token.ts';

const HOUR = 3_600_000;
const MOST_AN_HOUR = 5;

/** Whom a proof is asked of, and for what. */
export interface ChallengeSubject {
  readonly userId: string | null;
  readonly email: string | null;
  readonly purpose: ChallengePurpose;
  readonly ip: string | null;
}

/** True where an address was sent so many challenges within the hour that it gets no more for now. */
export async function isAskedTooOften(
  tx: Transaction,
  email: string,
  purpose: ChallengePurpose,
  now: Date,
): Promise<boolean> {
  const createdAt = { gt: new Date(now.getTime() - HOUR) };
  const count = await tx.identityChallenge.count({ where: { email, purpose, createdAt } });
  return count >= MOST_AN_HOUR;
}

/** True where a person was texted so many codes within the hour that there are no more for now. */
export async function isTextedTooOften(
  tx: Transaction,
  userId: string,
  now: Date,
): Promise<boolean> {
  const createdAt = { gt: new Date(now.getTime() - HOUR) };
  const where = { userId, channel: 'SMS' as const, createdAt };
  return (await tx.identityChallenge.count({ where })) >= MOST_AN_HOUR;
}

/** Ends a person's open challenges of a kind. */
export async function endChallenges(
  tx: Transaction,
  userId: string,
  purpose: ChallengePurpose,
  now: Date,
): Promise<void> {
  await tx.identityChallenge.updateMany({
    where: { userId, purpose, consumedAt: null },
    data: { consumedAt: now },
  });
}

/** Makes a challenge answered by a token of 256 bits, as in a link; answers the token. */
export async function createTokenChallenge(
  tx: Transaction,
  subject: ChallengeSubject,
  now: Date,
  lifetimeMs: number,
): Promise<string> {
  const token = makeToken('hvc');
  await tx.identityChallenge.create({
    data: {
      ...subject,
      channel: 'EMAIL',
      codeHash: hashToken(token),
      maxAttempts: 1,
      createdAt: now,
      expiresAt: new Date(now.getTime() + lifetimeMs),
    },
    select: { id: true },
  });
  return token;
}

/** Uses a token up; answers whose it was, or null where it opens nothing. */
export async function consumeToken(
  tx: Transaction,
  purpose: ChallengePurpose,
  token: string,
  now: Date,
): Promise<{ readonly userId: string | null; readonly email: string | null } | null> {
  const codeHash = hashToken(token);
  const { count } = await tx.identityChallenge.updateMany({
    where: { codeHash, purpose, consumedAt: null, expiresAt: { gt: now } },
    data: { consumedAt: now },
  });
  if (count === 0) return null;
  return await tx.identityChallenge.findUnique({
    where: { codeHash },
    select: { userId: true, email: true },
  });
}

/** Makes a challenge answered by a short code; answers the code. Earlier ones of its kind end. */
export async function createCodeChallenge(
  tx: Transaction,
  subject: ChallengeSubject & { readonly userId: string; readonly channel?: 'EMAIL' | 'SMS' },
  key: Uint8Array,
  now: Date,
  lifetimeMs: number,
): Promise<string> {
  const { userId, purpose } = subject;
  await endChallenges(tx, userId, purpose, now);
  const id = uuidV7();
  const code = makeCode();
  await tx.identityChallenge.create({
    data: {
      channel: 'EMAIL',
      ...subject,
      id,
      codeHash: hashCode(key, id, code),
      createdAt: now,
      expiresAt: new Date(now.getTime() + lifetimeMs),
    },
    select: { id: true },
  });
  return code;
}

/** Uses a short code up. Every try counts; the fifth wrong one ends the challenge. */
export async function consumeCode(
  tx: Transaction,
  subject: {
    readonly userId: string;
    readonly purpose: ChallengePurpose;
    readonly channel: 'EMAIL' | 'SMS';
  },
  key: Uint8Array,
  code: string,
  now: Date,
): Promise<boolean> {
  const challenge = await tx.identityChallenge.findFirst({
    where: { ...subject, consumedAt: null, expiresAt: { gt: now } },
    orderBy: { id: 'desc' },
    select: { id: true, codeHash: true, attempts: true, maxAttempts: true },
  });
  if (challenge === null || challenge.attempts >= challenge.maxAttempts) return false;
  const { id, attempts, codeHash } = challenge;
  const isRight = isSameHash(codeHash, hashCode(key, id, code));
  // Of two tries at once, one counts on what the other saw, and loses.
  const { count } = await tx.identityChallenge.updateMany({
    where: { id, attempts, consumedAt: null },
    data: { attempts: attempts + 1, ...(isRight && { consumedAt: now }) },
  });
  return isRight && count === 1;
}

/**
 * Uses up a challenge that proved itself, so that it is good once; false where it was used. The row
 * is kept until the challenge has ended.
 */
export async function useUpChallenge(
  tx: Transaction,
  userId: string,
  challenge: string,
  now: Date,
  lifetimeMs: number,
): Promise<boolean> {
  const { count } = await tx.identityChallenge.createMany({
    data: [
      {
        ...{ userId, purpose: 'DEVICE_TRUST', channel: 'PUSH' },
        ...{ codeHash: hashToken(challenge), maxAttempts: 1, attempts: 1 },
        ...{ createdAt: now, consumedAt: now, expiresAt: new Date(now.getTime() + lifetimeMs) },
      },
    ],
    skipDuplicates: true,
  });
  return count === 1;
}
