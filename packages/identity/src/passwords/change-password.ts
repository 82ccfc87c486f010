import { withActor, type Actor, type AuditEvent } from '@holovitals/database';
import { z } from 'zod';
import {
  activateAccount,
  countFailure,
  findAccount,
  findAccountByEmail,
  grantRole,
  replacePassword,
  type Account,
} from '../accounts/account.store.ts';
import {
  consumeToken,
  createTokenChallenge,
  isAskedTooOften,
} from '../challenges/challenge.store.ts';
import type { IdentityContext } from '../context.ts';
import { challengeRefused, inputInvalid, passwordRefused, sessionInvalid } from '../errors.ts';
import { lockUntil } from '../login/lockout.ts';
import { queueMessage } from '../notifications/outbox.store.ts';
import { readPolicy, type SecurityPolicy } from '../policy/security-policy.store.ts';
import { revokeSessions } from '../sessions/session.store.ts';
import { hashPassword, verifyPassword } from './hash-password.ts';
import { passwordFaults } from './password-faults.ts';

const HOUR = 3_600_000;

/** Input of `changePassword`. */
export const changePasswordSchema = z.strictObject({
  currentPassword: z.string().min(1).max(1024),
  newPassword: z.string().min(1).max(1024),
});

/** Input of `resetPassword`. */
export const resetPasswordSchema = z.strictObject({
  token: z.string().min(1).max(200),
  newPassword: z.string().min(1).max(1024),
});

/**
 * Changes the caller's password. Every other session of theirs ends. Wrong current ones lock the
 * account as wrong log-ins do: a stolen session must not serve to guess by.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED` (the current one is wrong), `IDENTITY.PASSWORD_REFUSED`
 */
export async function changePassword(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  input: z.input<typeof changePasswordSchema>,
): Promise<void> {
  const parsed = changePasswordSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('changePassword', parsed.error);
  const { userId, sessionId } = actor;
  if (userId === null || sessionId === null) throw sessionInvalid();
  const { currentPassword, newPassword } = parsed.data;
  const { account, policy } = await withActor(db, actor, async (tx) => ({
    account: await findAccount(tx, userId),
    policy: await readPolicy(tx, actor.organizationId, actor.ip),
  }));
  if (account === null) throw sessionInvalid();
  const now = clock();
  const isLocked = account.lockedUntil !== null && account.lockedUntil > now;
  const isRight = await verifyPassword(account.passwordHash, currentPassword);
  const hash = isRight && !isLocked ? await hashAccepted(account, policy, newPassword) : null;
  const isChanged = await withActor(db, actor, async (tx) => {
    const done =
      hash !== null && (await replacePassword(tx, account, hash, policy.passwordHistoryCount, now));
    if (done) {
      await revokeSessions(tx, { userId }, 'PASSWORD_CHANGED', now, sessionId);
      await queueMessage(tx, changedMessage(account), now);
    } else if (!isRight && !isLocked) {
      await countFailure(tx, userId, (failures) => lockUntil(failures, policy, now));
    }
    await audit(tx, actor, [passwordEvent(userId, done)]);
    return done;
  });
  if (!isChanged) throw challengeRefused();
}

/**
 * Sends a token to reset the password by. The answer is the same whether or not the address has an
 * account, and so is the work. An address gets five mails an hour at most.
 */
export async function requestPasswordReset(
  { db, clock }: IdentityContext,
  actor: Actor,
  email: string,
): Promise<void> {
  const now = clock();
  await withActor(db, actor, async (tx) => {
    if (await isAskedTooOften(tx, email, 'PASSWORD_RESET', now)) return;
    const account = await findAccountByEmail(tx, email);
    const userId = account?.id ?? null;
    const subject = { userId, email, purpose: 'PASSWORD_RESET' as const, ip: actor.ip };
    const token = await createTokenChallenge(tx, subject, now, HOUR);
    const isClosed = account === null || ['SUSPENDED', 'DEACTIVATED'].includes(account.status);
    await queueMessage(
      tx,
      {
        userId,
        channel: 'EMAIL',
        recipient: isClosed ? '' : account.email,
        templateKey: 'reset-password',
        params: isClosed ? {} : { token },
      },
      now,
      isClosed ? 'CANCELLED' : 'QUEUED',
    );
  });
}

/**
 * Sets a new password by a token from the mail; it proves the address too. Every session ends.
 *
 * @throws CodedError `IDENTITY.CHALLENGE_REFUSED`, `IDENTITY.PASSWORD_REFUSED`
 */
export async function resetPassword(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  input: z.input<typeof resetPasswordSchema>,
): Promise<void> {
  const parsed = resetPasswordSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('resetPassword', parsed.error);
  const { token, newPassword } = parsed.data;
  const now = clock();
  await withActor(db, actor, async (tx) => {
    const subject = await consumeToken(tx, 'PASSWORD_RESET', token, now);
    const account = subject?.userId == null ? null : await findAccount(tx, subject.userId);
    if (account === null || !['PENDING', 'ACTIVE', 'LOCKED'].includes(account.status)) {
      throw challengeRefused();
    }
    const policy = await readPolicy(tx, account.organizationId, actor.ip);
    const hash = await hashAccepted(account, policy, newPassword);
    if (!(await replacePassword(tx, account, hash, policy.passwordHistoryCount, now))) {
      throw challengeRefused();
    }
    await revokeSessions(tx, { userId: account.id }, 'PASSWORD_CHANGED', now);
    if (account.status === 'PENDING') {
      await activateAccount(tx, account.id, now);
      const { id: userId, role, organizationId } = account;
      const reason = 'proved the address';
      await grantRole(tx, {
        userId,
        role: role ?? 'PATIENT',
        organizationId,
        grantedById: null,
        reason,
        now,
      });
    }
    await queueMessage(tx, changedMessage(account), now);
    await audit(tx, actor, [passwordEvent(account.id, true)]);
  });
}

/** Hashes a password that the policy accepts and that was not used before. */
async function hashAccepted(
  account: Account,
  policy: SecurityPolicy,
  password: string,
): Promise<string> {
  const faults: string[] = passwordFaults(password, policy, account.email);
  const earlier = [
    account.passwordHash,
    ...account.passwordHistory.slice(0, policy.passwordHistoryCount),
  ];
  for (const hash of earlier) {
    if (hash !== null && (await verifyPassword(hash, password))) faults.push('used_before');
  }
  if (faults.length > 0) throw passwordRefused([...new Set(faults)]);
  return await hashPassword(password);
}

function passwordEvent(userId: string, isChanged: boolean): AuditEvent {
  return {
    eventType: 'CONFIG_CHANGE',
    action: 'U',
    outcome: isChanged ? 'SUCCESS' : 'MINOR_FAILURE',
    userId,
    resourceType: 'User',
    resourceId: userId,
    changedFields: isChanged ? ['passwordHash'] : [],
  };
}

function changedMessage({ id, email }: Account) {
  return {
    userId: id,
    channel: 'EMAIL',
    recipient: email,
    templateKey: 'password-changed',
    params: {},
  } as const;
}
