import type { Rule } from '../../src/lint/rule.ts';

/** The page that explains every rule, from the rules themselves. */
export function renderRulesPage(rules: readonly Rule[]): string {
  return [
    '# The rules of `migrator lint`',
    'Written from the rules by `pnpm test -u`, and held against them by a test. How they are weighed and allowed: [lint.md](lint.md). The tables of the examples are those of `apps/migrator/test/lint/shop.sql`.',
    `There are ${rules.length}; packages add their own.`,
    ...rules.flatMap(sectionOf),
  ]
    .join('\n\n')
    .concat('\n');
}

function sectionOf({ code, severity, summary, why, instead, bad, safe }: Rule): string[] {
  return [
    `## \`${code}\``,
    `**${severity}**: a migration that ${summary}.`,
    markdown(why),
    `Instead: ${markdown(instead)}`,
    `\`\`\`sql\n-- found\n${bad}\n\`\`\``,
    `\`\`\`sql\n-- safe\n${safe}\n\`\`\``,
  ];
}

/** Text with nothing in it that Markdown reads, but for code. */
function markdown(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(/[*_<>[\]]/g, '\\$&')))
    .join('');
}
