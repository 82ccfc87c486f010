import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { describeDatabaseError, isServerError } from '../connection/database-error.ts';
import { annotationInvalid, changeUnsupported, historyNotReplayable } from '../errors.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import {
  annotationStatements,
  generatedTexts,
  rewriteTables,
  securedTables,
  withoutGeneratedDefaults,
} from './annotation-ddl.ts';
import {
  bridgeColumns,
  bridgeParts,
  differences,
  releaseColumns,
  type AuthorsText,
} from './bridge-catalogs.ts';
import { withoutKeptIndexes } from './kept-indexes.ts';
import { findLosses, type LossReport } from './find-losses.ts';
import type { ReplayDatabase } from './replay-database.ts';
import { readSchemaCatalog, type SchemaCatalog } from './schema-catalog.ts';

/** Prisma's part of a migration: it knows tables, columns, keys and plain indexes. */
export interface Structure {
  /** From nothing to the schema. */
  readonly whole: string;
  /** From the end of the history to the schema, and back. */
  readonly up: string;
  readonly down: string;
}

/** A migration before it is written; both scripts were tried in a database without rows. */
export interface MigrationPlan extends LossReport {
  readonly up: string;
  readonly down: string;
  /** Why `down.sql` does not lead back, where it does not. */
  readonly irreversible: string | null;
}

/**
 * Plans the migration from the end of a history to the schema. The schema is built in a database of
 * its own, the history in the same one after it; what annotations ask for is compared as PostgreSQL
 * prints it, and both scripts are run.
 *
 * @throws CodedError `MIGRATOR.ANNOTATION_INVALID`, `MIGRATOR.HISTORY_NOT_REPLAYABLE`, `MIGRATOR.CHANGE_UNSUPPORTED`
 */
export async function planMigration(
  replay: ReplayDatabase,
  manifest: SchemaManifest,
  history: readonly Migration[],
  structure: Structure,
): Promise<MigrationPlan> {
  const { client } = replay;
  const wanted = await buildSchema(client, manifest, structure.whole);
  await replay.wipe();
  await replayHistory(client, history);
  const before = await readSchemaCatalog(client);
  refuseNewPartitioning(before, wanted);
  const extensions = manifest.extensions
    .filter((name) => !before.extensions.has(name))
    .map((name) => `CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(name)};`);
  const up = await buildScript(client, before, wanted, {
    ...{ extensions, manifest, enable: true },
    structure: rewriteTables(
      withoutGeneratedDefaults(structure.up, before.generated.keys()),
      manifest,
    ),
    texts: textsOf(manifest, wanted),
  });
  if (up === '') return { up, down: '', irreversible: null, losses: [], warnings: [] };
  const report = findLosses(before, wanted);
  return { up, ...(await planWayBack(client, before, manifest, structure.down)), ...report };
}

/** Builds the schema from nothing; each annotation that PostgreSQL refuses is told with its place. */
async function buildSchema(
  client: pg.Client,
  manifest: SchemaManifest,
  structure: string,
): Promise<SchemaCatalog> {
  const extensions = manifest.extensions.map(
    (name) => `CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(name)};`,
  );
  const annotations = annotationStatements(manifest);
  const secured = [...securedTables(manifest).values()].map(enableRowSecurity);
  await run(client, [...extensions, rewriteTables(structure, manifest), ...secured]);
  try {
    await run(
      client,
      annotations.map(({ sql }) => sql),
    );
  } catch (error) {
    if (!isServerError(error)) throw error;
    const faults: string[] = [];
    for (const { key, sql, source } of annotations) {
      await client.query(sql).catch((fault: unknown) => {
        faults.push(`${source.file}:${source.line}: ${key}: ${describeDatabaseError(fault)}`);
      });
    }
    throw annotationInvalid(faults);
  }
  return readSchemaCatalog(client);
}

/**
 * Runs a history in a database without rows.
 *
 * @throws CodedError `MIGRATOR.HISTORY_NOT_REPLAYABLE`
 */
export async function replayHistory(
  client: pg.Client,
  history: readonly Migration[],
): Promise<void> {
  for (const { name, sql } of history) {
    const script = withoutByteOrderMark(sql);
    await client.query(script).catch((error: unknown) => {
      if (!isServerError(error)) throw error;
      throw historyNotReplayable(name, describeDatabaseError(error, script));
    });
    await client.query('reset search_path');
  }
}

