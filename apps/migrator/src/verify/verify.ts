import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { describeDatabaseError } from '../connection/database-error.ts';
import { withConnection } from '../connection/connect.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { databaseFault } from '../errors.ts';
import { alignConstraints } from './align-constraints.ts';
import { askEngine } from './ask-engine.ts';
import { buildEnums, buildExpected } from './build-expected.ts';
import { compareEnums } from './compare-enums.ts';
import { compareForeignKeys } from './compare-foreign-keys.ts';
import { compareProtection } from './compare-protection.ts';
import { compareRecord } from './compare-record.ts';
import { compareTable, compareView } from './compare-tables.ts';
import { readCounts, type VerifyCounts } from './counts.ts';
import { countOrphans, type OrphanCount, type OrphanProgress } from './count-orphans.ts';
import { describeTables } from './describe-tables.ts';
import { inOrder, MISSING, type Difference } from './difference.ts';
import { findExposingViews } from './find-exposing-views.ts';
import { findForeignTables } from './foreign-tables.ts';
import { readLeaving, withoutLeaving } from './leaving.ts';
import { runChecks } from './run-checks.ts';

/** How {@link verify} runs. */
export interface VerifyOptions {
  /** Leave the rows alone: compare the catalog only. */
  readonly skipOrphans?: boolean;
  /** Leave out the schema engine's own comparison, which sees defaults and operator classes too. */
  readonly skipEngine?: boolean;
  readonly onProgress?: OrphanProgress;
}

/** What {@link verify} found. */
export interface VerifyReport {
  /** True where nothing differs. */
  readonly agrees: boolean;
  readonly differences: readonly Difference[];
  /** What the plain ids of rows point at; empty where that was skipped. */
  readonly orphans: readonly OrphanCount[];
  readonly counts: VerifyCounts;
}

/**
 * Compares a database with the manifest: tables, columns, enums, keys, constraints and indexes with
 * their definitions, row security, append-only triggers, SQL objects, rights, the rows that
 * plain ids point at, and what packages' own checks find. It changes nothing.
 *
 * @throws CodedError `MIGRATOR.CONNECTION_FAILED`, `MIGRATOR.DATABASE_FAULT`
 */
export async function verify(
  workspace: Workspace,
  target: DatabaseTarget,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const manifest = loadManifest(workspace);
  return withConnection(target.ownerUrl, async (client) => {
    const leaving = await readLeaving(client, workspace, manifest);
    const found = await refusing('the comparison', async () => {
      const catalog = await compareCatalog(client, manifest);
      const record = await compareRecord(client, workspace, manifest, target);
      const all = [...catalog, ...record.filter((it) => !followsFrom(it, catalog))];
      return withoutLeaving(all, leaving);
    });
    const checked = await runChecks(client, workspace, manifest);
    const orphans =
      options.skipOrphans === true
        ? []
        : await refusing('the count of orphans', () =>
            countOrphans(client, manifest, options.onProgress),
          );
    // The engine would only say again, in DDL, what was found already.
    const missed =
      options.skipEngine === true || found.length > 0
        ? []
        : await askEngine(workspace, manifest, target, leaving);
    const differences = inOrder([...found, ...checked, ...orphanFaults(orphans), ...missed]);
    const counts = await readCounts(client, manifest);
    return { agrees: differences.length === 0, differences, orphans, counts };
  });
}

async function refusing<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: unknown; severity?: unknown }).severity === undefined) throw error;
    throw databaseFault(doing, describeDatabaseError(error));
  }
}

/** In one transaction, so that all of it is seen at one moment; what it makes goes with it. */
async function compareCatalog(client: pg.Client, manifest: SchemaManifest): Promise<Difference[]> {
  const names = manifest.models.map((model) => model.table);
  const tables = { ...manifest, models: manifest.models.filter(({ view }) => view === undefined) };
  await client.query('begin isolation level repeatable read');
  try {
    const actual = await describeTables(client, 'public', names);
    const differences = [
      ...(await compareEnums(client, manifest)),
      ...(await compareForeignKeys(client, tables, (table) => actual.has(table))),
      ...(await compareProtection(client, tables)),
      ...(await findExposingViews(client)),
      ...(await findForeignTables(client, manifest)),
    ];
    await buildEnums(client, manifest);
    const there = manifest.models.filter(({ table }) => actual.has(table));
    for (const model of there) differences.push(...(await buildExpected(client, model)));
    const expected = await describeTables(client, 'temporary', names);
    for (const model of manifest.models) {
      const wanted = expected.get(model.table);
      const found = await alignConstraints(wanted, actual.get(model.table));
      const compare = model.view === true ? compareView : compareTable;
      differences.push(...compare(model, wanted, found));
    }
    return differences;
  } finally {
    await client.query('rollback').catch(() => undefined);
  }
}

/** What stood on a table or column that is missing is missing with it: that is told once. */
function followsFrom({ kind, name }: Difference, catalog: readonly Difference[]): boolean {
  if (!['object', 'trigger', 'policy'].includes(kind)) return false;
  const [, place = ''] =
    / on (?:column |table )?public\.(.+)$/.exec(name.replaceAll('"', '')) ?? [];
  return catalog.some(
    (cause) =>
      (cause.kind === 'table' || cause.kind === 'column') &&
      cause.what === MISSING &&
      (place === cause.name || place.startsWith(`${cause.name}.`)),
  );
}

function orphanFaults(orphans: readonly OrphanCount[]): Difference[] {
  return orphans
    .filter((count) => count.orphans > 0 && !count.outlives)
    .map(({ field, type, target, orphans: count, rows }) => ({
      kind: 'orphans',
      name: type === null ? field : `${field} (${type})`,
      what: `${count} of ${rows} row(s) point at no ${target ?? 'row'}.`,
    }));
}
