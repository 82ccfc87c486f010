import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { withConnection } from '../connection/connect.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { historyBroken, migrationUnsealed } from '../errors.ts';
import { ensureMigrationsTable, readApplied } from '../history/applied.ts';
import { readHistory, type Migration } from '../history/read-history.ts';
import { compareHistory, type HistoryStatus } from '../history/status.ts';
import { applyObjects, readPendingObjects } from '../objects/apply-objects.ts';
import { applyGrants } from '../roles/apply-grants.ts';
import { applyMigration } from './apply-migration.ts';
import { runHooks } from './run-hooks.ts';
import { withMigrationLock } from './migration-lock.ts';

/** How {@link deploy} runs. */
export interface DeployOptions {
  /** Tell what would be done and change nothing. */
  readonly dryRun?: boolean;
  /** Milliseconds a statement may wait for a lock; 2,000 unless told. */
  readonly lockTimeoutMs?: number;
  /** Milliseconds to wait for another migrator; 600,000 unless told. */
  readonly waitMs?: number;
  /** Told what happens as it happens. */
  readonly onProgress?: (line: string) => void;
}

/** What {@link deploy} did, or in a dry run would do. */
export interface DeployResult {
  readonly migrations: readonly string[];
  readonly objects: readonly string[];
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
  const { dryRun = false, lockTimeoutMs = 2_000, waitMs = 600_000 } = options;
  const progress = options.onProgress ?? (() => undefined);
  const history = readHistory(workspace);
  const manifest = await loadManifest(workspace);
  if (!dryRun) await refusePooler(target);
  return withConnection(target.ownerUrl, async (client) => {
    if (dryRun) return planOnly(client, workspace, manifest, history);
    return withMigrationLock(client, { waitMs, onWait: progress }, async () => {
      await ensureMigrationsTable(client);
      const pending = pendingOf(history, compareHistory(history, await readApplied(client)));
      for (const migration of pending) {
        progress(`applying ${migration.name}`);
        await applyMigration(client, migration, lockTimeoutMs);
      }
      const objects = await applyObjects(client, workspace, manifest, { lockTimeoutMs, progress });
      if (pending.length + objects.length > 0) {
        await applyGrants(client, workspace, manifest, target);
      }
      await runHooks(client, workspace, manifest);
      return { migrations: pending.map(({ name }) => name), objects, dryRun };
    });
  });
}

async function planOnly(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
  history: readonly Migration[],
): Promise<DeployResult> {
  const pending = pendingOf(history, compareHistory(history, await readApplied(client)));
  const objects = await readPendingObjects(client, workspace, manifest);
  return {
    migrations: pending.map(({ name }) => name),
    objects: objects.map(({ file }) => file),
    dryRun: true,
  };
}

/** The migrations to apply, where the history allows it. */
function pendingOf(history: readonly Migration[], status: HistoryStatus): readonly Migration[] {
  const { failed, edited, missing, outOfOrder } = status;
  if (failed.length > 0) {
    throw historyBroken(
      failed.map((name) => `${name} was begun and did not finish.`),
      `Run \`pnpm prisma migrate resolve --rolled-back ${failed[0]}\`, then \`pnpm migrator deploy\`.`,
    );
  }
  const problems = [
    ...edited.map((name) => `${name} was changed after it was applied.`),
    ...missing.map((name) => `${name} is applied and not on disk.`),
    ...outOfOrder.map((name) => `${name} is older than one that is applied.`),
  ];
  if (problems.length > 0) {
    throw historyBroken(
      problems,
      'Bring the migrations back from version control; run `pnpm migrator status`.',
    );
  }
  const pending = history.filter(({ name }) => status.pending.includes(name));
  const unsealed = pending.filter(({ sealed }) => !sealed).map(({ name }) => name);
  if (unsealed.length > 0 && process.env['NODE_ENV'] === 'production') {
    throw migrationUnsealed(unsealed);
  }
  return pending;
}
