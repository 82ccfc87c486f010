import { readChanges, writeChanges, type Change } from './safe-form/read-changes.ts';
import type { SchemaCatalog } from './schema-catalog.ts';

const SWAP = /^DROP TYPE .*_old"?;$/m;

/**
 * Mends Prisma's script for an enum that loses a value, which makes a new type and moves columns to
 * it: columns that are only made afterwards are not moved, and the old type is dropped last, when
 * tables and columns that go are gone.
 *
 * @param from what the script begins with
 */
export async function mendEnumSwaps(structure: string, from: SchemaCatalog): Promise<string> {
  if (!SWAP.test(structure)) return structure;
  const changes = await readChanges(structure);
  const isOfNewColumn = ({ table, name, text }: Change) =>
    /^alter\s+column\b/i.test(text) && !from.columns.has(`${table}.${name}`);
  const isOldType = ({ kind, name }: Change) => kind === 'drop-type' && !from.enums.has(name);
  const kept = changes.filter((change) => !isOfNewColumn(change));
  return writeChanges([...kept.filter((it) => !isOldType(it)), ...kept.filter(isOldType)]);
}
