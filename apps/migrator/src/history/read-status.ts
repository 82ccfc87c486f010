import { withConnection } from '../connection/connect.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { readPendingObjects } from '../objects/apply-objects.ts';
import { readApplied } from './applied.ts';
import { readHistory } from './read-history.ts';
import { compareHistory, isUpToDate, type HistoryStatus } from './status.ts';

/** The history's status, and that of the SQL objects. */
export interface DatabaseStatus extends HistoryStatus {
  readonly upToDate: boolean;
  /** SQL objects whose text differs from what was last applied. */
  readonly pendingObjects: readonly string[];
}

/** Tells where a database stands, without loading the engine: checksums are compared. */
export async function readStatus(workspace: Workspace, url: string): Promise<DatabaseStatus> {
  const manifest = await loadManifest(workspace);
  return withConnection(url, async (client) => {
    const history = compareHistory(readHistory(workspace), await readApplied(client));
    const objects = await readPendingObjects(client, workspace, manifest);
    const pendingObjects = objects.map(({ file }) => file);
    return {
      upToDate: isUpToDate(history) && pendingObjects.length === 0,
      ...history,
      pendingObjects,
    };
  });
}
