import pg from 'pg';
import type { CatalogColumn, SchemaCatalog } from '../schema-catalog.ts';
import { derivedName } from '../safe-form/derived-name.ts';
import { isOfEnum, mentionsType, usesValue, type EnumChange } from './enum-changes.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** Statements that give enums other values by making them anew: PostgreSQL takes no value away. */
export interface EnumSwap {
  /** What reads a value of the old type goes first; it comes back with what else is lacking. */
  readonly clear: readonly string[];
  readonly swap: readonly string[];
  /** After all that else goes. */
  readonly drop: readonly string[];
  /** Constraints, as `table.name`, and indexes that `clear` drops. */
  readonly cleared: {
    readonly constraints: ReadonlySet<string>;
    readonly indexes: ReadonlySet<string>;
  };
}

/**
 * Swaps enums. Columns that stay move to the new type, and those that go in a later migration;
 * columns that become something else are left to the statement that makes them so.
 */
export function swapEnums(
  changes: readonly EnumChange[],
  from: SchemaCatalog,
  to: SchemaCatalog,
): EnumSwap {
  const swaps = changes.map((change) => ({
    ...change,
    old: freeName(change.type, from, to),
    columns: [...from.columns].filter(([key, column]) => {
      const next = to.columns.get(key)?.type ?? column.type;
      return (
        to.tables.has(column.table) && isOfEnum(column.type, change.type) && next === column.type
      );
    }),
  }));
  const moved = new Set(swaps.flatMap(({ columns }) => columns.map(([key]) => key)));
  const reads = (definition: string) => changes.some(({ type }) => mentionsType(definition, type));
  const constraints = [...from.constraints].filter(
    ([, { table, columns, definition }]) =>
      to.tables.has(table) &&
      (reads(definition) ||
        (definition.startsWith('FOREIGN KEY') &&
          columns.some((column) => moved.has(`${table}.${column}`)))),
  );
  const indexes = [...from.indexes.values()].filter(
    ({ table, definition }) => to.tables.has(table) && reads(definition),
  );
  return {
    clear: [
      ...constraints.map(
        ([, { table, name }]) =>
          `-- DropConstraint\nALTER TABLE ${quote(table)} DROP CONSTRAINT ${quote(name)};`,
      ),
      ...indexes.map(({ name }) => `-- DropIndex\nDROP INDEX ${quote(name)};`),
    ],
    swap: swaps.map(({ type, values, lost, old, columns }) =>
      [
        '-- AlterEnum',
        `ALTER TYPE ${quote(type)} RENAME TO ${quote(old)};`,
        `CREATE TYPE ${quote(type)} AS ENUM (${values.map(literal).join(', ')});`,
        ...columns.flatMap(([key, column]) => {
          const { fallback } = to.columns.get(key) ?? column;
          const isLost = usesValue(fallback ?? '', type, lost);
          return moveColumn(column, type, isLost ? null : fallback);
        }),
      ].join('\n'),
    ),
    drop: swaps.map(({ old }) => `-- DropEnum\nDROP TYPE ${quote(old)};`),
    cleared: {
      constraints: new Set(constraints.map(([key]) => key)),
      indexes: new Set(indexes.map(({ name }) => name)),
    },
  };
}

/** A default is of the old type too, and is made anew. */
function moveColumn(
  { table, column, type: columnType, fallback }: CatalogColumn,
  type: string,
  next: string | null,
): string[] {
  const list = columnType.endsWith(']') ? '[]' : '';
  const alter = `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)}`;
  return [
    ...(fallback === null ? [] : [`${alter} DROP DEFAULT;`]),
    `${alter} TYPE ${quote(type)}${list} USING (${quote(column)}::text${list}::${quote(type)}${list});`,
    ...(next === null ? [] : [`${alter} SET DEFAULT ${next};`]),
  ];
}

/** A name for the old type that nothing has. */
function freeName(type: string, ...states: readonly SchemaCatalog[]): string {
  const isTaken = (name: string) => states.some((it) => it.enums.has(name) || it.tables.has(name));
  for (let place = 1; ; place += 1) {
    const name = derivedName([type], place === 1 ? 'old' : `old${place}`);
    if (!isTaken(name)) return name;
  }
}

const literal = (value: string) => pg.escapeLiteral(value).trim();
