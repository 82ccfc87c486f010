import { findEnumChanges } from './enums/enum-changes.ts';
import type { CatalogColumn, SchemaCatalog } from './schema-catalog.ts';

/** What a migration would do to rows. */
export interface LossReport {
  /** Data that would be gone. */
  readonly losses: readonly string[];
  /** What the server will refuse where rows stand in the way. */
  readonly warnings: readonly string[];
}

/** Compares what a database holds before and after a migration. */
export function findLosses(
  from: SchemaCatalog,
  to: SchemaCatalog,
): { losses: string[]; warnings: string[] } {
  const losses = [...from.tables.keys()]
    .filter((table) => !to.tables.has(table))
    .map((table) => `Table ${table} is dropped.`);
  const warnings: string[] = [];
  const pairs = [...from.columns].filter(([, { table }]) => to.tables.has(table));
  for (const [key, before] of pairs) {
    const after = to.columns.get(key);
    if (after === undefined) {
      losses.push(`Column ${key} is dropped.`);
      continue;
    }
    if (from.generated.has(key)) continue;
    if (to.generated.has(key)) losses.push(`Column ${key} is computed from now on.`);
    else if (!keepsValues(before, after)) {
      losses.push(`Column ${key} changes from ${before.type} to ${after.type}.`);
    }
    if (after.notNull && !before.notNull) {
      warnings.push(`Column ${key} becomes required: rows without a value will be refused.`);
    }
  }
  for (const [key, { table, notNull, hasDefault }] of to.columns) {
    if (from.columns.has(key) || !from.tables.has(table)) continue;
    if (notNull && !hasDefault) {
      warnings.push(`Column ${key} is required and has no default: no row may exist.`);
    }
  }
  for (const { type, lost } of findEnumChanges(from, to)) {
    for (const value of lost) {
      warnings.push(`Value ${type}.${value} goes: rows that hold it will be refused.`);
    }
  }
  for (const [key, { table, definition }] of [...to.constraints, ...to.indexes]) {
    const isUnique = /^(UNIQUE|CREATE UNIQUE)/.test(definition);
    const isOld = from.constraints.has(key) || from.indexes.has(key);
    if (isUnique && !isOld && from.tables.has(table)) {
      warnings.push(`${key} makes values unique: rows that repeat one will be refused.`);
    }
  }
  return { losses, warnings };
}

const WIDER: Readonly<Record<string, readonly string[]>> = {
  smallint: ['integer', 'bigint', 'numeric'],
  integer: ['bigint', 'numeric'],
  bigint: ['numeric'],
  real: ['double precision'],
  json: ['jsonb'],
};

/** Tells whether every value of the one type is a value of the other. */
export function keepsValues(
  { type: from }: Pick<CatalogColumn, 'type'>,
  { type: to }: Pick<CatalogColumn, 'type'>,
): boolean {
  if (from === to || to === 'text') return true;
  if (WIDER[from]?.includes(to) === true) return true;
  const [oldBase, oldSizes] = sizesOf(from);
  const [newBase, newSizes] = sizesOf(to);
  if (oldBase !== newBase) return false;
  if (newSizes.length === 0) return true;
  return (
    oldSizes.length === newSizes.length &&
    newSizes.every((size, index) => size >= (oldSizes[index] ?? Infinity)) &&
    // numeric(10,2) to numeric(10,4) leaves two digits less before the point.
    (newSizes.length < 2 ||
      (newSizes[0] ?? 0) - (newSizes[1] ?? 0) >= (oldSizes[0] ?? 0) - (oldSizes[1] ?? 0))
  );
}

/** `timestamp(3) with time zone` is `timestamp with time zone` of size 3. */
function sizesOf(type: string): readonly [string, readonly number[]] {
  const sizes = /\(([\d,]+)\)/.exec(type)?.[1]?.split(',').map(Number) ?? [];
  return [type.replace(/\([\d,]+\)/, ''), sizes];
}
