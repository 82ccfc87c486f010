import { Prisma, type Database, type Transaction } from '@holovitals/database';

/** A session as its token opens it, with what decides whether it may act. */
export interface OpenSession {
  readonly id: string;
  readonly userId: string;
  readonly organizationId: string | null;
  readonly authMethod: string;
  readonly mfaVerifiedAt: Date | null;
  readonly stepUpUntil: Date | null;
  readonly lastSeenAt: Date;
  readonly absoluteExpiresAt: Date;
  readonly email: string;
  readonly displayName: string | null;
  readonly role: string | null;
  readonly mustChangePassword: boolean;
  readonly passwordChangedAt: Date | null;
  readonly mfaRequired: boolean;
  readonly hasFactor: boolean;
}

/** What the security configuration says of a session that is open. */
export interface SessionRules {
  readonly requireMfa: boolean;
  /** A factor is missing, the policy wants one of who reaches the records of others, and this person does. */
  readonly needsFactorForOthers: boolean;
  readonly passwordExpiryDays: number;
  readonly sessionTimeoutMinutes: number;
  /** The caller's address lies in the ranges sign-in is allowed from. */
  readonly isAddressAllowed: boolean;
}

/** Most requests begin with it: one statement, prepared once on each connection. */
const OPEN_SESSION = `
  select s.id, s.user_id as "userId", s.organization_id as "organizationId",
         s.auth_method as "authMethod", s.mfa_verified_at as "mfaVerifiedAt",
         s.step_up_until as "stepUpUntil", s.last_seen_at as "lastSeenAt",
         s.absolute_expires_at as "absoluteExpiresAt",
         u.email::text as email, u.display_name as "displayName", u.role,
         u.must_change_password as "mustChangePassword",
         u.password_changed_at as "passwordChangedAt", u.mfa_required as "mfaRequired",
         factor.is_there as "hasFactor", policy.require_mfa as "requireMfa",
         case when factor.is_there or not policy.require_mfa_for_phi then false else exists (
           select from user_roles r
           join role_permissions g on g.role_id = r.role_id
           join permissions p on p.id = g.permission_id
           where r.user_id = u.id and p.scope <> 'SELF'
             and r.revoked_at is null and r.valid_from <= $2
             and (r.valid_to is null or r.valid_to > $2)
             and (r.organization_id is null or r.organization_id = s.organization_id)
         ) end as "needsFactorForOthers",
         policy.password_expiry_days as "passwordExpiryDays",
         policy.session_timeout_minutes as "sessionTimeoutMinutes",
         cardinality(policy.allowed_ip_ranges) = 0
           or coalesce($3::inet <<= any (policy.allowed_ip_ranges::cidr[]), false) as "isAddressAllowed"
  from user_sessions s join users u on u.id = s.user_id
  cross join lateral (
    select exists (
      select from user_2fas f
      where f.user_id = u.id and f.verified_at is not null and f.disabled_at is null
        and f.method <> 'RECOVERY_CODE'
    ) as is_there
  ) as factor
  cross join lateral (
    select * from security_configurations c
    where c.is_active and (c.organization_id = s.organization_id or c.id = 'default')
    order by c.organization_id nulls last
    limit 1
  ) as policy
  where s.token_hash = $1 and s.revoked_at is null and u.status = 'ACTIVE'
    and s.idle_expires_at > $2 and s.absolute_expires_at > $2`;

/** Finds the live session of a token and the rules that hold for it, for a call from this address. */
export async function findOpenSession(
  db: Pick<Database, '$statement'>,
  tokenHash: Uint8Array,
  ip: string | null,
  now: Date,
): Promise<(OpenSession & SessionRules) | undefined> {
  const [session] = await db.$statement<OpenSession & SessionRules>(OPEN_SESSION, [
    tokenHash,
    now,
    ip,
  ]);
  return session;
}

