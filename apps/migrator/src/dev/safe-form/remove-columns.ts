import pg from 'pg';
import type { CatalogColumn, CatalogReader, SchemaCatalog } from '../schema-catalog.ts';
import type { Change } from './read-changes.ts';
import { dropIndex } from './safe-indexes.ts';
import type { Step } from './step.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** What goes with columns that are removed from tables which stay. */
export interface Removal {
  readonly columns: readonly CatalogColumn[];
  /** Enums that only they used. */
  readonly types: readonly string[];
  readonly indexes: readonly CatalogReader[];
  /** Constraints that a script leaves to `DROP COLUMN`. */
  readonly constraints: readonly CatalogReader[];
}

/** Finds the columns that a change removes, and what no column can be dropped with or without. */
export function findRemoval(
  before: SchemaCatalog,
  wanted: SchemaCatalog,
  changes: readonly Change[],
): Removal {
  const columns = [...before.columns]
    .filter(([key, { table }]) => wanted.tables.has(table) && !wanted.columns.has(key))
    .map(([, column]) => column);
  const reads = ({ table, columns: read }: CatalogReader) =>
    columns.some((it) => it.table === table && read.includes(it.column));
  const isTold = ({ table, name }: CatalogReader) =>
    changes.some((it) => it.kind === 'drop-constraint' && it.table === table && it.name === name);
  const isGone = (key: string, it: CatalogReader) =>
    wanted.constraints.get(key)?.definition !== it.definition;
  return {
    columns,
    types: changes
      .filter(({ kind, name }) => kind === 'drop-type' && before.enums.has(name))
      .filter(({ name }) =>
        columns.some(({ type }) => [name, quote(name)].includes(elementOf(type))),
      )
      .map(({ name }) => name),
    indexes: [...before.indexes.values()].filter(reads),
    constraints: [...before.constraints]
      .filter(([key, it]) => reads(it) && isGone(key, it) && !isTold(it))
      .map(([, it]) => it),
  };
}

/**
 * The steps of a removal in two releases. In the first, nothing asks anything of the columns any
 * more: they may be left out, and no uniqueness is theirs. In the second they are dropped.
 */
export function removeColumns(
  { columns, types, indexes }: Removal,
  before: SchemaCatalog,
  changes: readonly Change[],
): Step[] {
  const isReplaced = ({ name }: CatalogReader) =>
    changes.some((it) => it.kind === 'create-index' && it.name === name);
  return [
    ...columns.filter(needsRelease(before)).map(releaseColumn),
    ...indexes.filter((it) => !isReplaced(it)).map((it) => removeIndex(it, before)),
    // A computed column goes before those that it reads.
    ...[...columns]
      .sort((a, b) => Number(isComputed(b, before)) - Number(isComputed(a, before)))
      .map((column) => dropColumn(column, needsRelease(before)(column))),
    ...types.map((type) => dropType(type, before.enums.get(type) ?? [])),
  ];
}

/** A constraint that would refuse what a release without the column writes. */
export function dropConstraint({ table, name }: CatalogReader): string {
  return `-- DropConstraint\nALTER TABLE ${quote(table)} DROP CONSTRAINT ${quote(name)};`;
}

const isComputed = ({ table, column }: CatalogColumn, { generated }: SchemaCatalog) =>
  generated.has(`${table}.${column}`);

const needsRelease = (before: SchemaCatalog) => (column: CatalogColumn) =>
  column.notNull && (!column.hasDefault || isComputed(column, before));

function releaseColumn({ table, column }: CatalogColumn): Step {
  const alter = (action: string) =>
    `-- AlterTable\nALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)} ${action} NOT NULL;`;
  return {
    ...{ phase: 'release', topic: `release_${table}_${column}`, isAlone: false },
    up: [alter('DROP')],
    down: [alter('SET')],
  };
}

function removeIndex({ table, name, definition }: CatalogReader, before: SchemaCatalog): Step {
  const isUnique = /^CREATE UNIQUE /.test(definition);
  if (before.tables.get(table) !== true) {
    return dropIndex(definition, name, isUnique ? 'drop-index' : 'contract-index');
  }
  const drop = `-- DropIndex\nDROP INDEX ${quote(name)};`;
  return {
    ...{ phase: isUnique ? 'release' : 'contract', topic: `drop_index_${name}`, isAlone: false },
    up: [drop],
    down: [`-- CreateIndex\n${definition};`],
  };
}

function dropColumn(
  { table, column, definition, notNull }: CatalogColumn,
  released: boolean,
): Step {
  const alter = `-- AlterTable\nALTER TABLE ${quote(table)}`;
  const required = notNull && !released ? ' NOT NULL' : '';
  return {
    ...{ phase: 'contract', topic: `contract_${table}_${column}`, isAlone: false },
    up: [`${alter} DROP COLUMN ${quote(column)};`],
    down: [`${alter} ADD COLUMN ${quote(column)} ${definition}${required};`],
  };
}

function dropType(type: string, values: readonly string[]): Step {
  const list = values.map((value) => pg.escapeLiteral(value).trim()).join(', ');
  return {
    ...{ phase: 'contract', topic: `contract_${type}`, isAlone: false },
    up: [`-- DropEnum\nDROP TYPE ${quote(type)};`],
    down: [`-- CreateEnum\nCREATE TYPE ${quote(type)} AS ENUM (${list});`],
  };
}

function elementOf(type: string): string {
  return type.replace(/(\[\])+$/, '');
}
