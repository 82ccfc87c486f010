import type { Finding, ScriptFindings } from '../lint/finding.ts';

/** Rules that find what `--accept-data-loss` accepts. */
const LOSSES: ReadonlySet<string> = new Set(['table-dropped', 'column-dropped']);

/** Puts above each statement that destroys what was accepted the comment that allows it. */
export function allowLosses(script: string, { findings }: ScriptFindings, reason: string): string {
  const lines = script.split('\n');
  const places = [...new Set(findings.filter(isLoss).map(({ line }) => line))];
  for (const place of places.sort((a, b) => b - a)) {
    const rules = findings.filter((it) => it.line === place && isLoss(it)).map(({ rule }) => rule);
    const names = [...new Set(rules)].join(', ');
    lines.splice(place - 1, 0, `-- lint-allow ${names}: ${reason}`);
  }
  return lines.join('\n');
}

/** What is found beyond that. */
export function beyondLosses({ findings }: ScriptFindings): Finding[] {
  return findings.filter((it) => !isLoss(it));
}

const isLoss = ({ rule }: Finding) => LOSSES.has(rule);
