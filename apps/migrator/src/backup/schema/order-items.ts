import type { SchemaItem } from './schema-item.ts';

/** An edge of `pg_depend`: the first needs the second. */
export type Dependency = readonly [string, string];

/**
 * Orders items so that each comes after what it needs; those that need nothing of each other by rank
 * and name. What needs something late is late too. A circle, which PostgreSQL can hold by way of
 * replaced functions, is cut at its lowest rank.
 */
export function orderItems(
  items: readonly SchemaItem[],
  dependencies: readonly Dependency[],
): SchemaItem[] {
  const byKey = new Map(
    items.flatMap((item) => [item.key, ...item.aliases].map((key) => [key, item] as const)),
  );
  const needs = new Map(items.map((item) => [item, new Set<SchemaItem>()]));
  const require = (item: SchemaItem | undefined, needed: SchemaItem | undefined) => {
    if (item !== undefined && needed !== undefined && item !== needed) needs.get(item)?.add(needed);
  };
  for (const [from, to] of dependencies) require(byKey.get(from), byKey.get(to));
  for (const item of items) for (const key of item.after) require(item, byKey.get(key));
  return sort(items, needs);
}

function sort(
  items: readonly SchemaItem[],
  needs: ReadonlyMap<SchemaItem, ReadonlySet<SchemaItem>>,
): SchemaItem[] {
  const inOrder = [...items].sort(
    (a, b) =>
      Number(a.late) - Number(b.late) ||
      a.rank - b.rank ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const late = new Set<SchemaItem>();
  const done = new Set<SchemaItem>();
  const begun = new Set<SchemaItem>();
  const sorted: SchemaItem[] = [];
  // Not recursive: chains of views may be longer than the stack.
  for (const root of inOrder) {
    const stack = [root];
    for (let item = stack.at(-1); item !== undefined; item = stack.at(-1)) {
      begun.add(item);
      const next = [...(needs.get(item) ?? [])]
        .filter((it) => !begun.has(it))
        .sort((a, b) => a.rank - b.rank)
        .at(0);
      if (next !== undefined) {
        stack.push(next);
        continue;
      }
      stack.pop();
      if (done.has(item)) continue;
      done.add(item);
      if (item.late || [...(needs.get(item) ?? [])].some((it) => late.has(it))) late.add(item);
      sorted.push(item);
    }
  }
  return sorted.map((item) => (late.has(item) ? { ...item, late: true } : item));
}
