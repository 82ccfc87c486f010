import { withActor, type Actor, type Transaction } from '@holovitals/database';
import { z } from 'zod';
import {
  clearFailures,
  countFailure,
  findAccount,
  markLoggedIn,
  type Account,
} from '../accounts/account.store.ts';
import {
  createCodeChallenge,
  isAskedTooOften,
  isTextedTooOften,
} from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import { challengeRefused, factorNotAllowed, inputInvalid, sessionInvalid } from '../errors.ts';
import { textCode } from '../factors/enrol-factor.ts';
import { findPhone, hasFactor } from '../factors/factor.store.ts';
import { verifyFactor } from '../factors/verify-factor.ts';
import { assertionSchema } from '../passkeys/passkey.schema.ts';
import { queueMessage } from '../notifications/outbox.store.ts';
import { verifyPassword } from '../passwords/hash-password.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import { markFactorVerified, markStepUp } from '../sessions/session.store.ts';
import { lockUntil } from './lockout.ts';

const MINUTE = 60_000;
const CODE_LIFETIME = 10 * MINUTE;

/** A second factor, as it is shown. */
export const factorProofSchema = z.union([
  z.strictObject({
    method: z.enum(['TOTP', 'EMAIL', 'SMS', 'RECOVERY_CODE']),
    code: z.string().min(6).max(40),
  }),
  z.strictObject({ method: z.literal('WEBAUTHN'), passkey: assertionSchema }),
]);

/** A fresh proof of identity: the password, or a second factor. */
export const stepUpSchema = z.union([
  z.strictObject({ password: z.string().min(1).max(1024) }),
  factorProofSchema,
]);

/**
 * Shows the second factor that a log-in asked for; the session then opens everything.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`; failures lock the account as wrong passwords do
 */
export async function proveFactor(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof factorProofSchema>,
): Promise<void> {
  const parsed = factorProofSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('proveFactor', parsed.error);
  await prove(
    context,
    actor,
    (tx, account) => verifyFactor(context, tx, account.id, parsed.data),
    async (tx, sessionId, now, userId) => {
      await markFactorVerified(tx, sessionId, now);
      await markLoggedIn(tx, userId, now);
    },
  );
}

/**
 * Opens sensitive acts to the session for the policy's minutes.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`
 */
export async function stepUp(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof stepUpSchema>,
): Promise<{ readonly until: Date }> {
  const parsed = stepUpSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('stepUp', parsed.error);
  const proof = parsed.data;
  let until = context.clock();
  await prove(
    context,
    actor,
    (tx, account) =>
      'password' in proof
        ? verifyPassword(account.passwordHash, proof.password)
        : verifyFactor(context, tx, account.id, proof),
    async (tx, sessionId, now) => {
      const { stepUpMinutes } = await readPolicy(tx, actor.organizationId, actor.ip);
      until = new Date(now.getTime() + stepUpMinutes * MINUTE);
      await markStepUp(tx, sessionId, until);
    },
  );
  return { until };
}

/**
 * Sends the caller, who enrolled e-mail or a telephone as second factor, a code to show; five an
 * hour at most.
 *
 * @throws CodedError `IDENTITY.FACTOR_NOT_ALLOWED`
 */
export async function sendFactorCode(
  context: IdentityContext,
  actor: Actor,
  method: 'EMAIL' | 'SMS' = 'EMAIL',
): Promise<void> {
  const { db, clock, codeKey } = context;
  const { userId } = actor;
  if (userId === null) throw sessionInvalid();
  const now = clock();
  await withActor(db, actor, async (tx) => {
    const account = await findAccount(tx, userId);
    if (account === null) throw sessionInvalid();
    const policy = await readPolicy(tx, actor.organizationId, actor.ip);
    if (!policy.allowedFactors.includes(method) || !(await hasFactor(tx, userId, method))) {
      throw factorNotAllowed(method);
    }
    if (method === 'SMS') {
      const factor = await findPhone(tx, userId, true);
      if (factor === null || (await isTextedTooOften(tx, userId, now))) return;
      await textCode(tx, { userId, phone: factor.phone, ip: actor.ip }, codeKey, now);
      return;
    }
    if (await isAskedTooOften(tx, account.email, 'STEP_UP', now)) return;
    const subject = { userId, email: account.email, purpose: 'STEP_UP' as const, ip: actor.ip };
    const code = await createCodeChallenge(tx, subject, codeKey, now, CODE_LIFETIME);
    const { email: recipient } = account;
    const message = {
      userId,
      channel: 'EMAIL',
      recipient,
      templateKey: 'factor-code',
      params: { code },
    } as const;
    await queueMessage(tx, message, now);
  });
}

async function prove(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  check: (tx: Transaction, account: Account) => Promise<boolean>,
  succeed: (tx: Transaction, sessionId: string, now: Date, userId: string) => Promise<void>,
): Promise<void> {
  const { userId, sessionId } = actor;
  if (userId === null || sessionId === null) throw sessionInvalid();
  const now = clock();
  const isProven = await withActor(db, actor, async (tx) => {
    const account = await findAccount(tx, userId);
    if (account === null) throw sessionInvalid();
    const isLocked = account.lockedUntil !== null && account.lockedUntil > now;
    const isRight =
      !isLocked && (await check(tx, account)) && (await clearFailures(tx, userId, now));
    if (isRight) await succeed(tx, sessionId, now, userId);
    else if (!isLocked) {
      const policy = await readPolicy(tx, actor.organizationId, actor.ip);
      await countFailure(tx, userId, (failures) => lockUntil(failures, policy, now));
    }
    await audit(tx, actor, [
      { eventType: 'MFA', action: 'E', outcome: isRight ? 'SUCCESS' : 'MINOR_FAILURE' },
    ]);
    return isRight;
  });
  if (!isProven) throw challengeRefused();
}
