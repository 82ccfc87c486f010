import type { Actor, CallFacts } from '@holovitals/database';
import { sessionInvalid } from '../errors.ts';
import type { IdentityContext } from '../context.ts';
import { hashToken } from '../tokens/token.ts';
import { idleLimit } from './issue-session.ts';
import { findOpenSession, touchSession } from './session.store.ts';

const TOUCH_EVERY = 60_000;
const DAY = 86_400_000;

/** What a session lacks before it may do more than mend that. */
export type SessionLack = 'factor' | 'enrolment' | 'password' | null;

/** Who a session token stands for. */
export interface Authenticated {
  readonly actor: Actor;
  readonly email: string;
  readonly displayName: string | null;
  /** Name of the role the account opens in. */
  readonly role: string | null;
  /**
   * `factor`: the second factor was not shown yet; `enrolment`: one is required and none is there;
   * `password`: it has expired or must be changed.
   */
  readonly lacks: SessionLack;
}

/**
 * Finds who a session token stands for. Moves the session's idle limit on, at most once a minute.
 * Whoever holds a permission beyond the own record (scope other than SELF) lacks an enrolment until
 * there is a second factor, unless the policy's `requireMfaForPhi` is off (45 CFR 164.312(d)).
 *
 * @throws CodedError `IDENTITY.SESSION_INVALID`
 */
export async function authenticate(
  { db, clock }: Pick<IdentityContext, 'db' | 'clock'>,
  token: string,
  facts: CallFacts,
): Promise<Authenticated> {
  const now = clock();
  const session = await findOpenSession(db, hashToken(token), facts.ip, now);
  if (session?.isAddressAllowed !== true) throw sessionInvalid();
  if (now.getTime() - session.lastSeenAt.getTime() >= TOUCH_EVERY) {
    await touchSession(db, session.id, now, idleLimit(session, session.absoluteExpiresAt, now));
  }
  const { mfaVerifiedAt, stepUpUntil } = session;
  // A provider that vouched for several factors stands in for one of ours.
  const isVouchedFor = session.authMethod === 'OIDC' && mfaVerifiedAt !== null;
  const mustEnrol =
    !session.hasFactor &&
    !isVouchedFor &&
    (session.mfaRequired || session.requireMfa || session.needsFactorForOthers);
  const expiry = session.passwordExpiryDays * DAY;
  // Who came in without the password is not asked for another one.
  const isExpired =
    session.authMethod === 'PASSWORD' &&
    (session.mustChangePassword ||
      (expiry > 0 &&
        session.passwordChangedAt !== null &&
        now.getTime() - session.passwordChangedAt.getTime() > expiry));
  return {
    actor: {
      ...facts,
      userId: session.userId,
      apiKeyId: null,
      sessionId: session.id,
      role: session.role,
      organizationId: session.organizationId,
      agentSystem: null,
      mfa: mfaVerifiedAt !== null,
      stepUp: stepUpUntil !== null && stepUpUntil > now,
      purposeOfUse: null,
      emergencyAccessId: null,
    },
    email: session.email,
    displayName: session.displayName,
    role: session.role,
    lacks:
      session.hasFactor && mfaVerifiedAt === null
        ? 'factor'
        : isExpired
          ? 'password'
          : mustEnrol
            ? 'enrolment'
            : null,
  };
}
