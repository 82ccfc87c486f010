import pg from 'pg';
import { findEnumChanges, findMadeAnew, isOfEnum, mentionsType } from './enums/enum-changes.ts';
import type { CatalogPart, GeneratedColumn, SchemaCatalog } from './schema-catalog.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** How the author of an annotation wrote it, by `table.name`: nicer than PostgreSQL's print. */
export type AuthorsText = ReadonlyMap<string, string>;

/**
 * The generated columns that Prisma's statements must find as plain ones: those that are computed
 * otherwise afterwards or no more, and those that read a column that goes or changes its type.
 */
export function releaseColumns(from: SchemaCatalog, to: SchemaCatalog): string[] {
  const enums = findMadeAnew(from, to);
  const isMadeAnew = (columnType: string) => enums.some(({ type }) => isOfEnum(columnType, type));
  const changes = ({ table, definition }: GeneratedColumn) =>
    enums.some(({ type }) => mentionsType(definition, type)) ||
    [...from.columns.values()].some(
      (read) =>
        read.table === table &&
        (to.columns.get(`${table}.${read.column}`)?.type !== read.type || isMadeAnew(read.type)) &&
        definition.includes(read.column),
    );
  return [...from.generated]
    .filter(([key, column]) => {
      if (!to.tables.has(column.table)) return false;
      return to.generated.get(key)?.definition !== column.definition || changes(column);
    })
    .map(
      ([, { table, column }]) =>
        `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)} DROP EXPRESSION;`,
    );
}

/** The statements that make columns generated after Prisma's: they are computed anew. */
export function bridgeColumns(
  from: SchemaCatalog,
  to: SchemaCatalog,
  texts: AuthorsText,
): string[] {
  return [...to.generated]
    .filter(([key, { definition }]) => from.generated.get(key)?.definition !== definition)
    .flatMap(([key, { table, column, definition }]) => {
      const alter = `ALTER TABLE ${quote(table)}`;
      return [
        ...(from.columns.has(key) ? [`${alter} DROP COLUMN ${quote(column)};`] : []),
        `${alter} ADD COLUMN ${quote(column)} ${texts.get(key) ?? definition};`,
      ];
    });
}

/**
 * The statements that bring constraints and indexes to another state: those that lack or are defined
 * otherwise are made, and checks, exclusions and indexes beyond it are dropped. Definitions are
 * compared as PostgreSQL prints them, so that only a change of meaning counts.
 */
export function bridgeParts(from: SchemaCatalog, to: SchemaCatalog, texts: AuthorsText): string[] {
  const places = new Map([...texts.keys()].map((key, index) => [key, index]));
  const place = (key: string) => places.get(key) ?? -1;
  const isWrong = (wanted: ReadonlyMap<string, CatalogPart>, key: string, part: CatalogPart) =>
    to.tables.has(part.table) && wanted.get(key)?.definition !== part.definition;
  const isLacking = (found: ReadonlyMap<string, CatalogPart>, key: string, part: CatalogPart) =>
    found.get(key)?.definition !== part.definition;
  return [
    ...[...from.constraints]
      .filter(([key, part]) => isWrong(to.constraints, key, part))
      .filter(([key, part]) => to.constraints.has(key) || /^(CHECK|EXCLUDE) /.test(part.definition))
      .map(([, { table, name }]) => `ALTER TABLE ${quote(table)} DROP CONSTRAINT ${quote(name)};`),
    ...[...from.indexes]
      .filter(([key, part]) => isWrong(to.indexes, key, part))
      .map(([, { name }]) => `DROP INDEX ${quote(name)};`),
    ...[...to.constraints]
      .filter(([key, part]) => isLacking(from.constraints, key, part))
      .sort(([a, left], [b, right]) => rank(left) - rank(right) || place(a) - place(b))
      .map(
        ([key, { table, name, definition }]) =>
          `ALTER TABLE ${quote(table)} ADD CONSTRAINT ${quote(name)} ${texts.get(key) ?? definition};`,
      ),
    ...[...to.indexes]
      .filter(([key, part]) => isLacking(from.indexes, key, part))
      .sort(([a], [b]) => place(a) - place(b))
      .map(([key, { definition }]) => `${texts.get(key) ?? definition};`),
  ];
}

/** A foreign key needs the key that it refers to. */
function rank({ definition }: CatalogPart): number {
  return definition.startsWith('FOREIGN KEY') ? 1 : 0;
}

/** The differences that are left between two states, as `kind table.name`. */
export function differences(left: SchemaCatalog, right: SchemaCatalog): string[] {
  const compare = (
    kind: string,
    a: ReadonlyMap<string, { definition: string }>,
    b: ReadonlyMap<string, { definition: string }>,
  ) =>
    [...new Set([...a.keys(), ...b.keys()])]
      .filter((key) => a.get(key)?.definition !== b.get(key)?.definition)
      .map((key) => `${kind} ${key}`);
  const types = ({ columns }: SchemaCatalog) =>
    new Map(
      [...columns].map(([key, { type, notNull, fallback }]) => [
        key,
        { definition: `${type} ${notNull} ${fallback}` },
      ]),
    );
  const kinds = ({ tables }: SchemaCatalog) =>
    new Map([...tables].map(([name, partitioned]) => [name, { definition: String(partitioned) }]));
  return [
    ...compare('table', kinds(left), kinds(right)),
    ...compare('column', types(left), types(right)),
    ...compare('generated column', left.generated, right.generated),
    ...compare('constraint', left.constraints, right.constraints),
    ...compare('index', left.indexes, right.indexes),
    ...findEnumChanges(left, right).map(({ type }) => `enum ${type}`),
  ];
}
