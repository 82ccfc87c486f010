/** How grave a finding is; `skipped` could not be looked at, and `why` tells the reason. */
export type FindingState = 'ok' | 'warning' | 'critical' | 'skipped';

/** What one check found. No text holds a password or a value of a row. */
export interface Finding {
  /** The check: words with hyphens, stable for programs. */
  readonly name: string;
  readonly state: FindingState;
  /** What is so, one sentence. */
  readonly what: string;
  /** Why it matters, or why it could not be looked at. */
  readonly why?: string;
  /** The one act that mends it. */
  readonly fix?: string;
}

/** A finding before its check's name is added. */
export type Verdict = Omit<Finding, 'name'>;

/** All is well. */
export function ok(what: string): Verdict {
  return { state: 'ok', what };
}

/** It works, and should be mended. */
export function warning(what: string, why: string, fix: string): Verdict {
  return { state: 'warning', what, why, fix };
}

/** It does not work, or is not safe. */
export function critical(what: string, why: string, fix: string): Verdict {
  return { state: 'critical', what, why, fix };
}

/** It could not be looked at. */
export function skipped(what: string, why: string): Verdict {
  return { state: 'skipped', what, why };
}
