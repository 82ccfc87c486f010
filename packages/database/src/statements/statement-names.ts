import { createHash } from 'node:crypto';

/** Distinct statements that are prepared at most, on each connection; others are sent as they are. */
const MOST_NAMED = 500;

/**
 * Names statements by their text, so that a connection parses and plans each once. Statements
 * differ without end where lists of values grow; what comes late gets no name.
 */
export function createStatementNames(): (query: { readonly sql: string }) => string | undefined {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined || names.size >= MOST_NAMED) return known;
    const name = `s${createHash('sha256').update(sql).digest('hex').slice(0, 20)}`;
    names.set(sql, name);
    return name;
  };
}
