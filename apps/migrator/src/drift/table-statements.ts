import type { CatalogEntry, DatabaseCatalog } from '../catalog/read-catalog.ts';
import { calledOf, nameOf, onTable, replacing, type StatementWriter } from './statement-writer.ts';

/** What tables are made of. */
export const TABLE_WRITERS: Readonly<Record<string, StatementWriter>> = {
  schema: replacing(
    (_, called) => [`CREATE SCHEMA ${called}`],
    (called) => `DROP SCHEMA ${called}`,
  ),
  extension: replacing(
    (_, called) => [`CREATE EXTENSION ${called}`],
    (called) => `DROP EXTENSION ${called}`,
  ),
  enum: ({ old, wanted, entry }) => {
    const called = calledOf(entry);
    if (wanted === null) return [`DROP TYPE ${called}`];
    if (old === null) return [`CREATE TYPE ${called} AS ENUM (${wanted.definition})`];
    return addValues(called, labelsOf(old), labelsOf(wanted));
  },
  domain: replacing(
    ({ definition }, called) => [`CREATE DOMAIN ${called} AS ${definition}`],
    (called) => `DROP DOMAIN ${called}`,
  ),
  sequence: ({ old, wanted, entry }, { to }) => {
    const owner = ownerOf(entry);
    if (wanted === null) return owner === undefined ? [`DROP SEQUENCE ${calledOf(entry)}`] : [];
    if (isIdentity(owner, to)) return [];
    const options = wanted.definition.replace('minimum', 'minvalue').replace('maximum', 'maxvalue');
    // The table that owns it is made after it.
    return old === null
      ? [`CREATE SEQUENCE ${calledOf(entry)} ${options.replace(OWNED, '')}`]
      : [`ALTER SEQUENCE ${calledOf(entry)} ${options}`];
  },
  table: ({ old, wanted, entry }, { to }) => {
    if (wanted === null) return [`DROP TABLE ${calledOf(entry)}`];
    return old === null ? createTable(wanted, to) : null;
  },
  column: onTable(({ old, wanted, entry }, { from }) => {
    // A table that is made has its columns from the start.
    if (!from.has(`table ${entry.table ?? ''}`)) return [];
    const alter = `ALTER TABLE ${entry.table ?? ''}`;
    if (wanted === null) return [`${alter} DROP COLUMN ${nameOf(entry)}`];
    if (old === null) return [`${alter} ADD COLUMN ${nameOf(entry)} ${wanted.definition}`];
    return alterColumn(`${alter} ALTER COLUMN ${nameOf(entry)}`, old, wanted);
  }),
  constraint: onTable(
    replacing(
      (it) => [`ALTER TABLE ${it.table ?? ''} ADD CONSTRAINT ${nameOf(it)} ${it.definition}`],
      (_, it) => `ALTER TABLE ${it.table ?? ''} DROP CONSTRAINT ${nameOf(it)}`,
    ),
  ),
  index: onTable(
    replacing(
      ({ definition }) => [
        definition
          .replace(/ (invalid|clustered|replica identity|attached to)\b.*$/, '')
          // On a partitioned table it is to be one of its partitions too.
          .replace(' ON ONLY ', ' ON '),
      ],
      (called) => `DROP INDEX ${called}`,
    ),
  ),
  statistics: replacing(
    ({ definition }) => [definition],
    (called) => `DROP STATISTICS ${called}`,
  ),
  rule: onTable(
    replacing(
      ({ definition }) => [definition.replace(/;$/, '')],
      (_, it) => `DROP RULE ${nameOf(it)} ON ${it.table ?? ''}`,
    ),
  ),
  'row security': onTable(({ old, wanted, entry }) => {
    const alter = `ALTER TABLE ${entry.table ?? ''}`;
    if (wanted === null) return [`${alter} DISABLE ROW LEVEL SECURITY`];
    const force = wanted.definition.includes('forced') ? 'FORCE' : 'NO FORCE';
    return [
      ...(old === null ? [`${alter} ENABLE ROW LEVEL SECURITY`] : []),
      ...(old !== null || force === 'FORCE' ? [`${alter} ${force} ROW LEVEL SECURITY`] : []),
    ];
  }),
};

const OWNED = / owned by (.*)$/;

