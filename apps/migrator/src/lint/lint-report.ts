import type { ScriptFindings, Severity } from './finding.ts';

/** What was found in one script of a report. */
export interface LintedScript extends ScriptFindings {
  /** From the workspace's root, or as it was given. */
  readonly file: string;
}

/** What lint found; the form of `lint --json`, described in `docs/lint.md`. */
export interface LintReport {
  readonly version: 1;
  readonly basis: {
    /** Whose tables and sizes are judged by: a database's, a file's, or of the history alone, without sizes. */
    readonly from: 'database' | 'file' | 'history';
    readonly takenAt: string | null;
  };
  readonly scripts: readonly LintedScript[];
  readonly total: LintTotal;
}

/** How much was found. */
export interface LintTotal {
  readonly scripts: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  /** What a comment allows. */
  readonly allowed: number;
}

/** Makes a report of what was found. */
export function reportOf(basis: LintReport['basis'], scripts: readonly LintedScript[]): LintReport {
  const findings = scripts.flatMap((script) => script.findings);
  const count = (severity: Severity) => findings.filter((it) => it.severity === severity).length;
  return {
    version: 1,
    basis,
    scripts,
    total: {
      scripts: scripts.length,
      errors: count('error'),
      warnings: count('warning'),
      notes: count('note'),
      allowed: scripts.flatMap(({ allowed }) => allowed).length,
    },
  };
}
