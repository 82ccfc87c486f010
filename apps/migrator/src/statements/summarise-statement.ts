/** The first words of a statement, without its literals. */
export function summariseStatement(sql: string): string {
  const words = sql
    .replaceAll(/'(?:[^']|'')*'/g, `'…'`)
    .split(/\s+/)
    .slice(0, 6)
    .join(' ');
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
}
