import type { Relation } from '../plan/locks/catalog.ts';
import type { TableStatistics } from '../statistics/database-statistics.ts';

/** Below both, work on a whole table is over before anyone notices. */
const SMALL_TABLE = { rows: 1_000, bytes: 1024 * 1024 } as const;

/** What a table without rows may take on the disk: an empty index of its long values. */
const EMPTY_BYTES = 8_192;

/** How large a relation is; what nobody has measured counts as `large`. */
export type TableSize = 'new' | 'empty' | 'small' | 'large';

const SIZES: readonly TableSize[] = ['new', 'empty', 'small', 'large'];

/** The size of the largest of some relations. */
export function largestSize(
  relations: readonly Relation[],
  sizes: ReadonlyMap<string, TableStatistics>,
): TableSize {
  const ranks = relations.map((relation) => SIZES.indexOf(sizeOf(relation, sizes)));
  return SIZES[Math.max(0, ...ranks)] ?? 'large';
}

function sizeOf(relation: Relation, sizes: ReadonlyMap<string, TableStatistics>): TableSize {
  const { isFresh, origin } = relation.indexOf ?? relation;
  if (isFresh) return 'new';
  const size = sizes.get(origin ?? '');
  if (size === undefined) return 'large';
  if (size.rows === 0 && size.bytes <= EMPTY_BYTES) return 'empty';
  return size.rows < SMALL_TABLE.rows && size.bytes < SMALL_TABLE.bytes ? 'small' : 'large';
}
