import { withActor, type Actor, type AuditEvent } from '@holovitals/database';
import type { z } from 'zod';
import { findAccount, lockAccount, markLoggedIn } from '../accounts/account.store.ts';
import type { IdentityContext } from '../context.ts';
import { inputInvalid, loginRefused } from '../errors.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import { issueSession, type IssuedSession } from '../sessions/issue-session.ts';
import { assertionSchema } from './passkey.schema.ts';
import { findPasskey } from './passkey.store.ts';
import { fromBase64url, verifyPasskey } from './verify-passkey.ts';
import { relyingPartyOf } from './relying-party.ts';

/**
 * Logs a person in by a passkey alone: possession and the person's verification by the authenticator
 * are two factors (NIST SP 800-63B, 5.1.9). The answer is the same for an unknown passkey, a removed
 * one, a bad signature, and a closed account. A lockout by wrong passwords does not hold here: a
 * signature cannot be guessed, and a stranger's guesses lock nobody out of it.
 *
 * @throws CodedError `IDENTITY.LOGIN_REFUSED`, `IDENTITY.INPUT_INVALID`, `IDENTITY.PASSKEYS_UNAVAILABLE`
 */
export async function loginWithPasskey(
  context: IdentityContext,
  actor: Actor,
  input: z.input<typeof assertionSchema>,
): Promise<IssuedSession> {
  const parsed = assertionSchema.safeParse(input);
  if (!parsed.success) throw inputInvalid('loginWithPasskey', parsed.error);
  const assertion = parsed.data;
  relyingPartyOf(context);
  const { db, audit, clock } = context;
  const now = clock();
  const session = await withActor(db, actor, async (tx) => {
    const failed = { eventType: 'LOGIN_FAILED', action: 'E', outcome: 'MINOR_FAILURE' } as const;
    const found = await findPasskey(tx, fromBase64url(assertion.id));
    if (found === null) {
      await audit(tx, actor, [failed]);
      return null;
    }
    const { userId } = found;
    const current = await lockAccount(tx, userId);
    const account = await findAccount(tx, userId);
    const outcome = await verifyPasskey(context, tx, userId, assertion);
    const policy = await readPolicy(tx, account?.organizationId ?? null, actor.ip);
    const event = (rest: Omit<AuditEvent, 'userId' | 'actorRole'>): AuditEvent => ({
      ...rest,
      userId,
      ...(account?.role != null && { actorRole: account.role }),
    });
    const mayEnter =
      current?.status === 'ACTIVE' &&
      policy.isAddressAllowed &&
      policy.allowedFactors.includes('WEBAUTHN');
    if (!outcome.isProven || !mayEnter || account === null) {
      const reason = outcome.isProven ? null : outcome.reason;
      await audit(tx, actor, [event({ ...failed, ...(reason !== null && { reason }) })]);
      return null;
    }
    await markLoggedIn(tx, userId, now);
    const { organizationId } = account;
    const origin = { userId, organizationId, authMethod: 'WEBAUTHN', mfaVerifiedAt: now };
    const issued = await issueSession(tx, actor, policy, origin, now);
    await audit(tx, actor, [event({ eventType: 'LOGIN', action: 'E', outcome: 'SUCCESS' })]);
    return issued;
  });
  if (session === null) throw loginRefused();
  return session;
}
