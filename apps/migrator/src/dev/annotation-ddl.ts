import type { ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';

const quote = (name: string) => pg.escapeIdentifier(name);

/** A statement that an annotation asks for, and the one that takes it back. */
export interface AnnotationStatement {
  readonly table: string;
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

/** What the catalog of the history's end already holds, by name. */
export interface AnnotationCatalog {
  /** Checks and exclusions, with their definitions: `table.constraint`. */
  readonly constraints: ReadonlyMap<string, string>;
  /** Indexes: `table.index`, with their definitions. */
  readonly indexes: ReadonlyMap<string, string>;
  /** Tables with row security. */
  readonly rowSecurity: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
}

/** An empty database's catalog. */
export const EMPTY_CATALOG: AnnotationCatalog = {
  constraints: new Map(),
  indexes: new Map(),
  rowSecurity: new Set(),
  extensions: new Set(),
};

/** The extensions that the schema needs and the history does not create yet. */
export function extensionStatements(
  manifest: SchemaManifest,
  catalog: AnnotationCatalog,
): string[] {
  return manifest.extensions
    .filter((name) => !catalog.extensions.has(name))
    .map((name) => `CREATE EXTENSION IF NOT EXISTS ${quote(name)};`);
}

/**
 * The statements for what annotations ask and Prisma cannot say: checks, exclusions, SQL indexes
 * and row security. What the catalog has by that name is taken as it is; what it has beyond is dropped.
 */
export function annotationStatements(
  manifest: SchemaManifest,
  catalog: AnnotationCatalog,
): AnnotationStatement[] {
  return manifest.models.flatMap((model) => [
    ...missingConstraints(model, catalog),
    ...missingIndexes(model, catalog),
    ...missingRowSecurity(model, catalog),
  ]);
}

function missingConstraints(model: ManifestModel, catalog: AnnotationCatalog) {
  const wanted = [
    ...model.checks.map(({ name, sql }) => ({ name, definition: `CHECK (${sql})` })),
    ...model.excludes.map(({ name, sql }) => ({ name, definition: `EXCLUDE ${sql}` })),
  ];
  const table = quote(model.table);
  const names = new Set(wanted.map(({ name }) => name));
  const gone = [...catalog.constraints]
    .filter(([key]) => key.startsWith(`${model.table}.`))
    .map(([key, definition]) => ({ name: key.slice(model.table.length + 1), definition }))
    .filter(({ name }) => !names.has(name));
  const add = ({ name, definition }: { name: string; definition: string }) =>
    `ALTER TABLE ${table} ADD CONSTRAINT ${quote(name)} ${definition};`;
  const drop = ({ name }: { name: string }) =>
    `ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${quote(name)};`;
  return [
    ...gone.map((it) => ({ table: model.table, name: it.name, up: drop(it), down: add(it) })),
    ...wanted
      .filter(({ name }) => !catalog.constraints.has(`${model.table}.${name}`))
      .map((it) => ({ table: model.table, name: it.name, up: add(it), down: drop(it) })),
  ];
}

function missingIndexes(model: ManifestModel, catalog: AnnotationCatalog) {
  return model.sqlIndexes
    .filter(({ name }) => !catalog.indexes.has(`${model.table}.${name}`))
    .map(({ name, sql }) => {
      const unique = /^unique\s+/i.test(sql);
      const rest = unique ? sql.replace(/^unique\s+/i, '') : sql;
      return {
        table: model.table,
        name,
        up: `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quote(name)} ON ${quote(model.table)} ${rest};`,
        down: `DROP INDEX IF EXISTS ${quote(name)};`,
      };
    });
}

function missingRowSecurity(model: ManifestModel, catalog: AnnotationCatalog) {
  if (!model.rowSecurity) return [];
  return securedTables(model)
    .filter(({ key }) => !catalog.rowSecurity.has(key))
    .map(({ key, sql }) => ({
      table: model.table,
      name: key,
      up: `ALTER TABLE ${sql} ENABLE ROW LEVEL SECURITY;`,
      down: `ALTER TABLE IF EXISTS ${sql} DISABLE ROW LEVEL SECURITY;`,
    }));
}

/** A partition read directly does not ask its parent's policies: the default one is closed too. */
function securedTables(model: ManifestModel): { key: string; sql: string }[] {
  const own = { key: model.table, sql: quote(model.table) };
  if (model.partitionBy === null) return [own];
  const partition = `${model.table}_default`;
  const sql = `${quote(model.partitionBy.partitionSchema)}.${quote(partition)}`;
  return [own, { key: partition, sql }];
}

/** Rewrites Prisma's SQL for what stands inside a table: generated columns and partitioning. */
export function rewriteTables(sql: string, manifest: SchemaManifest): string {
  return manifest.models.reduce((text, model) => {
    const generated = model.fields.filter((field) => field.generated !== null);
    let result = text;
    for (const { column, generated: expression } of generated) {
      result = rewriteColumn(result, model.table, column, expression ?? '');
    }
    return model.partitionBy === null ? result : partitionTable(result, model, model.partitionBy);
  }, sql);
}

function rewriteColumn(sql: string, table: string, column: string, expression: string): string {
  const generated = (definition: string) =>
    `${definition} GENERATED ALWAYS AS (${expression}) STORED`;
  return replaceStatements(sql, table, (statement) =>
    statement.replace(
      new RegExp(`^(\\s*(?:ADD COLUMN\\s+)?"${escape(column)}" [^\\n]*?)(,?)(\\s*;?)$`, 'm'),
      (_, definition: string, comma: string, end: string) => generated(definition) + comma + end,
    ),
  );
}

function partitionTable(
  sql: string,
  model: ManifestModel,
  { column, partitionSchema }: NonNullable<ManifestModel['partitionBy']>,
): string {
  const partition = `${quote(partitionSchema)}.${quote(`${model.table}_default`)}`;
  return replaceStatements(sql, model.table, (statement) =>
    statement.startsWith('CREATE TABLE')
      ? `${statement.replace(/\)\s*;$/, `) PARTITION BY RANGE (${quote(column)});`)}

-- CreatePartition
CREATE SCHEMA IF NOT EXISTS ${quote(partitionSchema)};
CREATE TABLE ${partition} PARTITION OF ${quote(model.table)} DEFAULT;`
      : statement,
  );
}

/** Applies a rewrite to each statement of Prisma's that creates or alters one table. */
function replaceStatements(
  sql: string,
  table: string,
  rewrite: (statement: string) => string,
): string {
  const statement = new RegExp(`^(?:CREATE|ALTER) TABLE "${escape(table)}" [^;]*;`, 'gm');
  return sql.replace(statement, rewrite);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
