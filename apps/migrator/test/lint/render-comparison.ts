import type { CorpusCase } from './read-corpus.ts';
import { COUNTERPARTS, LEFT_OUT, NEEDLESS } from './squawk-rules.ts';

/** What both linters found in a case of the corpus. */
export interface ComparedCase extends CorpusCase {
  readonly ours: ReadonlySet<string>;
  readonly squawk: ReadonlySet<string>;
}

/** The page that holds both linters side by side. */
export function renderComparison(
  cases: readonly ComparedCase[],
  rules: readonly string[],
  version: string,
): string {
  return [
    '# `migrator lint` beside squawk',
    `Both over the ${cases.length} scripts of \`apps/migrator/test/lint/corpus.txt\`, written from PostgreSQL's documentation and judged by hand; squawk ${version} with \`--assume-in-transaction\`. Written by \`pnpm test:slow -u\` and held against both by a test of that tier.`,
    'What to know when reading it: the corpus and its judgement are ours, and many of its scripts are there because a rule of ours must keep silent in them. `lint` sees the catalog of the database (here: of `shop.sql`), squawk the script alone, which is why it can be run anywhere in an instant. Where squawk was right and we were not, we were mended first.',
    '## In total',
    table(
      ['', 'lint', 'squawk'],
      [
        ['things to find', total(cases), total(cases)],
        ['found', found(cases, rules, 'ours'), found(cases, rules, 'squawk')],
        [
          'of those that squawk has a rule for',
          found(cases, shared(rules), 'ours'),
          found(cases, shared(rules), 'squawk'),
        ],
        [
          'needless',
          `${cases.flatMap(needlessOfOurs).length}`,
          `${cases.flatMap(needlessOfSquawk).length}`,
        ],
      ],
    ),
    '## Rule by rule: what there is, what each finds',
    table(
      ['rule', 'to find', 'lint', 'squawk', 'by its rule'],
      rules
        .map((code) => [code, count(cases, code)] as const)
        .filter(([, number]) => number > 0)
        .map(([code, number]) => [
          `\`${code}\``,
          `${number}`,
          found(cases, [code], 'ours'),
          counterparts(code).length === 0 ? '-' : found(cases, [code], 'squawk'),
          counterparts(code)
            .map((it) => `\`${it}\``)
            .join(', '),
        ]),
    ),
    "## squawk's rules: how often they speak up, and how often needlessly",
    table(
      ['rule', 'scripts', 'needless', 'why'],
      squawkRules(cases)
        .filter((rule) => !(rule in LEFT_OUT))
        .map((rule) => {
          const needless = cases.filter((it) => needlessOfSquawk(it).includes(rule)).length;
          const why = needless === 0 ? '' : (NEEDLESS[rule] ?? '');
          return [`\`${rule}\``, `${speaking(cases, rule)}`, `${needless}`, why];
        }),
    ),
    '## Rules of squawk that are left out',
    table(
      ['rule', 'scripts', 'why'],
      Object.entries(LEFT_OUT).map(([rule, why]) => [
        `\`${rule}\``,
        `${speaking(cases, rule)}`,
        why,
      ]),
    ),
    '## What only squawk says',
    'The scripts in which a rule of squawk speaks up and none of ours does, one for each rule:',
    ...onlySquawk(cases),
  ]
    .join('\n\n')
    .concat('\n');
}

type Side = 'ours' | 'squawk';

function counterparts(code: string): string[] {
  return Object.keys(COUNTERPARTS).filter((rule) => COUNTERPARTS[rule]?.includes(code));
}

function shared(rules: readonly string[]): string[] {
  return rules.filter((code) => counterparts(code).length > 0);
}

function total(cases: readonly ComparedCase[]): string {
  return `${cases.flatMap(({ codes }) => codes).length}`;
}

function count(cases: readonly ComparedCase[], code: string): number {
  return cases.filter(({ codes }) => codes.includes(code)).length;
}

function found(cases: readonly ComparedCase[], codes: readonly string[], side: Side): string {
  const wanted = cases.flatMap((it) =>
    it.codes.filter((code) => codes.includes(code)).map((code) => [it, code] as const),
  );
  const seen = wanted.filter(([it, code]) =>
    side === 'ours' ? it.ours.has(code) : counterparts(code).some((rule) => it.squawk.has(rule)),
  );
  return codes.length === 1 ? `${seen.length}` : `${seen.length} of ${wanted.length}`;
}

function needlessOfOurs({ ours, codes }: ComparedCase): string[] {
  return [...ours].filter((code) => !codes.includes(code));
}

/** A rule that speaks up where nothing of what it is for is to be found. */
function needlessOfSquawk({ squawk, codes }: ComparedCase): string[] {
  return [...squawk].filter(
    (rule) =>
      !(rule in LEFT_OUT) && !(COUNTERPARTS[rule] ?? []).some((code) => codes.includes(code)),
  );
}

function speaking(cases: readonly ComparedCase[], rule: string): number {
  return cases.filter(({ squawk }) => squawk.has(rule)).length;
}

function squawkRules(cases: readonly ComparedCase[]): string[] {
  return [...new Set(cases.flatMap(({ squawk }) => [...squawk]))].sort();
}

function onlySquawk(cases: readonly ComparedCase[]): string[] {
  const silent = cases.filter(({ ours }) => ours.size === 0);
  return squawkRules(silent)
    .filter((rule) => !(rule in LEFT_OUT))
    .map((rule) => {
      const sql = silent.find(({ squawk }) => squawk.has(rule))?.sql ?? '';
      return `\`${rule}\`:\n\n\`\`\`sql\n${sql}\n\`\`\``;
    });
}

/** A table as prettier writes it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(3, title.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`;
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}
