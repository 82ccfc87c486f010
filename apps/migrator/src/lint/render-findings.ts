import type { Finding } from './finding.ts';
import type { LintedScript, LintReport } from './lint-report.ts';
import type { Rule } from './rule.ts';

const BASES: Readonly<Record<LintReport['basis']['from'], string>> = {
  database: 'judged by the sizes of the database now',
  file: 'judged by the sizes of a file',
  history: 'judged as if every table were large',
};

/** A report for a terminal. */
export function renderReport(report: LintReport): string {
  const { scripts, basis } = report;
  return [
    ...scripts.flatMap((script) => script.findings.flatMap((it) => linesOf(script, it))),
    `${describeTotal(report)}; ${BASES[basis.from]}`,
  ].join('\n');
}

/** How much was found, on one line. */
function describeTotal({ total }: LintReport): string {
  const { scripts, errors, warnings, notes, allowed } = total;
  return [
    `${scripts} script(s): ${errors} error(s), ${warnings} warning(s), ${notes} note(s)`,
    ...(allowed > 0 ? [`${allowed} allowed by a comment`] : []),
  ].join('; ');
}

/** A finding on one line: where, how bad, which rule, what. */
export function oneLineOf({ file }: Pick<LintedScript, 'file'>, finding: Finding): string {
  const { line, column, severity, rule, message } = finding;
  return `${file}:${line}:${column}  ${severity}  ${rule}: ${message}`;
}

function linesOf(script: LintedScript, finding: Finding): string[] {
  return [
    oneLineOf(script, finding),
    `    why: ${finding.why}`,
    `    instead: ${finding.instead}`,
    '',
  ];
}

/** A rule, explained. */
export function renderRule({ code, severity, summary, why, instead, bad, safe }: Rule): string {
  const indented = (sql: string) => sql.split('\n').map((line) => `    ${line}`);
  return [
    `${code}  (${severity})  ${summary}`,
    `  why: ${why}`,
    `  instead: ${instead}`,
    '  found in:',
    ...indented(bad),
    '  not in:',
    ...indented(safe),
    `  allowed by: -- lint-allow ${code}: <reason>`,
  ].join('\n');
}

/** All rules, a line each. */
export function renderRules(rules: readonly Rule[]): string {
  const width = Math.max(...rules.map(({ code }) => code.length));
  return rules
    .map(
      ({ code, severity, summary }) => `${code.padEnd(width)}  ${severity.padEnd(7)}  ${summary}`,
    )
    .join('\n');
}
