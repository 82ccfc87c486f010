import { withActor, type Actor } from '@holovitals/database';
import type { IdentityContext } from '../context.ts';
import { notFound, sessionInvalid } from '../errors.ts';
import { findSessions, revokeSessions } from './session.store.ts';

/** An open session, as its person sees it. */
export interface SessionSummary {
  readonly id: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** The one that asks. */
  readonly isCurrent: boolean;
}

/** Lists the caller's open sessions, newest first. */
export async function listSessions(
  { db, clock }: IdentityContext,
  actor: Actor,
): Promise<SessionSummary[]> {
  const { userId, sessionId } = actor;
  if (userId === null) throw sessionInvalid();
  const rows = await withActor(db, actor, (tx) => findSessions(tx, userId, clock()));
  return rows.map((row) => ({ ...row, isCurrent: row.id === sessionId }));
}

/**
 * Ends one of the caller's sessions.
 *
 * @throws CodedError `IDENTITY.NOT_FOUND`
 */
export async function revokeSession(
  { db, audit, clock }: IdentityContext,
  actor: Actor,
  id: string,
): Promise<void> {
  const { userId } = actor;
  if (userId === null) throw sessionInvalid();
  await withActor(db, actor, async (tx) => {
    const count = await revokeSessions(tx, { id, userId }, 'LOGOUT', clock());
    if (count === 0) throw notFound('session');
    await audit(tx, actor, [
      {
        eventType: 'LOGOUT',
        action: 'E',
        outcome: 'SUCCESS',
        resourceType: 'UserSession',
        resourceId: id,
      },
    ]);
  });
}

/** Ends the session that asks. */
export async function logout(context: IdentityContext, actor: Actor): Promise<void> {
  if (actor.sessionId === null) throw sessionInvalid();
  await revokeSession(context, actor, actor.sessionId);
}
