import type { Node, RangeVar } from '@pgsql/types';

type TreeOf<Kind extends string> = Extract<Node, Record<Kind, unknown>>[Kind];

/** The tree of a node, where it is of this kind. */
export function treeOf<Kind extends string>(
  node: Node | undefined,
  kind: Kind,
): TreeOf<Kind> | undefined {
  return (node as Record<Kind, TreeOf<Kind>> | undefined)?.[kind];
}

/** The words of a name. */
export function namesIn(node: Node | undefined): string[] {
  const list = treeOf(node, 'List')?.items;
  if (list !== undefined) return list.flatMap(namesIn);
  return [treeOf(node, 'String')?.sval ?? []].flat();
}

const CHANGES = new Set(['UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** The tables whose rows a statement changes or deletes, at any depth of it. */
export function tablesChanged(tree: unknown): RangeVar[] {
  if (Array.isArray(tree)) return tree.flatMap(tablesChanged);
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => [
    ...(CHANGES.has(key) ? [(value as { relation?: RangeVar }).relation ?? {}] : []),
    ...tablesChanged(value),
  ]);
}
