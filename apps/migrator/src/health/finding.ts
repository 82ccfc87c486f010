import { HEALTH_CODES, type HealthCode } from './health-codes.ts';

/** How grave it is: `info` asks for nothing today. */
export type Severity = 'info' | 'warning' | 'critical';

/** What a check found. No text holds a password, a value of a row or a literal of a query. */
export interface HealthFinding {
  /** Of a package's check: `domain/name`. */
  readonly code: HealthCode | `${string}/${string}`;
  readonly severity: Severity;
  /** What is so, one sentence that names the thing. */
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** Statements that mend it or show more, without semicolons; names are quoted. */
  readonly sql: readonly string[];
}

/** Makes a finding; why it matters and what mends it are its code's. */
export function found(
  code: HealthCode,
  severity: Severity,
  what: string,
  sql: readonly string[] = [],
): HealthFinding {
  const { why, remedy } = HEALTH_CODES[code];
  return { code, severity, what, why, fix: remedy, sql };
}
