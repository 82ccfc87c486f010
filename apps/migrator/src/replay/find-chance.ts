import { differingTables } from '../reversibility/checksum-tables.ts';
import { columnKey, type DatabaseState } from './database-state.ts';
import type { Refusal } from './replay-migrations.ts';

/**
 * The columns whose values differ each time the same migrations run, since they are random or tell
 * the time, as {@link columnKey} names them. Replays only where two states differ in rows.
 *
 * @param again replays what made `state`
 */
export async function findChance(
  state: DatabaseState,
  other: DatabaseState,
  again: () => Promise<DatabaseState | Refusal>,
): Promise<ReadonlySet<string>> {
  if (differingTables(state.rows, other.rows).length === 0) return new Set();
  const second = await again();
  if ('why' in second) return new Set();
  return new Set(
    [...state.values].flatMap(([table, columns]) =>
      [...columns]
        .filter(([column, sum]) => second.values.get(table)?.get(column) !== sum)
        .map(([column]) => columnKey(table, column)),
    ),
  );
}
