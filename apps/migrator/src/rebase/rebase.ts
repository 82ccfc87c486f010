import { withConnection } from '../connection/connect.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { withReplayDatabase, type ReplayDatabase } from '../dev/replay-database.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { rebaseApplied, rebaseConflict } from '../errors.ts';
import { readApplied } from '../history/applied.ts';
import type { Migration } from '../history/read-history.ts';
import { readState } from '../replay/database-state.ts';
import { replayMigrations } from '../replay/replay-migrations.ts';
import { findChance } from '../replay/find-chance.ts';
import { differingTables } from '../reversibility/checksum-tables.ts';
import { describeConflict, findConflicts, type OrderOutcome } from './find-conflicts.ts';
import { planRenames, type Rename } from './plan-renames.ts';
import { readBranches, type Branches } from './read-branches.ts';
import { renameMigrations } from './rename-migrations.ts';

/** How {@link rebase} runs. */
export interface RebaseOptions {
  /** The other branch; what is being merged, `origin/main` or `main` unless told. */
  readonly onto?: string | undefined;
  /** Tell what would be renamed and change nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: (line: string) => void;
}

/** What {@link rebase} did, or in a dry run would do. */
export interface RebaseResult {
  readonly onto: string;
  readonly theirs: readonly string[];
  /** By their old names. */
  readonly ours: readonly string[];
  readonly renamed: readonly Rename[];
  readonly dryRun: boolean;
}

/**
 * Puts this branch's migrations after those of another, where the database comes to the same in both
 * orders: structure, rows that migrations write, and sequences, as scratch databases prove it. Then
 * ours get new timestamps, and `migrations.sum` is written anew, conflict marks and all.
 *
 * @throws CodedError `MIGRATOR.GIT_UNREADABLE`, `MIGRATOR.REBASE_REFUSED`, `MIGRATOR.REBASE_APPLIED`,
 * `MIGRATOR.REBASE_CONFLICT`, `MIGRATOR.MIGRATION_UNSEALED`, `MIGRATOR.REPLAY_NOT_PERMITTED`
 */
export async function rebase(
  workspace: Workspace,
  target: DatabaseTarget,
  { onto, dryRun = false, onProgress = () => undefined }: RebaseOptions = {},
): Promise<RebaseResult> {
  const branches = await readBranches(workspace, onto);
  const [theirs, ours] = [branches.theirs, branches.ours].map((side) =>
    side.map(({ name }) => name),
  );
  const others = [...branches.base, ...branches.theirs].map(({ name }) => name);
  const renamed = planRenames(ours ?? [], others);
  await refusePooler(target);
  await refuseApplied(target, renamed);
  if (branches.theirs.length > 0 && branches.ours.length > 0) {
    await proveOrderFree(workspace, target, branches, onProgress);
  }
  if (!dryRun) renameMigrations(workspace, renamed);
  return { onto: branches.onto, theirs: theirs ?? [], ours: ours ?? [], renamed, dryRun };
}

/** A renamed migration would run again where it is applied. */
async function refuseApplied(target: DatabaseTarget, renamed: readonly Rename[]): Promise<void> {
  if (renamed.length === 0) return;
  const rows = await withConnection(target.ownerUrl, readApplied);
  const live = [...new Set(rows.filter((row) => !row.rolledBack).map(({ name }) => name))].sort();
  const names = live.filter((name) => renamed.some(({ from }) => from === name));
  const [first] = names;
  if (first !== undefined) throw rebaseApplied(names, live.length - live.indexOf(first));
}

async function proveOrderFree(
  workspace: Workspace,
  target: DatabaseTarget,
  branches: Branches,
  onProgress: (line: string) => void,
): Promise<void> {
  const { base, theirs, ours } = branches;
  const manifest = loadManifest(workspace);
  const conflicts = await withReplayDatabase(target, async (replay) => {
    onProgress(`replaying ${theirs.length} of theirs, then ${ours.length} of ours`);
    const replayTheirsFirst = () => outcomeOf(replay, [...base, ...theirs, ...ours], onProgress);
    const theirsFirst = await replayTheirsFirst();
    onProgress(`replaying ours, then theirs`);
    const oursFirst = await outcomeOf(replay, [...base, ...ours, ...theirs], onProgress);
    const isDiffering =
      !('why' in theirsFirst) &&
      !('why' in oursFirst) &&
      differingTables(theirsFirst.rows, oursFirst.rows).length > 0;
    const ofChance = isDiffering ? await findChance(theirsFirst, replayTheirsFirst) : undefined;
    return findConflicts(manifest, branches, { theirsFirst, oursFirst, ofChance });
  });
  if (conflicts.length > 0) throw rebaseConflict(conflicts.map(describeConflict), conflicts);
}

async function outcomeOf(
  replay: ReplayDatabase,
  migrations: readonly Migration[],
  onProgress: (line: string) => void,
): Promise<OrderOutcome> {
  await replay.wipe();
  const refusal = await replayMigrations(replay.client, migrations, { onProgress });
  return refusal ?? readState(replay.client);
}
