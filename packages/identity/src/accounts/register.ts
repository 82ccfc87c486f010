import { withActor, type Actor } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import { z } from 'zod';
import {
  consumeToken,
  createTokenChallenge,
  endChallenges,
  isAskedTooOften,
} from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import { challengeRefused, inputInvalid, passwordRefused } from '../errors.ts';
import { queueMessage } from '../notifications/outbox.store.ts';
import { hashPassword, verifyPassword } from '../passwords/hash-password.ts';
import { passwordFaults } from '../passwords/password-faults.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import {
  activateAccount,
  findAccountByEmail,
  grantRole,
  insertAccount,
  replacePendingPassword,
} from './account.store.ts';

const DAY = 86_400_000;

/** Input of `register`. */
export const registerSchema = z.strictObject({
  email: z.email().max(254),
  password: z.string().min(1).max(1024),
  displayName: z.string().trim().min(1).max(200).optional(),
});

/** Input of `verifyEmail`. */
export const verifyEmailSchema = z.strictObject({
  token: z.string().min(1).max(200),
  password: z.string().min(1).max(1024),
});

/**
 * Registers a person as a patient. Whether the address had an account shows neither in the answer
 * nor in its time, only in the mail that goes to it. An address gets five mails an hour at most.
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
    if (await isAskedTooOften(tx, email, 'EMAIL_VERIFICATION', now)) return;
    const fresh = { email, displayName, passwordHash, role: 'PATIENT', organizationId: null, now };
    await insertAccount(tx, { id: uuidV7(), ...fresh });
    const account = await findAccountByEmail(tx, email);
    if (account === null) return;
    const isOpen = account.status !== 'PENDING';
    await replacePendingPassword(tx, account.id, passwordHash, now);
    await endChallenges(tx, account.id, 'EMAIL_VERIFICATION', now);
    const subject = {
      userId: account.id,
      email,
      purpose: 'EMAIL_VERIFICATION' as const,
      ip: actor.ip,
    };
    const token = await createTokenChallenge(tx, subject, now, DAY);
    await queueMessage(
      tx,
      {
        userId: account.id,
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
 * Proves the address of an account, and opens it. Asks for the password too: somebody else may have
 * registered the address with a password of theirs, and its owner must not open that account.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`
 */
export async function verifyEmail(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  input: z.input<typeof verifyEmailSchema>,
): Promise<void> {
  const parsed = verifyEmailSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('verifyEmail', parsed.error);
  const { token, password } = parsed.data;
  const now = clock();
  await withActor(db, actor, async (tx) => {
    const subject = await consumeToken(tx, 'EMAIL_VERIFICATION', token, now);
    const account = subject?.email == null ? null : await findAccountByEmail(tx, subject.email);
    if (account === null || account.id !== subject?.userId || account.status !== 'PENDING') {
      throw challengeRefused();
    }
    if (!(await verifyPassword(account.passwordHash, password))) throw challengeRefused();
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
