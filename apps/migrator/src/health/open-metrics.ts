import type { HealthReport } from './examine-health.ts';
import type { Measure } from './health-check.ts';

const PREFIX = 'database_health_';

/**
 * Writes measures in the text form of OpenMetrics 1.0, as scrapers read it: families in one piece
 * each, all of them gauges, ended by `# EOF`.
 */
function writeOpenMetrics(measures: readonly Measure[], prefix: string): string {
  const families = groupBy(measures, ({ name }) => name);
  const lines = [...families].flatMap(([name, members]) => {
    const [{ unit, help } = { help: '' }] = members;
    const family = `${prefix}${name}`;
    return [
      `# TYPE ${family} gauge`,
      ...(unit === undefined ? [] : [`# UNIT ${family} ${unit}`]),
      `# HELP ${family} ${escape(help)}`,
      ...members.map(({ labels, value }) => `${family}${inBraces(labels)} ${value}`),
    ];
  });
  return [...lines, '# EOF', ''].join('\n');
}

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

function inBraces(labels: Measure['labels'] = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
