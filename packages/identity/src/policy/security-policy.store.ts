import { Prisma, type Transaction, type TwoFactorMethod } from '@holovitals/database';

/** The security configuration that holds for a user: the organisation's, else `default`. */
export interface SecurityPolicy {
  readonly passwordMinLength: number;
  readonly passwordRequireUppercase: boolean;
  readonly passwordRequireLowercase: boolean;
  readonly passwordRequireNumbers: boolean;
  readonly passwordRequireSpecialChars: boolean;
  readonly passwordExpiryDays: number;
  readonly passwordHistoryCount: number;
  readonly maxLoginAttempts: number;
  readonly lockoutDurationMinutes: number;
  readonly sessionTimeoutMinutes: number;
  readonly sessionAbsoluteMinutes: number;
  readonly stepUpMinutes: number;
  readonly requireMfa: boolean;
  readonly allowedFactors: readonly TwoFactorMethod[];
  /** The caller's address lies in the ranges sign-in is allowed from. */
  readonly isAddressAllowed: boolean;
}

/** Reads the policy that holds in an organisation, for a call from this address. */
export async function readPolicy(
  tx: Pick<Transaction, '$queryRaw'>,
  organizationId: string | null,
  ip: string | null,
): Promise<SecurityPolicy> {
  const [policy] = await tx.$queryRaw<SecurityPolicy[]>(Prisma.sql`
    select password_min_length as "passwordMinLength",
           password_require_uppercase as "passwordRequireUppercase",
           password_require_lowercase as "passwordRequireLowercase",
           password_require_numbers as "passwordRequireNumbers",
           password_require_special_chars as "passwordRequireSpecialChars",
           password_expiry_days as "passwordExpiryDays",
           password_history_count as "passwordHistoryCount",
           max_login_attempts as "maxLoginAttempts",
           lockout_duration_minutes as "lockoutDurationMinutes",
           session_timeout_minutes as "sessionTimeoutMinutes",
           session_absolute_minutes as "sessionAbsoluteMinutes",
           step_up_minutes as "stepUpMinutes",
           require_mfa as "requireMfa",
           allowed_factors::text[] as "allowedFactors",
           cardinality(allowed_ip_ranges) = 0
             or coalesce(${ip}::inet <<= any (allowed_ip_ranges::cidr[]), false) as "isAddressAllowed"
    from security_configurations
    where is_active and (organization_id = ${organizationId}::uuid or id = 'default')
    order by organization_id nulls last
    limit 1`);
  if (policy === undefined) throw new TypeError('No security configuration is active.');
  return policy;
}
