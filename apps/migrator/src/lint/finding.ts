/** How much a finding weighs: an error stops `dev` and `deploy`. */
export type Severity = 'error' | 'warning' | 'note';

/** What a rule found at a statement. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Line and column of the statement, from 1. */
  readonly line: number;
  readonly column: number;
  /** What is wrong, with the names of what it is about and no value of any row. */
  readonly message: string;
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
}

/** A finding before comments are asked, with the place of its statement in the script. */
export interface RawFinding extends Finding {
  readonly position: number;
  /** False where the table has no rows: it is not told, and a comment that allows it has its use. */
  readonly counts: boolean;
}

/** A finding that a comment allows. */
export interface AllowedFinding {
  readonly rule: string;
  readonly line: number;
  /** As the comment says. */
  readonly reason: string;
}

/** What was found in one script. */
export interface ScriptFindings {
  readonly findings: readonly Finding[];
  readonly allowed: readonly AllowedFinding[];
}

const LIGHTER = { error: 'warning', warning: 'note', note: 'note' } as const;

/** The severity below another. */
export function lighterThan(severity: Severity): Severity {
  return LIGHTER[severity];
}
