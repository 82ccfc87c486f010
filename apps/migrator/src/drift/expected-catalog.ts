import type { SchemaManifest } from '@holovitals/schema-composer';
import { readCatalog, type DatabaseCatalog } from '../catalog/read-catalog.ts';
import { UNCONTENDED } from '../connection/lock-retries.ts';
import { runHooks } from '../deploy/run-hooks.ts';
import { replayHistory } from '../dev/plan-migration.ts';
import type { ReplayDatabase } from '../dev/replay-database.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import type { Migration } from '../history/read-history.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import { ensureRecord } from '../objects/object-record.ts';
import type { SqlObject } from '../objects/sql-object.ts';
import { applyGrants } from '../roles/apply-grants.ts';

/** What a database of its own is built from. */
export interface ExpectedParts {
  readonly workspace: Workspace;
  readonly manifest: SchemaManifest;
  readonly target: DatabaseTarget;
  readonly migrations: readonly Migration[];
  readonly objects: readonly SqlObject[];
}

/** Builds a database as `deploy` would have, and reads what it holds; it stays as it was built. */
export async function buildExpectedCatalog(
  { client, wipe }: Pick<ReplayDatabase, 'client' | 'wipe'>,
  { workspace, manifest, target, migrations, objects }: ExpectedParts,
): Promise<DatabaseCatalog> {
  await wipe();
  await replayHistory(client, migrations);
  await ensureRecord(client);
  await applyObjects(client, objects, {
    ...{ objects, locks: UNCONTENDED, prune: false },
    onProgress: () => undefined,
  });
  await applyGrants(client, workspace, manifest, target);
  await runHooks(client, workspace, manifest, UNCONTENDED);
  return readCatalog(client);
}
