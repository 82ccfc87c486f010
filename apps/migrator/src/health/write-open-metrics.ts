import type { Measure } from './health-check.ts';

/**
 * Writes measures in the text form of OpenMetrics 1.0, as scrapers read it: families in one piece
 * each, all of them gauges, ended by `# EOF`.
 */
export function writeOpenMetrics(measures: readonly Measure[], prefix: string): string {
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

function inBraces(labels: Measure['labels'] = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** Puts what has one key together, in the order of the first of each. */
export function groupBy<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
