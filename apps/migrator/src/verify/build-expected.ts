import type { ManifestField, ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { Difference, DifferenceKind } from './difference.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

interface Statement {
  readonly kind: DifferenceKind;
  readonly name: string;
  readonly sql: string;
}

/** Makes enums that are missing as temporary types, so that their tables can be compared. */
export async function buildEnums(client: pg.Client, manifest: SchemaManifest): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) as wanted (name)
     where to_regtype('public.' || quote_ident(name)) is null`,
    [manifest.enums.map(({ databaseName }) => databaseName)],
  );
  const missing = new Set(rows.map(({ name }) => name));
  for (const { databaseName, values } of manifest.enums) {
    if (!missing.has(databaseName)) continue;
    const labels = values.map((value) => pg.escapeLiteral(value.databaseName)).join(', ');
    await client.query(`create type pg_temp.${quote(databaseName)} as enum (${labels})`);
  }
}

/**
 * Makes a temporary table as the manifest describes a table or view, so that the server prints what is expected
 * in the very words in which it prints what is there. The caller rolls it back.
 *
 * @returns what the server cannot make, such as a check that calls a function that is missing
 */
export async function buildExpected(
  client: pg.Client,
  model: ManifestModel,
): Promise<Difference[]> {
  const statements = [tableOf(model), ...(model.view === undefined ? partsOf(model) : [])];
  const all = statements.map(({ sql }) => sql).join(';\n');
  if ((await attempt(client, all)) === undefined) return [];
  const failed: Difference[] = [];
  for (const { kind, name, sql } of statements) {
    const why = await attempt(client, sql);
    if (why === undefined) continue;
    failed.push({
      kind,
      name,
      what: `It cannot be compared: the server refuses what the manifest says. ${why}`,
      source: model.source,
    });
    if (kind === 'table') break;
  }
  return failed;
}

/** Runs SQL under a savepoint; tells why it failed. */
async function attempt(client: pg.Client, sql: string): Promise<string | undefined> {
  await client.query('savepoint expected');
  try {
    await client.query(sql);
    await client.query('release savepoint expected');
    return undefined;
  } catch (error) {
    await client.query('rollback to savepoint expected');
    return describeDatabaseError(error);
  }
}

function tableOf(model: ManifestModel): Statement {
  const columns = model.fields.map((field) => {
    const generated =
      field.generated === null ? '' : ` GENERATED ALWAYS AS (${field.generated}) STORED`;
    return `${quote(field.column)} ${typeOf(field)}${generated}${isRequired(field) ? ' NOT NULL' : ''}`;
  });
  const sql = `CREATE TEMPORARY TABLE ${quote(model.table)} (${columns.join(', ')})`;
  return { kind: 'table', name: model.table, sql };
}

function partsOf(model: ManifestModel): Statement[] {
  const table = `pg_temp.${quote(model.table)}`;
  const part = (kind: DifferenceKind, name: string, sql: string) => ({
    ...{ kind, sql },
    name: `${model.table}.${name}`,
  });
  const constraint = (name: string, definition: string) =>
    `ALTER TABLE ${table} ADD CONSTRAINT ${quote(name)} ${definition}`;
  return [
    ...model.checks.map(({ name, sql }) => part('check', name, constraint(name, `CHECK (${sql})`))),
    ...model.excludes.map(({ name, sql }) =>
      part('exclude', name, constraint(name, `EXCLUDE ${sql}`)),
    ),
    ...model.sqlIndexes.map(({ name, sql }) => {
      const unique = /^unique\s+/i.test(sql) ? 'UNIQUE ' : '';
      const rest = sql.replace(/^unique\s+/i, '');
      return part('index', name, `CREATE ${unique}INDEX ${quote(name)} ON ${table} ${rest}`);
    }),
    // The manifest knows an index's columns; of its predicate the server must print its own form.
    ...model.indexes.flatMap(({ name, where }) =>
      where === null
        ? []
        : [part('index', name, `CREATE INDEX ${quote(name)} ON ${table} ((true)) WHERE ${where}`)],
    ),
  ];
}

function typeOf({ kind, databaseType, list }: ManifestField): string {
  if (kind !== 'enum') return databaseType;
  const name = databaseType.replace(/\[\]$/, '');
  return `${quote(name)}${list ? '[]' : ''}`;
}

/** Lists are nullable in the database: Prisma reads NULL as an empty list. */
function isRequired({ optional, list }: ManifestField): boolean {
  return !optional && !list;
}
