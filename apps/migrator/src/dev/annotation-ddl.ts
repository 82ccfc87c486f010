import type {
  ManifestModel,
  SchemaManifest,
  SourcePlace,
  SqlConstraint,
} from '@holovitals/schema-composer';
import pg from 'pg';
import type { GeneratedColumn } from './schema-catalog.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** What an annotation asks for that Prisma cannot say. */
export interface AnnotationStatement {
  /** `table.name`, as catalogs name it. */
  readonly key: string;
  readonly sql: string;
  /** What follows `ADD CONSTRAINT name`, or the whole `CREATE INDEX`. */
  readonly text: string;
  readonly source: SourcePlace;
}

/** The statements that checks, exclusions and SQL indexes ask for, in the order of the manifest. */
export function annotationStatements(manifest: SchemaManifest): AnnotationStatement[] {
  return manifest.models.flatMap((model) => [
    ...model.checks.map((check) => constraint(model, check, `CHECK (${check.sql})`)),
    ...model.excludes.map((exclude) => constraint(model, exclude, `EXCLUDE ${exclude.sql}`)),
    ...model.sqlIndexes.map((index) => sqlIndex(model, index)),
  ]);
}

function constraint(model: ManifestModel, { name, source }: SqlConstraint, text: string) {
  const sql = `ALTER TABLE ${quote(model.table)} ADD CONSTRAINT ${quote(name)} ${text};`;
  return { key: `${model.table}.${name}`, sql, text, source };
}

function sqlIndex(model: ManifestModel, { name, sql, source }: SqlConstraint) {
  const [, unique = '', rest = ''] = /^(unique\s+)?([^]*)$/i.exec(sql) ?? [];
  const kind = unique === '' ? 'INDEX' : 'UNIQUE INDEX';
  const text = `CREATE ${kind} ${quote(name)} ON ${quote(model.table)} ${rest}`;
  return { key: `${model.table}.${name}`, sql: `${text};`, text, source };
}

/** How generated columns are written in the fragments, by `table.column`. */
export function generatedTexts(manifest: SchemaManifest, types: (key: string) => string) {
  return manifest.models.flatMap((model) =>
    model.fields.flatMap(({ column, generated, optional }) => {
      const key = `${model.table}.${column}`;
      const text = `${types(key)} GENERATED ALWAYS AS (${generated}) STORED${optional ? '' : ' NOT NULL'}`;
      return generated === null ? [] : [[key, text] as const];
    }),
  );
}

/** The tables that are to have row security, by their name: how SQL names them. */
export function securedTables(manifest: SchemaManifest): ReadonlyMap<string, string> {
  return new Map(
    manifest.models
      .filter(({ rowSecurity }) => rowSecurity)
      .flatMap(({ table, partitionBy }) => [
        [table, quote(table)] as const,
        // A partition read directly does not ask its parent's policies: the default one is closed too.
        ...(partitionBy === null
          ? []
          : [
              [
                `${table}_default`,
                `${quote(partitionBy.partitionSchema)}.${quote(`${table}_default`)}`,
              ] as const,
            ]),
      ]),
  );
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
      new RegExp(`^(\\s*(?:ADD COLUMN\\s+)?${pattern(column)} [^\\n]*?)(,?)(\\s*;?)$`, 'm'),
      (_, definition: string, comma: string, end: string) => generated(definition) + comma + end,
    ),
  );
}

/**
 * Takes out what Prisma says of the defaults of generated columns: it takes the expression of one
 * for a default, which cannot name columns.
 */
export function withoutGeneratedDefaults(
  sql: string,
  generated: Iterable<GeneratedColumn>,
): string {
  return [...generated].reduce((text, { table, column }) => {
    const name = pattern(column);
    const change = new RegExp(`^ALTER COLUMN ${name} (SET DEFAULT [^]*|DROP DEFAULT)$`);
    const definition = new RegExp(`^(\\s*(?:ADD COLUMN\\s+)?${name} .*?) DEFAULT .*$`);
    return replaceStatements(text, table, (statement) => {
      const [, head = '', body = ''] =
        /^((?:CREATE|ALTER) TABLE \S+ )([^]*);$/.exec(statement) ?? [];
      const actions = body
        .split(',\n')
        .filter((action) => !change.test(action.trim()))
        .map((action) => action.replace(definition, '$1'));
      return actions.length === 0 ? '' : `${head}${actions.join(',\n')};`;
    });
  }, sql);
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
  const statement = new RegExp(
    `^(?:CREATE|ALTER) TABLE (?:"public"\\.)?${pattern(table)} (?:'(?:[^']|'')*'|"(?:[^"]|"")*"|[^;'"])*;`,
    'gm',
  );
  return sql.replace(statement, rewrite);
}

/** A name between its quotes, as a regular expression. */
function pattern(name: string): string {
  return quote(name).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
