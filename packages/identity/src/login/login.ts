import { withActor, type Actor, type AuditEvent, type TwoFactorMethod } from '@holovitals/database';
import { z } from 'zod';
import {
  clearFailures,
  countFailure,
  findAccountByEmail,
  lockAccount,
  markLoggedIn,
  rehashPassword,
  type Account,
} from '../accounts/account.store.ts';
import type { IdentityContext } from '../context.ts';
import { inputInvalid, loginRefused } from '../errors.ts';
import { findFactors } from '../factors/factor.store.ts';
import { hashPassword, isOutdatedHash, verifyPassword } from '../passwords/hash-password.ts';
import { readPolicy, type SecurityPolicy } from '../policy/security-policy.store.ts';
import { issueSession, type IssuedSession } from '../sessions/issue-session.ts';
import { lockUntil } from './lockout.ts';

/** Input of `login`. */
export const loginSchema = z.strictObject({
  email: z.email().max(254),
  password: z.string().min(1).max(1024),
});

/** What a log-in answers. */
export interface LoginResult extends IssuedSession {
  /** Second factors of which one must be shown at `/v1/auth/login/factor` before the session opens more. */
  readonly factors: readonly TwoFactorMethod[];
}

interface Found {
  readonly account: Account | null;
  readonly policy: SecurityPolicy;
}

/**
 * Logs a person in by address and password. The answer and the time it takes are the same for an
 * unknown address, a wrong password, and a locked or closed account. Failures lock the account for
 * growing times.
 *
 * @throws CodedError `IDENTITY.LOGIN_REFUSED`, `IDENTITY.INPUT_INVALID`
 */
export async function login(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof loginSchema>,
): Promise<LoginResult> {
  const parsed = loginSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('login', parsed.error);
  const { email, password } = parsed.data;
  const found = await withActor(context.db, actor, async (tx): Promise<Found> => {
    const account = await findAccountByEmail(tx, email);
    return { account, policy: await readPolicy(tx, account?.organizationId ?? null, actor.ip) };
  });
  // Outside of any transaction: it takes long, and holds no connection.
  const isRight = await verifyPassword(found.account?.passwordHash ?? null, password);
  const rehashed =
    isRight && isOutdatedHash(found.account?.passwordHash ?? '')
      ? await hashPassword(password)
      : null;
  const result = await settle(context, actor, found, isRight, rehashed);
  if (result === null) throw loginRefused();
  return result;
}

async function settle(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  { account, policy }: Found,
  isRight: boolean,
  rehashed: string | null,
): Promise<LoginResult | null> {
  const now = clock();
  return await withActor(db, actor, async (tx) => {
    const failed = { eventType: 'LOGIN_FAILED', action: 'E', outcome: 'MINOR_FAILURE' } as const;
    if (account === null) {
      await audit(tx, actor, [failed]);
      return null;
    }
    const event = (rest: Pick<AuditEvent, 'eventType' | 'action' | 'outcome'>): AuditEvent => ({
      ...rest,
      userId: account.id,
      ...(account.role !== null && { actorRole: account.role }),
    });
    const isLocked = ({ lockedUntil }: Pick<Account, 'lockedUntil'>) =>
      lockedUntil !== null && lockedUntil > now;
    // Of guesses that come together, those behind the lock of the first ones learn nothing.
    const current = await lockAccount(tx, account.id);
    const isOpen =
      current?.status === 'ACTIVE' &&
      current.passwordHash === account.passwordHash &&
      !isLocked(current) &&
      !isLocked(account);
    if (!isRight || !isOpen || !policy.isAddressAllowed) {
      if (!isRight && !isLocked(account)) {
        await countFailure(tx, account.id, (failures) => lockUntil(failures, policy, now));
      }
      await audit(tx, actor, [event(failed)]);
      return null;
    }
    const factors = (await findFactors(tx, account.id)).filter(
      ({ verifiedAt }) => verifiedAt !== null,
    );
    // With a factor outstanding the failures stand until it is shown, so that codes cannot be tried
    // for ever by whoever knows the password.
    if (factors.length === 0) {
      await clearFailures(tx, account.id, now);
      await markLoggedIn(tx, account.id, now);
    }
    if (rehashed !== null) await rehashPassword(tx, account.id, rehashed);
    const session = await issueSession(
      tx,
      actor,
      policy,
      {
        userId: account.id,
        organizationId: account.organizationId,
        authMethod: 'PASSWORD',
        mfaVerifiedAt: null,
      },
      now,
    );
    await audit(tx, actor, [event({ eventType: 'LOGIN', action: 'E', outcome: 'SUCCESS' })]);
    return { ...session, factors: [...new Set(factors.map(({ method }) => method))] };
  });
}
