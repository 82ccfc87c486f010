import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { runUnrequired, type BackfillGate } from '../backfill/ensure-backfills.ts';
import { readWaiting, type WaitingMigration } from '../backfill/backfill-status.ts';
import { readBackfills } from '../backfill/read-backfills.ts';
import { withConnection } from '../connection/connect.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { PATIENCE, type LockPatience } from '../connection/lock-patience.ts';
import { withLockDiscipline, type LockDiscipline } from '../connection/lock-retries.ts';
import { holdContracts, readHeldContracts, type HeldContract } from '../contract/held-contracts.ts';
import { findNeedy, type NeedyMigration } from '../contract/needs-contract.ts';
import { releaseOf } from '../contract/release.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { contractHeld } from '../errors.ts';
import { ensureMigrationsTable, readApplied, type AppliedRow } from '../history/applied.ts';
import { readHistory, refuseConflictingSums, type Migration } from '../history/read-history.ts';
import { pendingMigrations, refuseUnsealed } from '../history/pending-migrations.ts';
import { recordSchema } from '../history/schema-record.ts';
import { findAppliedSquashes } from '../history/squashes.ts';
import { checksumsOf, compareHistory } from '../history/status.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import { namesIn } from '../objects/find-dependents.ts';
import { ensureRecord, readRecordedFiles } from '../objects/object-record.ts';
import { pruneObjects } from '../objects/prune-objects.ts';
import { readObjectState } from '../objects/read-object-state.ts';
import { readObjects } from '../objects/read-objects.ts';
import type { SqlObject } from '../objects/sql-object.ts';
import { applyGrants } from '../roles/apply-grants.ts';
import { assertMayCreate } from '../roles/assert-may-create.ts';
import { applyInStages } from './apply-in-stages.ts';
import { forgetBegunDeploy, readBegunDeploy, recordBegunDeploy } from './begun-deploy.ts';
import { completeIndexes } from './complete-indexes.ts';
import { recordSquashes, restoreReplaced } from './record-squashes.ts';
import { refuseForeign } from './refuse-foreign.ts';
import { refuseUnsafe } from './refuse-unsafe.ts';
import { runHooks } from './run-hooks.ts';
import { withMigrationLock } from './migration-lock.ts';

/** How {@link deploy} runs. */
export interface DeployOptions {
  /** Tell what would be done and change nothing. */
  readonly dryRun?: boolean;
  /** Drop objects that no file makes any more. */
  readonly prune?: boolean;
  /** How long statements may wait for locks, and how often work is tried again. */
  readonly patience?: LockPatience;
  /** Run every backfill that is not complete, as a developer's database may; else only where no row is to do. */
  readonly runBackfills?: boolean;
  /** Apply contracts too: the caller knows that no running release uses what they drop. */
  readonly contract?: boolean;
  /** Milliseconds to wait for another migrator; 600,000 unless told. */
  readonly waitMs?: number;
  /** Told what happens as it happens. */
  readonly onProgress?: (line: string) => void;
}

/** What {@link deploy} did, or in a dry run would do. */
export interface DeployResult {
  readonly migrations: readonly string[];
  /** Squashes that were recorded in the place of what was applied under older names. */
  readonly squashed: readonly string[];
  /** Files of objects: changed ones, those changed in the database, those a migration made way for. */
  readonly objects: readonly string[];
  /** Objects that were dropped since no file makes them any more. */
  readonly dropped: readonly string[];
  /** Objects that no file makes any more, and that stay until a deploy with `prune`. */
  readonly left: readonly string[];
  /** Migrations that a deploy would stop before, since a backfill is not complete; of a dry run only. */
  readonly waiting: readonly WaitingMigration[];
  /** Contracts that were not applied, since the release that does without what they drop is not out. */
  readonly held: readonly HeldContract[];
  /** The migration that a deploy would stop before, with `MIGRATOR.CONTRACT_HELD`; of a dry run only. */
  readonly needy: NeedyMigration | null;
  readonly dryRun: boolean;
}

/**
 * Brings a database to the workspace's schema: pending migrations, then SQL objects and the
 * application role's rights, then the packages' hooks. Any number may run at once: one works, the
 * others wait and find nothing to do.
 *
 * @throws CodedError `MIGRATOR.*`
 */