function refuseNewPartitioning(before: SchemaCatalog, wanted: SchemaCatalog): void {
  for (const [table, partitioned] of before.tables) {
    const after = wanted.tables.get(table);
    if (after !== undefined && after !== partitioned) throw changeUnsupported(table);
  }
}

interface ScriptParts {
  readonly extensions: readonly string[];
  readonly structure: string;
  readonly manifest: SchemaManifest;
  readonly texts: AuthorsText;
  /** Give row security to what is to have it; else take it from what had none. */
  readonly enable: boolean;
}

/** Builds a script step by step, running each step to see what it leaves to do. */
async function buildScript(
  client: pg.Client,
  from: SchemaCatalog,
  to: SchemaCatalog,
  { extensions, structure: whole, manifest, texts, enable }: ScriptParts,
): Promise<string> {
  const structure = withoutKeptIndexes(whole, from, to);
  const release = releaseColumns(from, to);
  await run(client, [...extensions, ...release, structure]);
  const afterStructure = await readSchemaCatalog(client);
  const columns = bridgeColumns(afterStructure, to, texts);
  await run(client, columns);
  const parts = bridgeParts(await readSchemaCatalog(client), to, texts);
  const security = [...securedTables(manifest)]
    .filter(([key]) => to.rowSecurity.has(key) === enable)
    .filter(([key]) => afterStructure.rowSecurity.has(key) !== enable)
    .filter(([key]) => enable || to.tables.has(key))
    .map(([, table]) => (enable ? enableRowSecurity(table) : disableRowSecurity(table)));
  await run(client, [...parts, ...security]);
  return [
    section('-- Extensions', extensions),
    section('-- Columns computed otherwise, or from what changes', release),
    structure,
    section('-- Generated columns', columns),
    section('-- Annotations', [...parts, ...security]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
    .replace(/^\n$/, '');
}

/** The way back is tried where the way there was: it must lead to the state before. */
async function planWayBack(
  client: pg.Client,
  before: SchemaCatalog,
  manifest: SchemaManifest,
  structure: string,
): Promise<Pick<MigrationPlan, 'down' | 'irreversible'>> {
  const after = await readSchemaCatalog(client);
  const made = manifest.models.filter(({ table }) => !before.tables.has(table));
  const schemas = made.flatMap(({ partitionBy }) => partitionBy?.partitionSchema ?? []);
  const drops = [...new Set(schemas)].map(
    (name) => `DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(name)};`,
  );
  const plain = withoutGeneratedDefaults(structure, before.generated.keys());
  const whole = [plain, section('-- Partitions', drops)].filter((part) => part !== '');
  const parts = { extensions: [], manifest, texts: new Map<string, string>(), enable: false };
  try {
    const down = await buildScript(client, after, before, {
      ...parts,
      structure: whole.join('\n\n'),
    });
    const left = differences(before, await readSchemaCatalog(client));
    return {
      down,
      irreversible: left.length === 0 ? null : `down.sql leaves a difference: ${left.join(', ')}.`,
    };
  } catch (error) {
    if (!isServerError(error)) throw error;
    return {
      down: whole.join('\n\n').concat('\n'),
      irreversible: `down.sql does not run as it is: ${describeDatabaseError(error)}`,
    };
  }
}

function textsOf(manifest: SchemaManifest, wanted: SchemaCatalog): AuthorsText {
  return new Map([
    ...annotationStatements(manifest).map(({ key, text }) => [key, text] as const),
    ...generatedTexts(manifest, (key) => wanted.columns.get(key)?.type ?? ''),
  ]);
}

const enableRowSecurity = (table: string) => `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`;
const disableRowSecurity = (table: string) => `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY;`;

async function run(client: pg.Client, statements: readonly string[]): Promise<void> {
  const script = statements.filter((statement) => statement.trim() !== '').join('\n');
  if (script !== '') await client.query(script);
}

function section(title: string, statements: readonly string[]): string {
  return statements.length === 0 ? '' : `${title}\n${statements.join('\n')}`;
}
