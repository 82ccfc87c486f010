import { columnKey, type DatabaseState } from './database-state.ts';
import type { Refusal } from './replay-migrations.ts';

/**
 * The columns whose values differ each time the same migrations run, since they are random or tell
 * the time, as {@link columnKey} names them.
 *
 * @param again replays what made `state`
 */
export async function findChance(
  state: DatabaseState,
  again: () => Promise<DatabaseState | Refusal>,
): Promise<ReadonlySet<string>> {
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
