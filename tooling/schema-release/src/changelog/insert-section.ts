/**
 * Puts a section first below the heading of a version, in place of one with the same title.
 * Answers null where the changelog has no such version.
 */
export function insertSection(changelog: string, version: string, section: string): string | null {
  const lines = changelog.replaceAll('\r\n', '\n').split('\n');
  const start = lines.indexOf(`## ${version}`);
  if (start === -1) return null;
  const next = lines.findIndex((line, at) => at > start && line.startsWith('## '));
  const end = next === -1 ? lines.length : next;
  const [title = ''] = section.split('\n', 1);
  const body = withoutSection(lines.slice(start + 1, end), title)
    .join('\n')
    .trim();
  return [
    ...lines.slice(0, start + 1),
    '',
    section,
    ...(body === '' ? [] : ['', body]),
    '',
    ...lines.slice(end),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function withoutSection(lines: readonly string[], title: string): readonly string[] {
  const start = lines.indexOf(title);
  if (start === -1) return lines;
  const next = lines.findIndex((line, at) => at > start && line.startsWith('### '));
  return [...lines.slice(0, start), ...(next === -1 ? [] : lines.slice(next))];
}
