import type { Page } from './access.schema.ts';

/** Makes a page of `limit` rows out of at most `limit + 1` that were read: the odd one tells that more follow. */
export function pageOf<Row extends { readonly name: string }>(
  rows: readonly Row[],
  limit: number,
): Page<Row> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.name ?? null) : null };
}