export async function deploy(
  workspace: Workspace,
  target: DatabaseTarget,
  options: DeployOptions = {},
): Promise<DeployResult> {
  const { dryRun = false, prune = false, patience = PATIENCE, waitMs = 600_000 } = options;
  const onProgress = options.onProgress ?? (() => undefined);
  const history = readHistory(workspace);
  refuseConflictingSums(workspace, history);
  const manifest = loadManifest(workspace);
  if (!dryRun) await refusePooler(target);
  const objects = readObjects(workspace, manifest);
  const release = releaseOf(workspace, manifest);
  const runsContracts = options.contract === true || options.runBackfills === true;
  return withConnection(target.ownerUrl, async (client) => {
    if (dryRun) {
      const planned = await planOnly(client, workspace, history, {
        ...{ objects, prune, release, runsContracts },
      });
      const open = history.filter(({ name }) => planned.migrations.includes(name));
      if (open.length > 0) {
        const begun = await readBegunDeploy(client, open, await readApplied(client));
        await refuseUnsafe(workspace, client, onProgress, begun.judged);
      }
      return planned;
    }
    const session = { client, url: target.ownerUrl };
    const work = async (locks: LockDiscipline) => {
      await assertMayCreate(client, target);
      if (history.length > 0) await refuseForeign(client);
      await ensureMigrationsTable(client);
      const rows = await takeSquashesBack(client, history, onProgress);
      const pending = refuseUnsealed(pendingMigrations(history, rows));
      const begun = await readBegunDeploy(client, pending, rows);
      const isFresh =
        begun.isFresh || !rows.some(({ finished, rolledBack }) => finished && !rolledBack);
      if (pending.length > 0) {
        await refuseUnsafe(workspace, client, onProgress, begun.judged);
        await recordBegunDeploy(client, pending, { ...begun, isFresh });
      }
      const holding = { history, pending: namesOf(pending), release };
      const held = runsContracts || isFresh ? [] : await holdContracts(client, holding);
      const { free, needy } = await parted(pending, held);
      const squashed = await takeSquashes(client, history, rows, onProgress);
      const gate: BackfillGate = {
        ...{ client, workspace, locks, onProgress, backfills: readBackfills(workspace, manifest) },
        ...{ isFresh },
        runsAll: options.runBackfills === true,
      };
      const recorded = await readRecordedFiles(client);
      const run = { client, objects, recorded, locks, onProgress };
      const migrated = await applyInStages(run, free, { prune }, gate);
      await completeIndexes(run, (name) => isDeclared(name, history, manifest));
      if (needy !== null) throw contractHeld(needy.migration, needy.contract);
      await ensureRecord(client);
      const state = await readObjectState(client, objects);
      const seen = free.length === 0 ? state.drift : [];
      for (const { file, object, state: how } of seen) {
        onProgress(`${object} of ${file} was ${how === 'missing' ? 'dropped' : 'changed'} by hand`);
      }
      const applied = await applyObjects(client, state.pending, { ...run, prune });
      const pruned = await pruneObjects(client, objects, { prune, locks });
      const changed = new Set([...migrated.reapplied, ...applied]);
      const isRecordNew = await recordSchema(client, history, manifest.schemaHash);
      if (free.length + changed.size > 0 || isRecordNew) {
        await applyGrants(client, workspace, manifest, target);
      }
      await runHooks(client, workspace, manifest, locks);
      await runUnrequired(gate);
      if (pending.length > 0) await forgetBegunDeploy(client);
      return {
        ...{ migrations: namesOf(free), squashed, held },
        objects: [...changed],
        dropped: [...migrated.dropped, ...pruned.dropped],
        left: pruned.left,
        waiting: [],
        needy: null,
        dryRun,
      };
    };
    return withMigrationLock(client, { waitMs, onWait: onProgress }, () =>
      withLockDiscipline(session, { patience, onProgress }, work),
    );
  });
}

/** Tells whether a migration or the schema names an index; one that neither does is someone else's. */
function isDeclared(
  index: string,
  history: readonly Migration[],
  { models }: SchemaManifest,
): boolean {
  const isInSchema = models.some(({ indexes, sqlIndexes }) =>
    [...indexes, ...sqlIndexes].some(({ name }) => name === index),
  );
  return isInSchema || history.some(({ sql }) => namesIn(sql).includes(index));
}

/** What is applied of what is pending, and what of the rest cannot come before a held contract. */
async function parted(pending: readonly Migration[], held: readonly HeldContract[]) {
  const needy = await findNeedy(pending, held);
  const isHeld = (name: string) => held.some(({ migration }) => migration === name);
  const free = pending
    .filter(({ name }) => !isHeld(name))
    .filter(({ name }) => needy === null || name < needy.migration);
  return { free, needy };
}

function namesOf(migrations: readonly Migration[]): string[] {
  return migrations.map(({ name }) => name);
}

/** Reads the record; where an older release is deployed, as it was before its squashes. */
async function takeSquashesBack(
  client: pg.Client,
  history: readonly Migration[],
  onProgress: (line: string) => void,
): Promise<AppliedRow[]> {
  const rows = await readApplied(client);
  const { missing } = compareHistory(history, rows);
  const restored = await restoreReplaced(client, history, missing);
  for (const name of restored) onProgress(`recording again what ${name} had replaced`);
  return restored.length === 0 ? rows : readApplied(client);
}

async function takeSquashes(
  client: pg.Client,
  history: readonly Migration[],
  rows: readonly AppliedRow[],
  onProgress: (line: string) => void,
): Promise<string[]> {
  const squashes = findAppliedSquashes(history, checksumsOf(rows));
  if (squashes.length === 0) return [];
  refuseUnsealed(history.filter(({ name }) => squashes.some((squash) => squash.name === name)));
  for (const { name, applied } of squashes) {
    onProgress(`recording ${name} in the place of ${applied.length} migration(s)`);
  }
  await recordSquashes(client, history, squashes);
  return squashes.map(({ name }) => name);
}

interface PlannedDeploy {
  readonly objects: readonly SqlObject[];
  readonly prune: boolean;
  readonly release: string;
  readonly runsContracts: boolean;
}

async function planOnly(
  client: pg.Client,
  workspace: Workspace,
  history: readonly Migration[],
  { objects, prune, release, runsContracts }: PlannedDeploy,
): Promise<DeployResult> {
  const rows = await readApplied(client);
  const pending = refuseUnsealed(pendingMigrations(history, rows));
  const { squashed } = compareHistory(history, rows);
  const holding = { history, pending: namesOf(pending), release };
  const held = runsContracts ? [] : await readHeldContracts(client, holding);
  const { free, needy } = await parted(pending, held);
  const names = namesOf(free);
  const state = await readObjectState(client, objects);
  return {
    ...{ migrations: names, squashed, held, needy },
    objects: state.pending.map(({ file }) => file),
    dropped: prune ? state.left : [],
    left: prune ? [] : state.left,
    waiting: await readWaiting(client, workspace, names),
    dryRun: true,
  };
}
