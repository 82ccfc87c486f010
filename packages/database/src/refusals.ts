import type { CodedError } from '@holovitals/errors';
import { rowRefused, ruleBroken, transactionConflict } from './errors.ts';

/** What PostgreSQL says of a statement that it refused; its texts repeat values and stay behind. */
export interface Refusal {
  readonly sqlState: string;
  readonly constraint?: string | undefined;
  /** Whether a policy of row security refused it, and no missing right. */
  readonly isByPolicy: boolean;
}

/** Two acts collided: a deadlock, an order that cannot be, a lock that did not come free. */
const COLLIDED = ['40001', '40P01', '55P03'];
/** A check, a number or a date out of range, a text too long: the value is wrong, not the program. */
const VALUE_REFUSED = ['23514', '22003', '22008', '22001'];

/** The refusal as an error that callers can act on; undefined where only the store or nobody can. */
export function codedRefusal(refusal: Refusal, cause?: unknown): CodedError | undefined {
  const { sqlState, constraint, isByPolicy } = refusal;
  if (COLLIDED.includes(sqlState)) return transactionConflict(cause);
  if (VALUE_REFUSED.includes(sqlState)) return ruleBroken(constraint, cause);
  return sqlState === '42501' && isByPolicy ? rowRefused(cause) : undefined;
}

/** Whether a message of PostgreSQL's says that a policy refused the row. */
export function isPolicyMessage(message: string | undefined): boolean {
  return message?.includes('row-level security') === true;
}
