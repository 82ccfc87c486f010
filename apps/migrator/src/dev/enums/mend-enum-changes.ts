import { readChanges, writeChanges, type Change } from '../safe-form/read-changes.ts';
import type { SchemaCatalog } from '../schema-catalog.ts';
import { findMadeAnew } from './enum-changes.ts';
import { swapEnums } from './swap-enums.ts';

/** Prisma's own swap of an enum, in a transaction of its own, which would part the migration. */
const SWAP = /^-- AlterEnum\nBEGIN;\n[^]*?^COMMIT;\n*/gm;

/**
 * Puts other statements in the place of Prisma's for enums that lose values, which know nothing of
 * what reads such a column, nor of what else the change does to it. Values that come are added as
 * Prisma does, unless the change uses one at once: then the type is made anew too.
 *
 * @param from what the script begins with
 * @param to where it leads
 */
export async function mendEnumChanges(
  structure: string,
  from: SchemaCatalog,
  to: SchemaCatalog,
): Promise<string> {
  const anew = findMadeAnew(from, to);
  const plain = structure.replaceAll(SWAP, '').trim();
  if (anew.length === 0) return plain;
  const { clear, swap, drop, cleared } = swapEnums(anew, from, to);
  const isDone = ({ kind, table, name }: Change) =>
    (kind === 'add-value' && anew.some(({ type }) => type === name)) ||
    (kind === 'drop-constraint' && cleared.constraints.has(`${table}.${name}`)) ||
    (kind === 'drop-index' && cleared.indexes.has(name));
  const rest = writeChanges((await readChanges(plain)).filter((change) => !isDone(change)));
  return [...clear, ...swap, rest, ...drop].filter((text) => text !== '').join('\n\n');
}
