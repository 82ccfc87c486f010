import { withActor, type Actor } from '@holovitals/database';
import type { IdentityContext } from '../context.ts';
import { sessionInvalid } from '../errors.ts';
import { readPolicy } from '../policy/security-policy.store.ts';
import { hashToken } from '../tokens/token.ts';
import { issueSession, type IssuedSession } from './issue-session.ts';
import { lockRefreshed, revokeSessions } from './session.store.ts';

/**
 * Trades a refresh token for the next session of its family. A token that comes twice ends the
 * whole family (RFC 9700, 4.14.2): whoever holds the other copy is not its owner, or is.
 *
 * @throws CodedError `IDENTITY.SESSION_INVALID`
 */
export async function refreshSession(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  refreshToken: string,
): Promise<IssuedSession> {
  const now = clock();
  const issued = await withActor(db, actor, async (tx) => {
    const session = await lockRefreshed(tx, hashToken(refreshToken));
    if (session === undefined) return null;
    const { id, userId, organizationId, familyId, authMethod, mfaVerifiedAt, absoluteExpiresAt } =
      session;
    if (session.revokedReason === 'ROTATED') {
      await revokeSessions(tx, { familyId }, 'REUSE_DETECTED', now);
      await audit(tx, actor, [
        {
          eventType: 'LOGIN_FAILED',
          action: 'E',
          outcome: 'MINOR_FAILURE',
          userId,
          reason: 'refresh token reused',
        },
      ]);
      return null;
    }
    if (session.revokedReason !== null || !session.isActive || absoluteExpiresAt <= now)
      return null;
    const policy = await readPolicy(tx, organizationId, actor.ip);
    if (!policy.isAddressAllowed) return null;
    await revokeSessions(tx, { id }, 'ROTATED', now);
    return await issueSession(
      tx,
      actor,
      policy,
      {
        userId,
        organizationId,
        authMethod,
        mfaVerifiedAt,
        rotatedFrom: { id, familyId, absoluteExpiresAt },
      },
      now,
    );
  });
  if (issued === null) throw sessionInvalid();
  return issued;
}
