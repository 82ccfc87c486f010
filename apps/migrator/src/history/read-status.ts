import { readWaiting, type WaitingMigration } from '../backfill/backfill-status.ts';
import { withReadTransaction } from '../connection/connect.ts';
import { readHeldContracts, type HeldContract } from '../contract/held-contracts.ts';
import { releaseOf } from '../contract/release.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { readObjectState, type ObjectDrift } from '../objects/read-object-state.ts';
import { readObjects } from '../objects/read-objects.ts';
import { readApplied } from './applied.ts';
import { readHistory } from './read-history.ts';
import { readSchemaHash, type SchemaHashes } from './schema-record.ts';
import { compareHistory, isUpToDate, type HistoryStatus } from './status.ts';

/** The history's status, and that of the SQL objects. */
export interface DatabaseStatus extends HistoryStatus {
  readonly upToDate: boolean;
  readonly schema: SchemaHashes;
  /** Files of SQL objects to be applied: those whose text is new, and those of drifted objects. */
  readonly pendingObjects: readonly string[];
  /** Objects that were dropped or changed by hand since they were applied. */
  readonly driftedObjects: readonly ObjectDrift[];
  /** Objects that no file makes any more; they do no harm to being up to date. */
  readonly leftObjects: readonly string[];
  /** Pending migrations that wait for a backfill, and how that stands. */
  readonly waitingMigrations: readonly WaitingMigration[];
  /** Pending contracts that wait for the next release; they do no harm to being up to date. */
  readonly heldContracts: readonly HeldContract[];
}

/**
 * Tells where a database stands, without loading the engine: checksums are compared. Safe through a
 * pooler, whatever its mode.
 */
export async function readStatus(workspace: Workspace, url: string): Promise<DatabaseStatus> {
  const manifest = loadManifest(workspace);
  return withReadTransaction(url, async (client) => {
    const migrations = readHistory(workspace);
    const rows = await readApplied(client);
    const history = compareHistory(migrations, rows);
    const held = await readHeldContracts(client, {
      ...{ history: migrations, pending: history.pending },
      release: releaseOf(workspace, manifest),
    });
    const objects = await readObjectState(client, readObjects(workspace, manifest));
    return {
      upToDate: isUpToDate(history, names(held)) && objects.pending.length === 0,
      schema: {
        database: await readSchemaHash(client, rows),
        workspace: manifest.schemaHash,
      },
      ...history,
      pendingObjects: objects.pending.map(({ file }) => file),
      driftedObjects: objects.drift,
      leftObjects: objects.left,
      waitingMigrations: await readWaiting(client, workspace, history.pending),
      heldContracts: held,
    };
  });
}

const names = (held: readonly HeldContract[]) => held.map(({ migration }) => migration);
