import type { ManifestIndex, ManifestModel } from '@holovitals/schema-composer';
import type { IndexDescription, TableDescription } from './describe-tables.ts';
import { MISSING, type Difference } from './difference.ts';

/** Compares a table's indexes: those the manifest has, and those it has not. */
export function compareIndexes(
  model: ManifestModel,
  expected: TableDescription | undefined,
  actual: TableDescription,
): Difference[] {
  const there = new Map(actual.indexes.map((index) => [index.name, index]));
  const printed = new Map(expected?.indexes.map((index) => [index.name, index]));
  const declared = model.indexes.filter(({ kind }) => kind !== 'id');
  const names = new Set([...declared, ...model.sqlIndexes].map(({ name }) => name));
  const tell = (name: string, what: string): Difference => {
    const source = model.sqlIndexes.find((it) => it.name === name)?.source ?? model.source;
    return { kind: 'index', name: `${model.table}.${name}`, what, source };
  };
  return [
    ...[...names].flatMap((name) => {
      const found = there.get(name);
      if (found === undefined) return [tell(name, MISSING)];
      const index = declared.find((it) => it.name === name);
      const faults =
        index === undefined
          ? sqlIndexFaults(printed.get(name), found)
          : indexFaults(index, printed.get(name), found);
      if (!found.usable) faults.push('It is invalid: queries do not use it. Build it again.');
      return faults.map((fault) => tell(name, fault));
    }),
    ...actual.indexes
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => tell(name, 'The schema has no such index.')),
  ];
}

function sqlIndexFaults(wanted: IndexDescription | undefined, found: IndexDescription): string[] {
  if (wanted === undefined) return [];
  const tell = ({ unique, definition }: IndexDescription) =>
    `${unique ? 'UNIQUE' : ''}${definition}`.trim();
  return tell(wanted) === tell(found)
    ? []
    : [`It is ${tell(found)}; the schema says ${tell(wanted)}.`];
}

function indexFaults(
  wanted: ManifestIndex,
  printed: IndexDescription | undefined,
  found: IndexDescription,
): string[] {
  const unique = wanted.kind === 'unique';
  const method = (wanted.type ?? 'btree').toLowerCase();
  const predicate = printed?.predicate ?? null;
  const wasPrinted = wanted.where === null || printed !== undefined;
  return [
    ...(found.unique === unique ? [] : [`It is ${unique ? 'not ' : ''}unique.`]),
    ...(sameList(found.columns, wanted.columns)
      ? []
      : [
          `It is on ${found.columns.map((column) => column ?? '(expression)').join(', ')}; the schema says ${wanted.columns.join(', ')}.`,
        ]),
    ...(found.method === method
      ? []
      : [`It is a ${found.method} index; the schema says ${method}.`]),
    ...(!wasPrinted || found.predicate === predicate
      ? []
      : [`It holds ${rowsWhere(found.predicate)}; the schema says ${rowsWhere(predicate)}.`]),
  ];
}

function rowsWhere(predicate: string | null): string {
  return predicate === null ? 'all rows' : `rows where ${predicate}`;
}

/** Tells whether two lists of columns are the same, in order; an expression is no column. */
export function sameList(a: readonly (string | null)[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, place) => item === b[place]);
}
