import { withActor, type Actor } from '@holovitals/database';
import { z } from 'zod';
import { lockAccount } from '../accounts/account.store.ts';
import type { IdentityContext } from '../context.ts';
import { inputInvalid, notFound } from '../errors.ts';
import { personOf, requireStepUp } from '../sessions/person-of.ts';
import {
  disableFactor,
  findFactors,
  labelFactor,
  replaceRecoveryCodes,
  type Factor,
} from './factor.store.ts';
import { hashRecoveryCode, makeRecoveryCodes } from './recovery-codes.ts';

/** Lists the caller's second factors. */
export async function listFactors({ db }: IdentityContext, actor: Actor): Promise<Factor[]> {
  const userId = personOf(actor);
  return await withActor(db, actor, (tx) => findFactors(tx, userId));
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
  requireStepUp(actor);
  const codes = makeRecoveryCodes();
  await withActor(db, actor, async (tx) => {
    await lockAccount(tx, userId);
    await replaceRecoveryCodes(tx, userId, codes.map(hashRecoveryCode), clock());
    await audit(tx, actor, [
      { eventType: 'MFA', action: 'U', outcome: 'SUCCESS', resourceType: 'User2FA' },
    ]);
  });
  return { recoveryCodes: codes };
}

/** Input of `renameFactor`. */
export const renameFactorSchema = z.strictObject({ label: z.string().trim().min(1).max(100) });

/**
 * Names one of the caller's second factors, for its person to know it by.
 *
 * @throws CodedError `IDENTITY.INPUT_INVALID`, `IDENTITY.NOT_FOUND`
 */
export async function renameFactor(
  { db, audit }: IdentityContext,
  actor: Actor,
  id: string,
  input: z.input<typeof renameFactorSchema>,
): Promise<void> {
  const parsed = renameFactorSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('renameFactor', parsed.error);
  const userId = personOf(actor);
  await withActor(db, actor, async (tx) => {
    if (!(await labelFactor(tx, userId, id, parsed.data.label))) throw notFound('second factor');
    await audit(tx, actor, [
      {
        eventType: 'MFA',
        action: 'U',
        outcome: 'SUCCESS',
        resourceType: 'User2FA',
        resourceId: id,
        changedFields: ['label'],
      },
    ]);
  });
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
  requireStepUp(actor);
  await withActor(db, actor, async (tx) => {
    await lockAccount(tx, userId);
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
