import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { describeDatabaseError, isServerError } from '../connection/database-error.ts';
import type { RemovedColumn } from '../contract/contract.ts';
import {
  annotationInvalid,
  changeRefused,
  changeUnsupported,
  historyNotReplayable,
} from '../errors.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import {
  annotationStatements,
  generatedTexts,
  rewriteTables,
  securedTables,
  withoutGeneratedDefaults,
} from './annotation-ddl.ts';
import type { AuthorsText } from './bridge-catalogs.ts';
import { buildScript, enableRowSecurity, runAll } from './build-script.ts';
import { addValuesFirst } from './enums/add-values-first.ts';
import { findLosses, type LossReport } from './find-losses.ts';
import { planWayBack } from './plan-way-back.ts';
import type { ReplayDatabase } from './replay-database.ts';
import { cutSeries, REST, withoutTaken } from './safe-form/cut-series.ts';
import { planSeries, type PlannedPart } from './safe-form/plan-series.ts';
import { readSchemaCatalog, type SchemaCatalog } from './schema-catalog.ts';

/** Prisma's part of a migration: it knows tables, columns, keys and plain indexes. */
export interface Structure {
  /** From nothing to the schema. */
  readonly whole: string;
  /** From the end of the history to the schema, and back. */
  readonly up: string;
  readonly down: string;
}

/** A change before it is written, as one migration or several; none where there is no change. */
export interface MigrationPlan extends LossReport {
  /** In their order; each was tried there and back in a database without rows. */
  readonly parts: readonly PlannedPart[];
  /** The columns that its contracts drop. */
  readonly removed: readonly RemovedColumn[];
}

/** Where a change begins, and where it must lead. */
export interface Ends {
  readonly before: SchemaCatalog;
  readonly wanted: SchemaCatalog;
}

/**
 * Reads both ends of a change: the schema is built in a database of its own, the history in the same
 * one after it, which stays there.
 *
 * @throws CodedError `MIGRATOR.ANNOTATION_INVALID`, `MIGRATOR.HISTORY_NOT_REPLAYABLE`
 */
export async function readEnds(
  replay: ReplayDatabase,
  manifest: SchemaManifest,
  history: readonly Migration[],
  structure: Structure,
): Promise<Ends> {
  await replay.wipe();
  const wanted = await buildSchema(replay.client, manifest, structure.whole);
  await replay.wipe();
  await replayHistory(replay.client, history);
  return { before: await readSchemaCatalog(replay.client), wanted };
}

/**
 * Plans the migrations from the end of a history to the schema, in the database in which
 * {@link readEnds} left the history; what annotations ask for is compared as PostgreSQL prints it,
 * and all scripts are run.
 *
 * @throws CodedError `MIGRATOR.CHANGE_UNSUPPORTED`, `MIGRATOR.CHANGE_REFUSED`
 */
export async function planMigration(
  replay: ReplayDatabase,
  manifest: SchemaManifest,
  history: readonly Migration[],
  ends: Ends & { readonly structure: Structure },
): Promise<MigrationPlan> {
  const { client } = replay;
  const { before, wanted, structure } = ends;
  refuseNewPartitioning(before, wanted);
  try {
    const first = await addValuesFirst(structure.up, before, wanted);
    if (first === null) return await planRest(replay, manifest, history, ends);
    await client.query(first.up);
    const way = await planWayBack(client, before, manifest, '');
    await client.query(first.up);
    const added = { name: '99999999999998_values', sql: first.up, sealed: true };
    const plan = await planRest(replay, manifest, [...history, added], {
      ...{ before: await readSchemaCatalog(client), wanted },
      structure: { ...structure, up: first.structure },
    });
    const values = { topic: 'values', up: first.up, isContract: false, ...way };
    return { ...plan, parts: [values, ...plan.parts] };
  } catch (error) {
    if (!isServerError(error)) throw error;
    throw changeRefused(describeDatabaseError(error));
  }
}

async function planRest(
  replay: ReplayDatabase,
  manifest: SchemaManifest,
  history: readonly Migration[],
  { structure, before, wanted }: Ends & { readonly structure: Structure },
): Promise<MigrationPlan> {
  const { client } = replay;
  const extensions = manifest.extensions
    .filter((name) => !before.extensions.has(name))
    .map((name) => `CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(name)};`);
  const up = await buildScript(client, before, wanted, {
    ...{ extensions, manifest, enable: true },
    structure: rewriteTables(
      withoutGeneratedDefaults(structure.up, before.generated.values()),
      manifest,
    ),
    texts: textsOf(manifest, wanted),
  });
  if (up === '') return { parts: [], losses: [], warnings: [], removed: [] };
  const { losses, warnings } = findLosses(before, wanted);
  const reached = await readSchemaCatalog(client);
  const series = await cutSeries(up, before, reached);
  if (series.parts.length > 1 || series.taken.size > 0) {
    await replay.wipe();
    await replayHistory(client, history);
    const down = await withoutTaken(structure.down, series.taken);
    const parts = await planSeries(client, series, {
      wanted: reached,
      planBack: (from) => planWayBack(client, from, manifest, down),
    });
    if (typeof parts !== 'string') return { parts, losses, warnings, removed: series.removed };
    await replay.wipe();
    await replayHistory(client, history);
    await client.query(up);
    warnings.push(`It is written in one piece, since its safe form does not run. ${parts}`);
  }
  const way = await planWayBack(client, before, manifest, structure.down);
  return { parts: [{ topic: REST, up, isContract: false, ...way }], losses, warnings, removed: [] };
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
  await runAll(client, [...extensions, rewriteTables(structure, manifest), ...secured]);
  try {
    await runAll(
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

function textsOf(manifest: SchemaManifest, wanted: SchemaCatalog): AuthorsText {
  return new Map([
    ...annotationStatements(manifest).map(({ key, text }) => [key, text] as const),
    ...generatedTexts(manifest, (key) => wanted.columns.get(key)?.type ?? ''),
  ]);
}
