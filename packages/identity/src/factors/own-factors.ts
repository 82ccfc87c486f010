import { withActor, type Actor, type Transaction } from '@holovitals/database';
import { Secret } from 'otpauth';
import type { IdentityContext } from '../context.ts';
import { findAccount } from '../accounts/account.store.ts';
import {
  challengeRefused,
  factorExists,
  factorNotAllowed,
  notFound,
  sessionInvalid,
  stepUpRequired,
} from '../errors.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import { markFactorVerified } from '../sessions/session.store.ts';
import {
  disableFactor,
  findDataKeyId,
  findFactors,
  findTotp,
  insertFactor,
  markVerified,
  replaceRecoveryCodes,
  type Factor,
} from './factor.store.ts';
import { hashRecoveryCode, makeRecoveryCodes } from './recovery-codes.ts';
import { acceptTotp, makeTotp } from './verify-factor.ts';

const SECRET_BYTES = 20;

/** What an authenticator app needs, shown once. */
export interface TotpEnrolment {
  /** Base32. */
  readonly secret: string;
  /** `otpauth://…`, for a QR code. */
  readonly uri: string;
}

/** Lists the caller's second factors. */
export async function listFactors({ db }: IdentityContext, actor: Actor): Promise<Factor[]> {
  const userId = personOf(actor);
  return await withActor(db, actor, (tx) => findFactors(tx, userId));
}

/**
 * Begins to enrol an authenticator app; `confirmTotp` ends it.
 *
 * @throws CodedError `IDENTITY.FACTOR_EXISTS`, `IDENTITY.FACTOR_NOT_ALLOWED`, `IDENTITY.STEP_UP_REQUIRED`
 */
export async function enrolTotp(
  { db, clock }: IdentityContext,
  actor: Actor,
  label: string | null,
): Promise<TotpEnrolment> {
  const userId = personOf(actor);
  const secret = new Secret({ size: SECRET_BYTES }).base32;
  return await withActor(db, actor, async (tx) => {
    const account = await findAccount(tx, userId);
    if (account === null) throw sessionInvalid();
    const policy = await readPolicy(tx, actor.organizationId, actor.ip);
    if (!policy.allowedFactors.includes('TOTP')) throw factorNotAllowed('TOTP');
    const factors = await findFactors(tx, userId);
    requireStepUpWhere(
      factors.some(({ verifiedAt }) => verifiedAt !== null),
      actor,
    );
    if (await findTotp(tx, userId, true)) throw factorExists('TOTP');
    await insertFactor(
      tx,
      { userId, method: 'TOTP', label, secret, keyId: await findDataKeyId(tx) },
      clock(),
    );
    return { secret, uri: makeTotp(secret, account.email).toString() };
  });
}

/**
 * Ends the enrolment of an authenticator app with its first code. The session counts as opened with
 * a second factor from then on. Answers recovery codes, shown once, where there were none.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`
 */
export async function confirmTotp(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  code: string,
): Promise<{ readonly recoveryCodes: readonly string[] }> {
  const userId = personOf(actor);
  const now = clock();
  return await withActor(db, actor, async (tx) => {
    const factor = await findTotp(tx, userId, false);
    const secret = factor?.secretCiphertext;
    if (factor === null || secret == null) throw challengeRefused();
    if (!(await acceptTotp(tx, { id: factor.id, secret }, code, now))) throw challengeRefused();
    await markVerified(tx, factor.id, now);
    if (actor.sessionId !== null) await markFactorVerified(tx, actor.sessionId, now);
    const recoveryCodes = await makeMissingCodes(tx, userId, now);
    await audit(tx, actor, [
      {
        eventType: 'MFA',
        action: 'C',
        outcome: 'SUCCESS',
        resourceType: 'User2FA',
        resourceId: factor.id,
      },
    ]);
    return { recoveryCodes };
  });
}

/**
 * Makes new recovery codes in place of the old ones; they are shown once.
 *
 * @throws CodedError `IDENTITY.STEP_UP_REQUIRED`
 */
export async function renewRecoveryCodes(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
): Promise<{ readonly recoveryCodes: readonly string[] }> {
  const userId = personOf(actor);
  requireStepUpWhere(true, actor);
  const codes = makeRecoveryCodes();
  await withActor(db, actor, async (tx) => {
    await replaceRecoveryCodes(tx, userId, codes.map(hashRecoveryCode), clock());
    await audit(tx, actor, [
      { eventType: 'MFA', action: 'U', outcome: 'SUCCESS', resourceType: 'User2FA' },
    ]);
  });
  return { recoveryCodes: codes };
}

/**
 * Disables one of the caller's second factors.
 *
 * @throws CodedError `IDENTITY.STEP_UP_REQUIRED`, `IDENTITY.NOT_FOUND`
 */
export async function removeFactor(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  id: string,
): Promise<void> {
  const userId = personOf(actor);
  requireStepUpWhere(true, actor);
  await withActor(db, actor, async (tx) => {
    if (!(await disableFactor(tx, userId, id, clock()))) throw notFound('second factor');
    await audit(tx, actor, [
      {
        eventType: 'MFA',
        action: 'D',
        outcome: 'SUCCESS',
        resourceType: 'User2FA',
        resourceId: id,
      },
    ]);
  });
}

async function makeMissingCodes(tx: Transaction, userId: string, now: Date): Promise<string[]> {
  const factors = await findFactors(tx, userId);
  if (factors.some(({ method }) => method === 'RECOVERY_CODE')) return [];
  const codes = makeRecoveryCodes();
  await replaceRecoveryCodes(tx, userId, codes.map(hashRecoveryCode), now);
  return codes;
}

function personOf(actor: Actor): string {
  if (actor.userId === null || actor.sessionId === null) throw sessionInvalid();
  return actor.userId;
}

function requireStepUpWhere(isNeeded: boolean, actor: Actor): void {
  if (isNeeded && !actor.stepUp) throw stepUpRequired();
}
