import type { Actor } from '@holovitals/database';
import { sessionInvalid, stepUpRequired } from '../errors.ts';

/**
 * The person whose session calls: what concerns an account is nothing for machines.
 *
 * @throws CodedError `IDENTITY.SESSION_INVALID`
 */
export function personOf({ userId, sessionId }: Actor): string {
  if (userId === null || sessionId === null) throw sessionInvalid();
  return userId;
}

/**
 * Refuses a sensitive act without a fresh proof of identity.
 *
 * @throws CodedError `IDENTITY.STEP_UP_REQUIRED`
 */
export function requireStepUp({ stepUp }: Actor): void {
  if (!stepUp) throw stepUpRequired();
}
