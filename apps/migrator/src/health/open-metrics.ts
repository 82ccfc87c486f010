import type { HealthReport } from './examine-health.ts';
import type { Measure } from './health-check.ts';
import { groupBy, writeOpenMetrics } from './write-open-metrics.ts';

const PREFIX = 'database_health_';

/** The measures of a report, with how many findings there are of each code. */
export function reportInOpenMetrics({ findings, measures, unseen }: HealthReport): string {
  const counted = groupBy(findings, ({ code, severity }) => `${code} ${severity}`);
  const found = [...counted.values()].map((group): Measure => {
    const labels = { code: group[0]?.code ?? '', severity: group[0]?.severity ?? '' };
    const help = 'Findings of health, by code and severity.';
    return { name: 'findings', help, value: group.length, labels };
  });
  const hidden = { name: 'checks_unseen', help: 'Checks that saw not all.', value: unseen.length };
  return writeOpenMetrics([...found, hidden, ...measures], PREFIX);
}
