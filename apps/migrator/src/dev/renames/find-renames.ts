import { findEnumChanges } from '../enums/enum-changes.ts';
import type { CatalogColumn, SchemaCatalog } from '../schema-catalog.ts';
import type { Rename } from './rename.ts';

/** Two tables are alike where they share this part of their columns. */
const LIKENESS = 0.5;

/** Finds what went and what came and could be the same under another name; tables before all else. */
export function findRenames(before: SchemaCatalog, wanted: SchemaCatalog): Rename[] {
  const tables = renamedTables(before, wanted);
  return tables.length > 0
    ? tables
    : [...renamedColumns(before, wanted), ...renamedValues(before, wanted)];
}

function renamedTables(before: SchemaCatalog, wanted: SchemaCatalog): Rename[] {
  const gone = [...before.tables].filter(([table]) => !wanted.tables.has(table));
  const come = [...wanted.tables].filter(([table]) => !before.tables.has(table));
  return pairsOf(gone, come)
    .filter(([[from, old], [to, next]]) => old === next && areAlike(from, before, to, wanted))
    .map(([[from], [to]]) => ({ kind: 'table', of: '', from, to }));
}

function areAlike(from: string, before: SchemaCatalog, to: string, wanted: SchemaCatalog): boolean {
  const [old, next] = [shapesOf(from, before), shapesOf(to, wanted)];
  const shared = old.filter((shape) => next.includes(shape)).length;
  return shared > 0 && shared >= LIKENESS * Math.max(old.length, next.length);
}

function shapesOf(table: string, { columns }: SchemaCatalog): string[] {
  return [...columns.values()]
    .filter((it) => it.table === table)
    .map(({ column, type }) => JSON.stringify([column, type]));
}

function renamedColumns(before: SchemaCatalog, wanted: SchemaCatalog): Rename[] {
  const lacking = (from: SchemaCatalog, to: SchemaCatalog): CatalogColumn[] =>
    [...from.columns]
      .filter(([key, { table }]) => !to.columns.has(key) && to.tables.has(table))
      .filter(([key]) => !from.generated.has(key))
      .map(([, column]) => column);
  return pairsOf(lacking(before, wanted), lacking(wanted, before))
    .filter(([old, next]) => old.table === next.table && old.type === next.type)
    .map(([{ table, column }, next]) => ({
      ...{ kind: 'column', of: table, from: column, to: next.column },
    }));
}

function renamedValues(before: SchemaCatalog, wanted: SchemaCatalog): Rename[] {
  return findEnumChanges(before, wanted).flatMap(({ type, lost, gained }) =>
    pairsOf(lost, gained).map(([from, to]): Rename => ({ kind: 'value', of: type, from, to })),
  );
}

function pairsOf<One, Other>(ones: readonly One[], others: readonly Other[]): [One, Other][] {
  return ones.flatMap((one) => others.map((other): [One, Other] => [one, other]));
}
