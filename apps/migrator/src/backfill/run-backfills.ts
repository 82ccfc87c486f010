import type pg from 'pg';
import { withConnection } from '../connection/connect.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { PATIENCE, type LockPatience } from '../connection/lock-patience.ts';
import { withLockDiscipline, type LockDiscipline } from '../connection/lock-retries.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { backfillChanged, backfillPaused, backfillUnknown } from '../errors.ts';
import { readApplied } from '../history/applied.ts';
import { readHistory } from '../history/read-history.ts';
import { compareHistory } from '../history/status.ts';
import { readBackfillRecords } from './backfill-record.ts';
import { loadBackfill } from './load-backfill.ts';
import { readBackfills, type Backfill } from './read-backfills.ts';
import { readRequired } from './required-backfills.ts';
import { runBackfill, type BackfillOptions, type BackfillRun } from './run-backfill.ts';

/** How {@link runBackfills} runs. */
export interface BackfillsOptions extends BackfillOptions {
  /** Which; all of the workspace unless told. */
  readonly names?: readonly string[];
  /** How long statements may wait for locks and run, and how often a batch is tried again. */
  readonly patience?: LockPatience;
  /** Told who keeps a batch waiting. */
  readonly onWait?: (line: string) => void;
}

/**
 * Runs backfills one after the other, each to its end or until it is paused or stopped.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_*`, `MIGRATOR.POOLER_REFUSED`
 */
export async function runBackfills(
  workspace: Workspace,
  target: DatabaseTarget,
  options: BackfillsOptions = {},
): Promise<BackfillRun[]> {
  const backfills = chooseBackfills(workspace, options.names);
  await refusePooler(target);
  return withConnection(target.ownerUrl, async (client) => {
    await refuseUnreviewed(client, workspace, backfills);
    const { patience = PATIENCE, onWait: onProgress = () => undefined } = options;
    const session = { client, url: target.ownerUrl };
    return withLockDiscipline(session, { patience, onProgress }, async (locks) => {
      const runs: BackfillRun[] = [];
      for (const backfill of backfills) {
        if (options.signal?.aborted === true) break;
        runs.push(await runOne({ client, locks }, workspace, backfill, options));
      }
      return runs;
    });
  });
}

async function runOne(
  { client, locks }: { readonly client: pg.Client; readonly locks: LockDiscipline },
  workspace: Workspace,
  backfill: Backfill,
  options: BackfillsOptions,
): Promise<BackfillRun> {
  const { name } = backfill;
  const isPaused = (await readBackfillRecords(client)).get(name)?.paused === true;
  if (isPaused && options.names !== undefined) throw backfillPaused(name);
  if (isPaused) return { name, state: 'paused', batches: 0, rows: 0 };
  return runBackfill(client, await loadBackfill(client, workspace, backfill), locks, options);
}

/**
 * The backfills of a workspace, or those that are named.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_UNKNOWN`, `MIGRATOR.BACKFILL_INVALID`
 */
export function chooseBackfills(
  workspace: Workspace,
  names: readonly string[] | undefined,
): Backfill[] {
  const all = readBackfills(workspace, loadManifest(workspace));
  if (names === undefined) return all;
  return names.map((name) => {
    const found = all.find((backfill) => backfill.name === name);
    if (found === undefined) throw backfillUnknown(name);
    return found;
  });
}

/** What a pending migration was reviewed with is what is run for it. */
async function refuseUnreviewed(
  client: pg.Client,
  workspace: Workspace,
  backfills: readonly Backfill[],
): Promise<void> {
  const { pending } = compareHistory(readHistory(workspace), await readApplied(client));
  for (const migration of pending) {
    for (const { backfill: name, hash } of readRequired(workspace, migration)) {
      const backfill = backfills.find((it) => it.name === name);
      if (backfill !== undefined && hash !== null && backfill.hash !== hash) {
        throw backfillChanged(name, `${backfill.file} is not what ${migration} was reviewed with.`);
      }
    }
  }
}
