import { listWaiting, readWaiting, type WaitingMigration } from '../backfill/backfill-status.ts';
import { withConnection } from '../connection/connect.ts';
import {
  pendingContracts,
  readHeldContracts,
  type HeldContract,
} from '../contract/held-contracts.ts';
import { findNeedy, type NeedyMigration } from '../contract/needs-contract.ts';
import { releaseOf } from '../contract/release.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { readHooks } from '../deploy/run-hooks.ts';
import { readApplied } from '../history/applied.ts';
import { pendingMigrations } from '../history/pending-migrations.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import { lintTogether } from '../lint/lint-migrations.ts';
import { readObjectState } from '../objects/read-object-state.ts';
import { readObjects } from '../objects/read-objects.ts';
import type { SqlObject } from '../objects/sql-object.ts';
import { neededGrants } from '../roles/apply-grants.ts';
import type { DatabaseStatistics } from '../statistics/database-statistics.ts';
import { readStatistics } from '../statistics/read-statistics.ts';
import { readStatisticsOf, type StatisticsSource } from '../statistics/statistics-of-history.ts';
import { ESTIMATE_BASIS } from './estimate.ts';
import { openCatalog } from './locks/catalog.ts';
import type { PlannedMigration, PlanReport } from './plan-report.ts';
import { planMigration, sizesByName } from './plan-script.ts';
import { totalOf } from './plan-total.ts';

/** What a plan is made from, beside the workspace. */
interface PlanFacts {
  readonly from: 'database' | 'file';
  readonly statistics: DatabaseStatistics;
  readonly pending: readonly Migration[];
  readonly objects: readonly SqlObject[];
  /** Files that differ from what is applied; null where that cannot be known. */
  readonly apply: readonly string[] | null;
  readonly grants: readonly string[] | null;
  readonly waiting: readonly WaitingMigration[];
  readonly held: readonly HeldContract[];
  readonly needy: NeedyMigration | null;
}

/**
 * Tells what `deploy` would do to a database, judged by its sizes as they are now.
 *
 * @throws CodedError `MIGRATOR.*`
 */
export async function planDatabase(
  workspace: Workspace,
  target: DatabaseTarget,
  now: Date,
): Promise<PlanReport> {
  const history = readHistory(workspace);
  const manifest = loadManifest(workspace);
  const objects = readObjects(workspace, manifest);
  return withConnection(target.ownerUrl, async (client) => {
    const all = pendingMigrations(history, await readApplied(client));
    const held = await readHeldContracts(client, {
      ...{ history, pending: namesOf(all), release: releaseOf(workspace, manifest) },
    });
    const pending = all.filter(({ name }) => !held.some(({ migration }) => migration === name));
    const state = await readObjectState(client, objects);
    return buildPlan(workspace, {
      ...{ from: 'database', pending, objects, held },
      needy: await findNeedy(pending, held),
      statistics: await readStatistics(client, now),
      apply: state.pending.map(({ file }) => file),
      grants: (await neededGrants(client, workspace, manifest, target)).map(({ sql }) => sql),
      waiting: await readWaiting(client, workspace, namesOf(pending)),
    });
  });
}

/**
 * Tells what `deploy` would do to the database that statistics were taken from, without any database.
 *
 * @throws CodedError `MIGRATOR.STATISTICS_*`, `MIGRATOR.HISTORY_BROKEN`
 */
export async function planOffline(
  workspace: Workspace,
  source: StatisticsSource,
): Promise<PlanReport> {
  const history = readHistory(workspace);
  const { statistics, applied } = readStatisticsOf(history, source);
  const pending = pendingMigrations(history, applied);
  const held = pendingContracts({ history, pending: namesOf(pending) }).map(
    ({ name: migration, contract }) => ({
      ...{ migration, columns: contract?.columns ?? [], release: null },
    }),
  );
  return buildPlan(workspace, {
    ...{ from: 'file', statistics, apply: null, grants: null, pending, held, needy: null },
    waiting: listWaiting(workspace, namesOf(pending)),
    objects: readObjects(workspace, loadManifest(workspace)),
  });
}

async function buildPlan(workspace: Workspace, facts: PlanFacts): Promise<PlanReport> {
  const { statistics, pending, objects, apply, grants, from, waiting, held, needy } = facts;
  const { takenAt, serverVersion, longestTransactionSeconds } = statistics;
  const basis = {
    catalog: openCatalog(statistics.shape, Math.trunc(serverVersion / 10_000)),
    sizes: sizesByName(statistics.tables),
  };
  const judged = await lintTogether(workspace, pending, { statistics });
  const migrations: PlannedMigration[] = [];
  for (const [at, migration] of pending.entries()) {
    migrations.push(await planMigration(migration, basis, judged[at]?.findings ?? []));
  }
  return {
    version: 1,
    basis: { from, takenAt, serverVersion, longestTransactionSeconds, estimates: ESTIMATE_BASIS },
    migrations,
    ...{ waiting, held, needy },
    objects: { apply, around: filesAround(objects, migrations, apply ?? []) },
    grants,
    hooks: readHooks(workspace, loadManifest(workspace)),
    total: totalOf(migrations),
  };
}

function namesOf(migrations: readonly Migration[]): string[] {
  return migrations.map(({ name }) => name);
}

/** Files of objects that read a table which a migration takes for itself. */
function filesAround(
  objects: readonly SqlObject[],
  migrations: readonly PlannedMigration[],
  apply: readonly string[],
): string[] {
  const locks = migrations.flatMap(({ statements }) => statements.flatMap((it) => it.locks));
  const changed = new Set(
    locks.filter(({ mode }) => mode === 'ACCESS EXCLUSIVE').map(({ relation }) => relation),
  );
  return objects
    .filter(
      ({ file, needs }) =>
        !apply.includes(file) && needs.some(({ table }) => changed.has(`public.${table}`)),
    )
    .map(({ file }) => file);
}
