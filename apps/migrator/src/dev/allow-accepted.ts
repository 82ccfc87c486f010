import type { Finding, ScriptFindings } from '../lint/finding.ts';

const LOSS = 'dev --accept-data-loss';
const RENAME = 'a rename, confirmed to dev';

/** Rules that find what a developer has accepted, and why it is allowed. */
const ACCEPTED: ReadonlyMap<string, string> = new Map([
  ...['table-dropped', 'column-dropped'].map((rule) => [rule, LOSS] as const),
  ...['table-renamed', 'column-renamed', 'enum-value-renamed'].map(
    (rule) => [rule, RENAME] as const,
  ),
]);

/** Puts above each statement that does what was accepted the comment that allows it. */
export function allowAccepted(script: string, { findings }: ScriptFindings): string {
  const lines = script.split('\n');
  const accepted = findings.filter(isAccepted);
  const places = new Set(accepted.map(({ line }) => line));
  for (const place of [...places].sort((a, b) => b - a)) {
    const rules = accepted.filter(({ line }) => line === place).map(({ rule }) => rule);
    const comments = [...new Set(rules)].map(
      (rule) => `-- lint-allow ${rule}: ${ACCEPTED.get(rule)}`,
    );
    lines.splice(place - 1, 0, ...comments);
  }
  return lines.join('\n');
}

/** What is found beyond that. */
export function beyondAccepted({ findings }: ScriptFindings): Finding[] {
  return findings.filter((it) => !isAccepted(it));
}

const isAccepted = ({ rule }: Finding) => ACCEPTED.has(rule);
