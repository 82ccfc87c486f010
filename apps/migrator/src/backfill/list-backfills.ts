import { withConnection } from '../connection/connect.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { readApplied } from '../history/applied.ts';
import { readHistory } from '../history/read-history.ts';
import { compareHistory } from '../history/status.ts';
import { readBackfillStatus, type BackfillStatus } from './backfill-status.ts';
import { chooseBackfills } from './run-backfills.ts';

/**
 * Tells where backfills stand in a database: all of the workspace, or those that are named.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_UNKNOWN`, `MIGRATOR.BACKFILL_INVALID`
 */
export async function listBackfills(
  workspace: Workspace,
  target: DatabaseTarget,
  names?: readonly string[],
): Promise<BackfillStatus[]> {
  const backfills = chooseBackfills(workspace, names);
  return withConnection(target.ownerUrl, async (client) => {
    const { pending } = compareHistory(readHistory(workspace), await readApplied(client));
    return readBackfillStatus(client, workspace, backfills, pending);
  });
}
