/** A family of gauges, as a scraper understands it. */
export interface MetricFamily {
  readonly name: string;
  readonly unit: string | undefined;
  readonly help: string | undefined;
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const DESCRIPTION = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"/;
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(${LABEL.source}(?:,${LABEL.source})*)\\})? ([-+]?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?)$`,
);

interface Open {
  name: string;
  unit?: string;
  help?: string;
  samples: { labels: Record<string, string>; value: number }[];
}

/** Reads the gauges of OpenMetrics 1.0 strictly: whatever its grammar or its rules forbid is thrown. */
export function parseOpenMetrics(text: string): MetricFamily[] {
  if (!text.endsWith('\n# EOF\n')) throw new Error('no EOF at the end');
  const families = new Map<string, Open>();
  let current: Open | undefined;
  for (const line of text.split('\n').slice(0, -2)) {
    const [, keyword, name = '', rest = ''] = DESCRIPTION.exec(line) ?? [];
    if (keyword === 'TYPE') {
      if (families.has(name) || rest !== 'gauge')
        throw new Error(`a second family, or no gauge: ${line}`);
      current = { name, samples: [] };
      families.set(name, current);
      continue;
    }
    if (current === undefined) throw new Error(`before any family: ${line}`);
    if (keyword === undefined) addSample(current, line);
    else describe(current, keyword, name, rest);
  }
  return [...families.values()].map(({ unit, help, ...family }) => ({ ...family, unit, help }));
}

function describe(family: Open, keyword: string, name: string, rest: string): void {
  if (name !== family.name || family.samples.length > 0) throw new Error(`misplaced: ${name}`);
  if (keyword === 'HELP') family.help = unescape(rest);
  else if (name.endsWith(`_${rest}`)) family.unit = rest;
  else throw new Error(`${name} does not end with its unit ${rest}`);
}

function addSample(family: Open, line: string): void {
  const match = SAMPLE.exec(line);
  if (match === null || match[1] !== family.name)
    throw new Error(`no sample of ${family.name}: ${line}`);
  const pairs = [...(match[2] ?? '').matchAll(new RegExp(LABEL, 'g'))];
  const labels = Object.fromEntries(
    pairs.map(([, key = '', value = '']) => [key, unescape(value)]),
  );
  const same = JSON.stringify(labels);
  if (family.samples.some((sample) => JSON.stringify(sample.labels) === same)) {
    throw new Error(`twice: ${line}`);
  }
  family.samples.push({ labels, value: Number(match.at(-1)) });
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\n"])/g, (_, character: string) =>
    character === 'n' ? '\n' : character,
  );
}
