import type { SchemaComparison } from '../compare-schemas.ts';
import { changeWords, releaseWords, rolloutWords } from './describe.ts';
import { code, escape } from './markdown.ts';

/** The comparison for a pull request or release notes. */
export function renderMarkdown({
  before,
  after,
  packages,
  whole,
  rollout,
}: SchemaComparison): string {
  const title = `## Schema: ${code(before.label)} to ${code(after.label)}`;
  if (packages.length === 0) return `${title}\n\nThe schema is the same.`;
  return [
    title,
    `The whole schema demands **${releaseWords(whole)}**; migrations go out ${rolloutWords(rollout)}.`,
    ...packages.map((each) =>
      [
        `### ${each.packageName} ${each.version}: ${releaseWords(each.bump)}`,
        '',
        '| bump | where | what | migrate |',
        '| --- | --- | --- | --- |',
        ...each.changes.map((change) =>
          row(change.bump, code(change.subject), escape(changeWords(change)), change.rollout),
        ),
        ...each.spread.map(({ bump, subject, message }) =>
          row(bump, `${code(subject)} elsewhere`, escape(message), ''),
        ),
      ].join('\n'),
    ),
  ].join('\n\n');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
