import type { ManifestModel } from '@holovitals/schema-composer';
import { compareIndexes, sameList } from './compare-indexes.ts';
import type { ConstraintDescription, TableDescription } from './describe-tables.ts';
import { MISSING, type Difference } from './difference.ts';

/** Compares one table of the catalog with the manifest, and with what the server made of it. */
export function compareTable(
  model: ManifestModel,
  expected: TableDescription | undefined,
  actual: TableDescription | undefined,
): Difference[] {
  if (actual === undefined) {
    return [{ kind: 'table', name: model.table, what: MISSING, source: model.source }];
  }
  return [
    ...comparePrimaryKey(model, actual),
    ...(expected === undefined
      ? []
      : [
          ...compareColumns(model, expected, actual),
          ...compareConstraints(model, expected, actual, 'c'),
          ...compareConstraints(model, expected, actual, 'x'),
        ]),
    ...compareIndexes(model, expected, actual),
  ];
}

/** Compares the columns of a view; it may have more, and cannot refuse NULL. */
export function compareView(
  model: ManifestModel,
  expected: TableDescription | undefined,
  actual: TableDescription | undefined,
): Difference[] {
  const { table: name, source } = model;
  if (actual === undefined) return [{ kind: 'object', name, what: MISSING, source }];
  if (expected === undefined) return [];
  const there = new Map(actual.columns.map((column) => [column.name, column.type]));
  return expected.columns.flatMap((column): Difference[] => {
    const type = there.get(column.name);
    if (type === column.type) return [];
    const what =
      type === undefined ? MISSING : `Its type is ${type}; the schema says ${column.type}.`;
    return [{ kind: 'column', name: `${name}.${column.name}`, what, source }];
  });
}

function compareColumns(
  model: ManifestModel,
  expected: TableDescription,
  actual: TableDescription,
): Difference[] {
  const there = new Map(actual.columns.map((column) => [column.name, column]));
  const wanted = new Set(expected.columns.map(({ name }) => name));
  const tell = (column: string, what: string): Difference => {
    const field = model.fields.find((candidate) => candidate.column === column);
    const source = field?.source ?? model.source;
    return { kind: 'column', name: `${model.table}.${column}`, what, source };
  };
  return [
    ...expected.columns.flatMap((column) => {
      const found = there.get(column.name);
      if (found === undefined) return [tell(column.name, MISSING)];
      const isList = found.type.endsWith('[]');
      return [
        ...(found.type === column.type
          ? []
          : [tell(column.name, `Its type is ${found.type}; the schema says ${column.type}.`)]),
        ...(found.required === column.required || isList
          ? []
          : [
              tell(
                column.name,
                found.required
                  ? 'It refuses NULL; the schema says optional.'
                  : 'It accepts NULL; the schema says required.',
              ),
            ]),
        ...(found.generated === column.generated
          ? []
          : [tell(column.name, generatedText(found.generated, column.generated))]),
      ];
    }),
    ...actual.columns
      .filter(({ name }) => !wanted.has(name))
      .map(({ name }) => tell(name, 'The schema has no such column.')),
  ];
}

function generatedText(actual: string | null, expected: string | null): string {
  if (expected === null) return `It is generated as ${actual}; the schema says it is not.`;
  const found = actual === null ? 'is not generated' : `is generated as ${actual}`;
  return `It ${found}; the schema says generated as ${expected}.`;
}

function comparePrimaryKey(model: ManifestModel, actual: TableDescription): Difference[] {
  const key = actual.constraints.find(({ kind }) => kind === 'p');
  const { name, columns } = model.primaryKey;
  const tell = (what: string): Difference => ({
    ...{ kind: 'primary-key', name: `${model.table}.${name ?? key?.name ?? 'primary key'}`, what },
    source: model.source,
  });
  if (key === undefined) return columns.length === 0 ? [] : [tell(MISSING)];
  if (!sameList(key.columns, columns)) {
    return [tell(`It is on ${key.columns.join(', ')}; the schema says ${columns.join(', ')}.`)];
  }
  if (name !== null && key.name !== name) return [tell(`It is named ${key.name}.`)];
  return [];
}

const CONSTRAINTS = { c: 'check', x: 'exclude' } as const;

function compareConstraints(
  model: ManifestModel,
  expected: TableDescription,
  actual: TableDescription,
  kind: 'c' | 'x',
): Difference[] {
  const ofKind = (table: TableDescription) =>
    new Map(table.constraints.filter((it) => it.kind === kind).map((it) => [it.name, it] as const));
  const [wanted, there] = [ofKind(expected), ofKind(actual)];
  const tell = (name: string, what: string): Difference => {
    const declared = [...model.checks, ...model.excludes].find((it) => it.name === name);
    const source = declared?.source ?? model.source;
    return { kind: CONSTRAINTS[kind], name: `${model.table}.${name}`, what, source };
  };
  return [
    ...[...wanted.values()].flatMap((constraint) => {
      const found = there.get(constraint.name);
      if (found === undefined) return [tell(constraint.name, MISSING)];
      return [
        ...(definitionOf(found) === definitionOf(constraint)
          ? []
          : [
              tell(
                constraint.name,
                `It is ${definitionOf(found)}; the schema says ${definitionOf(constraint)}.`,
              ),
            ]),
        ...(found.validated
          ? []
          : [tell(constraint.name, 'It is not validated: rows from before it may break it.')]),
      ];
    }),
    ...[...there.keys()]
      .filter((name) => !wanted.has(name) && !couldNotBeBuilt(model, name))
      .map((name) => tell(name, 'The schema has no such constraint.')),
  ];
}

/** The server adds NOT VALID to what it prints; that is told apart. */
function definitionOf({ definition }: ConstraintDescription): string {
  return definition.replace(/ NOT VALID$/, '');
}

/** A constraint that the schema has, and that the server refused to make: it was told already. */
function couldNotBeBuilt(model: ManifestModel, name: string): boolean {
  return [...model.checks, ...model.excludes].some((declared) => declared.name === name);
}
