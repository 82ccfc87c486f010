import type { HealthFinding } from './finding.ts';
import type { HealthReport } from './examine-health.ts';

const INDENT = ' '.repeat(10);

/** A report for people: the gravest first, each with why and what mends it. */
export function renderHealth({ state, server, isReplica, findings, unseen }: HealthReport): string {
  const place = `PostgreSQL ${server}${isReplica ? ', a replica' : ''}`;
  const lines = [
    `${state.padEnd(8)}  ${place}: ${findings.length} finding(s)`,
    ...findings.map(renderFinding),
    ...unseen.map(({ check, why }) => `unseen    ${check}: ${why}`),
  ];
  return lines.join('\n');
}

function renderFinding({ code, severity, what, why, fix, sql }: HealthFinding): string {
  return [
    `${severity.padEnd(8)}  ${code}  ${what}`,
    `${INDENT}why: ${why}`,
    `${INDENT}fix: ${fix}`,
    ...sql.map(
      (statement) => `${INDENT}     ${statement.startsWith('\\') ? statement : `${statement};`}`,
    ),
  ].join('\n');
}
