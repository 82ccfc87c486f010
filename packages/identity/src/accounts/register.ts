import { withActor, type Actor } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import { z } from 'zod';
import { consumeToken, createTokenChallenge } from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import { challengeRefused, inputInvalid, passwordRefused } from '../errors.ts';
import { queueMessage } from '../notifications/outbox.store.ts';
import { hashPassword } from '../passwords/hash-password.ts';
import { passwordFaults } from '../passwords/password-faults.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import { activateAccount, findAccountByEmail, grantRole, insertAccount } from './account.store.ts';

const DAY = 86_400_000;

/** Input of `register`. */
export const registerSchema = z.strictObject({
  email: z.email().max(254),
  password: z.string().min(1).max(1024),
  displayName: z.string().trim().min(1).max(200).optional(),
});

/**
 * Registers a person as a patient. Whether the address had an account shows neither in the answer
 * nor in its time, only in the mail that goes to it.
 *
 * @throws CodedError `IDENTITY.PASSWORD_REFUSED`, `IDENTITY.INPUT_INVALID`
 */
export async function register(
  { db, clock }: IdentityContext,
  actor: Actor,
  input: z.input<typeof registerSchema>,
): Promise<void> {
  const parsed = registerSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('register', parsed.error);
  const { email, password, displayName = null } = parsed.data;
  const now = clock();
  const faults = passwordFaults(password, await readPolicy(db, null, actor.ip), email);
  if (faults.length > 0) throw passwordRefused(faults);
  const passwordHash = await hashPassword(password);
  await withActor(db, actor, async (tx) => {
    const id = uuidV7();
    const account = { id, email, displayName, passwordHash, role: 'PATIENT', organizationId: null };
    const isNew = await insertAccount(tx, { ...account, now });
    const existing = isNew ? null : await findAccountByEmail(tx, email);
    const userId = existing?.id ?? id;
    const subject = { userId, email, purpose: 'EMAIL_VERIFICATION' as const, ip: actor.ip };
    const token = await createTokenChallenge(tx, subject, now, DAY);
    // The password of an account that was never proven may be somebody else's: only a reset, which
    // the owner of the address alone can finish, changes it.
    const isOpen = existing !== null && existing.status !== 'PENDING';
    await queueMessage(
      tx,
      {
        userId,
        channel: 'EMAIL',
        recipient: email,
        templateKey: isOpen ? 'address-in-use' : 'verify-email',
        params: isOpen ? {} : { token },
      },
      now,
    );
  });
}

/**
 * Proves the address of an account, and opens it.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`
 */
export async function verifyEmail(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  token: string,
): Promise<void> {
  const now = clock();
  await withActor(db, actor, async (tx) => {
    const subject = await consumeToken(tx, 'EMAIL_VERIFICATION', token, now);
    const account = subject?.email == null ? null : await findAccountByEmail(tx, subject.email);
    if (account === null || account.id !== subject?.userId) throw challengeRefused();
    if (account.status !== 'PENDING') return;
    await activateAccount(tx, account.id, now);
    await grantRole(tx, {
      userId: account.id,
      role: account.role ?? 'PATIENT',
      organizationId: account.organizationId,
      grantedById: null,
      reason: 'registered and proved the address',
      now,
    });
    await audit(tx, actor, [
      {
        eventType: 'PERMISSION_CHANGE',
        action: 'C',
        outcome: 'SUCCESS',
        userId: account.id,
        resourceType: 'User',
        resourceId: account.id,
      },
    ]);
  });
}
