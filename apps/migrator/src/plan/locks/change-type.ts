import type { ColumnDef, Node } from '@pgsql/types';
import {
  constraintsOf,
  foreignKeysTo,
  indexesOf,
  withDescendants,
  type Constraint,
  type Relation,
} from './catalog.ts';
import { isSameOnDisk, readType, type ColumnType } from './column-types.ts';
import { rewrite, scan, takeLock, type Impact } from './impact.ts';
import { wordsOf, type ScriptContext } from './script-context.ts';

/** Changes the type of a column: the table is written anew unless its values are the same on disk. */
export function changeType(
  context: ScriptContext,
  table: Relation,
  name: string,
  tree: ColumnDef,
): void {
  const { catalog, impact } = context;
  const to = readType(catalog, tree.typeName);
  for (const part of withDescendants(catalog, table)) {
    const from = part.columns.get(name);
    const keeps =
      from !== undefined && isSameOnDisk(catalog, from, to) && isPlainCast(tree.raw_default, name);
    if (from === undefined)
      impact.notes.add('Its type before is not known: it may be kept as it is.');
    if (!keeps) rewrite(impact, part);
    else if (isReadAgain(context, part, name, from, to, tree)) scan(impact, part);
    part.columns.set(name, { ...to, notNull: from?.notNull ?? false });
    for (const key of constraintsOf(catalog, part)) {
      if (key.kind === 'f' && key.columns.includes(name))
        remake(impact, key, key.references, keeps);
    }
    for (const key of foreignKeysTo(catalog, part)) {
      if (key.referencedColumns.includes(name)) remake(impact, key, key.relation, keeps);
    }
  }
}

/** The foreign keys of the column are dropped and made again. */
function remake(impact: Impact, key: Constraint, other: Relation | null, keeps: boolean): void {
  if (other !== null) takeLock(impact, other, 'ACCESS EXCLUSIVE');
  if (keeps) return;
  scan(impact, key.relation);
  if (key.references !== null) impact.mayScan.add(key.references);
}

/** Checks on the column are checked again, and an index of another operator class is built again. */
function isReadAgain(
  { catalog }: ScriptContext,
  table: Relation,
  name: string,
  from: ColumnType,
  to: ColumnType,
  tree: ColumnDef,
): boolean {
  const isChecked = constraintsOf(catalog, table).some(
    ({ kind, columns, isValidated }) => kind === 'c' && isValidated && columns.includes(name),
  );
  const isIndexed = indexesOf(catalog, table).some(({ indexColumns }) =>
    indexColumns.includes(name),
  );
  const isOtherOrder =
    tree.collClause !== undefined || (from.type !== to.type && /^timestamp(tz)?$/.test(to.type));
  return isChecked || (isIndexed && isOtherOrder);
}

/** Without `USING`, or with one that says nothing else. */
function isPlainCast(using: Node | undefined, name: string): boolean {
  if (using === undefined) return true;
  const inner = 'TypeCast' in using ? using.TypeCast.arg : using;
  if (inner === undefined || !('ColumnRef' in inner)) return false;
  const words = (inner.ColumnRef.fields ?? []).flatMap(wordsOf);
  return words.length === 1 && words[0] === name;
}
