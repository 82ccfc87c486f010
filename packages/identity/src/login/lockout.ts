import type { SecurityPolicy } from '../policy/security-policy.store.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const FREE_FAILURES = 2;
const LONGEST_LOCK = 24 * 60 * MINUTE;

/**
 * Until when an account is locked after so many failed proofs in a row: from the third one for
 * seconds that double, from the policy's number on for its minutes, doubling with each further one,
 * a day at most (NIST SP 800-63B, 5.2.2). Null: not at all.
 */
export function lockUntil(
  failures: number,
  { maxLoginAttempts, lockoutDurationMinutes }: SecurityPolicy,
  now: Date,
): Date | null {
  const beyond = failures - maxLoginAttempts;
  const duration =
    beyond >= 0
      ? lockoutDurationMinutes * MINUTE * 2 ** Math.min(beyond, 20)
      : failures > FREE_FAILURES
        ? SECOND * 2 ** (failures - FREE_FAILURES)
        : 0;
  return duration === 0 ? null : new Date(now.getTime() + Math.min(duration, LONGEST_LOCK));
}
