import type { Actor, Transaction } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import type { SecurityPolicy } from '../policy/security-policy.store.ts';
import { hashToken, makeToken } from '../tokens/token.ts';
import { insertSession } from './session.store.ts';

const MINUTE = 60_000;
const USER_AGENT_LIMIT = 512;

/** A session as it is handed out: its tokens are shown once and stored hashed. */
export interface IssuedSession {
  readonly sessionId: string;
  /** Opaque bearer token. */
  readonly token: string;
  /** Good once, for the next session of the family. */
  readonly refreshToken: string;
  /** When it ends if it is not used. */
  readonly idleExpiresAt: Date;
  /** When it ends however busy it is. */
  readonly absoluteExpiresAt: Date;
}

/** What a new session continues, or begins. */
export interface SessionOrigin {
  readonly userId: string;
  readonly organizationId: string | null;
  readonly authMethod: string;
  readonly mfaVerifiedAt: Date | null;
  /** The session whose refresh token asked for it. */
  readonly rotatedFrom?: {
    readonly id: string;
    readonly familyId: string;
    readonly absoluteExpiresAt: Date;
  };
}

/** Opens a session: idle and absolute limits of the policy (45 CFR 164.312(a)(2)(iii)). */
export async function issueSession(
  tx: Transaction,
  actor: Actor,
  policy: SecurityPolicy,
  origin: SessionOrigin,
  now: Date,
): Promise<IssuedSession> {
  const { userId, organizationId, authMethod, mfaVerifiedAt, rotatedFrom } = origin;
  const id = uuidV7();
  const token = makeToken('hvs');
  const refreshToken = makeToken('hvr');
  const absoluteExpiresAt =
    rotatedFrom?.absoluteExpiresAt ??
    new Date(now.getTime() + policy.sessionAbsoluteMinutes * MINUTE);
  const idleExpiresAt = idleLimit(policy, absoluteExpiresAt, now);
  await insertSession(tx, {
    id,
    userId,
    organizationId,
    authMethod,
    tokenHash: hashToken(token),
    refreshTokenHash: hashToken(refreshToken),
    familyId: rotatedFrom?.familyId ?? id,
    rotatedFromId: rotatedFrom?.id ?? null,
    ip: actor.ip,
    userAgent: actor.userAgent?.slice(0, USER_AGENT_LIMIT) ?? null,
    mfaVerifiedAt,
    createdAt: now,
    lastSeenAt: now,
    idleExpiresAt,
    absoluteExpiresAt,
  });
  return { sessionId: id, token, refreshToken, idleExpiresAt, absoluteExpiresAt };
}

/** When a session used now ends by itself. */
export function idleLimit(
  policy: Pick<SecurityPolicy, 'sessionTimeoutMinutes'>,
  absoluteExpiresAt: Date,
  now: Date,
): Date {
  const idle = now.getTime() + policy.sessionTimeoutMinutes * MINUTE;
  return new Date(Math.min(idle, absoluteExpiresAt.getTime()));
}