/** A new session's row. */
export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly organizationId: string | null;
  readonly authMethod: string;
  readonly tokenHash: Uint8Array<ArrayBuffer>;
  readonly refreshTokenHash: Uint8Array<ArrayBuffer>;
  readonly familyId: string;
  readonly rotatedFromId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly mfaVerifiedAt: Date | null;
  readonly lastSeenAt: Date;
  readonly createdAt: Date;
  readonly idleExpiresAt: Date;
  readonly absoluteExpiresAt: Date;
}

/** Writes a session. */
export async function insertSession(tx: Transaction, session: NewSession): Promise<void> {
  await tx.userSession.create({ data: session, select: { id: true } });
}

/** Moves the idle limit on; called at most once a minute for a session. */
export async function touchSession(
  db: Pick<Transaction, 'userSession'>,
  id: string,
  now: Date,
  idleExpiresAt: Date,
): Promise<void> {
  await db.userSession.updateMany({
    where: { id, revokedAt: null },
    data: { lastSeenAt: now, idleExpiresAt },
  });
}

/**
 * The session a refresh token belongs to, its row and its person's locked until the transaction ends:
 * whatever ends a person's sessions locks the person first, and so misses none that is being made.
 */
export async function lockRefreshed(tx: Transaction, refreshTokenHash: Uint8Array) {
  await tx.$executeRaw(Prisma.sql`
    select from users
    where id = (select user_id from user_sessions where refresh_token_hash = ${refreshTokenHash})
    for no key update`);
  const [row] = await tx.$queryRaw<RefreshedSession[]>(Prisma.sql`
    select s.id, s.user_id as "userId", s.organization_id as "organizationId",
           s.family_id as "familyId", s.auth_method as "authMethod",
           s.mfa_verified_at as "mfaVerifiedAt", s.absolute_expires_at as "absoluteExpiresAt",
           s.revoked_reason as "revokedReason", u.status = 'ACTIVE' as "isActive"
    from user_sessions s join users u on u.id = s.user_id
    where s.refresh_token_hash = ${refreshTokenHash} for update of s`);
  return row;
}

interface RefreshedSession {
  readonly id: string;
  readonly userId: string;
  readonly organizationId: string | null;
  readonly familyId: string;
  readonly authMethod: string;
  readonly mfaVerifiedAt: Date | null;
  readonly absoluteExpiresAt: Date;
  readonly revokedReason: string | null;
  readonly isActive: boolean;
}

/** Why sessions end. */
export type RevocationReason =
  'LOGOUT' | 'ROTATED' | 'REUSE_DETECTED' | 'PASSWORD_CHANGED' | 'ADMINISTRATOR';

/** Ends the sessions that match, as many as are still open; answers how many. */
export async function revokeSessions(
  tx: Transaction,
  where: {
    readonly id?: string;
    readonly userId?: string;
    readonly familyId?: string;
    readonly authMethod?: string;
  },
  reason: RevocationReason,
  now: Date,
  exceptId?: string,
): Promise<number> {
  const { count } = await tx.userSession.updateMany({
    where: {
      ...where,
      revokedAt: null,
      ...(exceptId !== undefined && { NOT: { id: exceptId } }),
    },
    data: { revokedAt: now, revokedReason: reason },
  });
  return count;
}

/** The open sessions of a person, newest first. */
export async function findSessions(tx: Transaction, userId: string, now: Date) {
  return await tx.userSession.findMany({
    where: {
      userId,
      revokedAt: null,
      idleExpiresAt: { gt: now },
      absoluteExpiresAt: { gt: now },
    },
    select: { id: true, ip: true, userAgent: true, createdAt: true, lastSeenAt: true },
    orderBy: { id: 'desc' },
    take: 200,
  });
}

/** Notes that a second factor opened the session. */
export async function markFactorVerified(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.userSession.update({
    where: { id },
    data: { mfaVerifiedAt: now },
    select: { id: true },
  });
}

/** Opens sensitive acts to the session until then. */
export async function markStepUp(tx: Transaction, id: string, until: Date): Promise<void> {
  await tx.userSession.update({
    where: { id },
    data: { stepUpUntil: until },
    select: { id: true },
  });
}
