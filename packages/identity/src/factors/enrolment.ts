import type { Actor, Transaction, TwoFactorMethod } from '@holovitals/database';
import { findAccount, lockAccount, type Account } from '../accounts/account.store.ts';
import type { IdentityContext } from '../context.ts';
import { factorExists, factorNotAllowed, sessionInvalid } from '../errors.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import { personOf, requireStepUp } from '../sessions/person-of.ts';
import { markFactorVerified } from '../sessions/session.store.ts';
import { findFactors, markVerified, replaceRecoveryCodes } from './factor.store.ts';
import { hashRecoveryCode, makeRecoveryCodes } from './recovery-codes.ts';

/** Recovery codes, shown once; empty where there were some. */
export interface EnrolledFactor {
  readonly recoveryCodes: readonly string[];
}

/**
 * The account that may enrol a kind: allowed, not there yet but for passkeys, and after a fresh proof
 * where others are, or a provider has vouched for some. Its row is locked until the transaction ends.
 *
 * @throws CodedError `IDENTITY.FACTOR_EXISTS`, `IDENTITY.FACTOR_NOT_ALLOWED`, `IDENTITY.STEP_UP_REQUIRED`
 */
export async function mayEnrol(
  tx: Transaction,
  actor: Actor,
  method: TwoFactorMethod,
): Promise<Account> {
  const userId = personOf(actor);
  // A person's factors change one after another.
  await lockAccount(tx, userId);
  const account = await findAccount(tx, userId);
  if (account === null) throw sessionInvalid();
  const policy = await readPolicy(tx, actor.organizationId, actor.ip);
  if (!policy.allowedFactors.includes(method)) throw factorNotAllowed(method);
  const proven = (await findFactors(tx, account.id)).filter(
    ({ verifiedAt }) => verifiedAt !== null,
  );
  // Whoever copied a session that a provider vouched for must not add a factor of their own.
  if (proven.length > 0 || actor.mfa) requireStepUp(actor);
  const isOnly = method !== 'WEBAUTHN';
  if (isOnly && proven.some((factor) => factor.method === method)) throw factorExists(method);
  return account;
}

/** Ends an enrolment: the factor is proven, the session too, and the first one brings recovery codes. */
export async function finishEnrolment(
  tx: Transaction,
  audit: IdentityContext['audit'],
  actor: Actor,
  factorId: string,
  now: Date,
): Promise<EnrolledFactor> {
  const userId = personOf(actor);
  await markVerified(tx, factorId, now);
  if (actor.sessionId !== null) await markFactorVerified(tx, actor.sessionId, now);
  const factors = await findFactors(tx, userId);
  const recoveryCodes = factors.some(({ method }) => method === 'RECOVERY_CODE')
    ? []
    : makeRecoveryCodes();
  if (recoveryCodes.length > 0) {
    await replaceRecoveryCodes(tx, userId, recoveryCodes.map(hashRecoveryCode), now);
  }
  await audit(tx, actor, [
    {
      eventType: 'MFA',
      action: 'C',
      outcome: 'SUCCESS',
      resourceType: 'User2FA',
      resourceId: factorId,
    },
  ]);
  return { recoveryCodes };
}