/** The column that owns a sequence. */
export function ownerOf({ definition }: CatalogEntry): string | undefined {
  return OWNED.exec(definition)?.[1];
}

/** The sequence of an identity column comes and goes with it. */
export function isIdentity(column: string | undefined, side: DatabaseCatalog): boolean {
  return side.get(`column ${column ?? ''}`)?.definition.includes(' as identity') === true;
}

const PARTITION =
  /^(?:plain|partitioned by (.*?)), partition of (.*? (?:DEFAULT|FOR VALUES [^]*))$/;

/** Writes a plain or partitioned table, or a partition; null for the others. */
function createTable(table: CatalogEntry, side: DatabaseCatalog): string[] | null {
  const [, subkey, ofParent] = PARTITION.exec(table.definition) ?? [];
  if (ofParent !== undefined) {
    const by = subkey === undefined ? '' : ` PARTITION BY ${subkey}`;
    return [`CREATE TABLE ${calledOf(table)} PARTITION OF ${ofParent}${by}`];
  }
  const [, partitioning] = /^(?:plain|partitioned by (.*?))(?:, |$)/.exec(table.definition) ?? [];
  const isKnown = /^(plain|partitioned by [^,]*(,[^,]*)*\))(, unlogged)?$/.test(table.definition);
  if (!isKnown) return null;
  const columns = [...side.values()]
    .filter((it) => it.kind === 'column' && it.table === table.table)
    .map((it) => `  ${nameOf(it)} ${it.definition}`);
  const unlogged = table.definition.endsWith(', unlogged') ? 'UNLOGGED ' : '';
  const by = partitioning === undefined ? '' : ` PARTITION BY ${partitioning}`;
  return [`CREATE ${unlogged}TABLE ${calledOf(table)} (\n${columns.join(',\n')}\n)${by}`];
}

interface ColumnParts {
  readonly type: string;
  readonly required: boolean;
  readonly generated: string;
  readonly fallback: string;
  readonly storage: string;
}

function partsOf({ definition }: CatalogEntry): ColumnParts {
  const [, type = '', required, generated = '', fallback = '', storage = ''] =
    /^(.*?)( not null)?( generated (?:always|by default) as [^]*?)?( default [^]*?)?((?: storage .)?(?: compression .)?)$/.exec(
      definition,
    ) ?? [];
  return { type, required: required !== undefined, generated, fallback, storage };
}

function alterColumn(alter: string, old: CatalogEntry, wanted: CatalogEntry): string[] | null {
  const [from, to] = [partsOf(old), partsOf(wanted)];
  if (from.generated !== to.generated || from.storage !== to.storage) return null;
  const isRetyped = from.type !== to.type;
  return [
    ...(isRetyped && from.fallback !== '' ? [`${alter} DROP DEFAULT`] : []),
    ...(isRetyped ? [`${alter} TYPE ${to.type} USING ${usingOf(alter)}::${to.type}`] : []),
    ...(to.fallback !== '' && (isRetyped || from.fallback !== to.fallback)
      ? [`${alter} SET${to.fallback.toUpperCase().slice(0, 8)}${to.fallback.slice(8)}`]
      : []),
    ...(to.fallback === '' && from.fallback !== '' && !isRetyped ? [`${alter} DROP DEFAULT`] : []),
    ...(from.required === to.required ? [] : [`${alter} ${to.required ? 'SET' : 'DROP'} NOT NULL`]),
  ];
}

function usingOf(alter: string): string {
  return alter.slice(alter.indexOf(' ALTER COLUMN ') + ' ALTER COLUMN '.length);
}

function labelsOf({ definition }: CatalogEntry): string[] {
  return definition.match(/'(?:[^']|'')*'/g) ?? [];
}

/** Values can be added, wherever; none can go. */
function addValues(
  called: string,
  from: readonly string[],
  to: readonly string[],
): string[] | null {
  const kept = to.filter((label) => from.includes(label));
  if (kept.length !== from.length || kept.some((label, i) => label !== from[i])) return null;
  return to.flatMap((label, i) => {
    if (from.includes(label)) return [];
    const place = i === 0 ? `BEFORE ${from[0] ?? ''}` : `AFTER ${to[i - 1] ?? ''}`;
    return [`ALTER TYPE ${called} ADD VALUE ${label} ${place}`];
  });
}
