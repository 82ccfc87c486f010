import type pg from 'pg';
import type { LockDiscipline } from '../connection/lock-retries.ts';
import type { Workspace } from '../environment/workspace.ts';
import { backfillChanged, backfillIncomplete, backfillUnknown } from '../errors.ts';
import {
  beginRecord,
  ensureBackfillRecord,
  readBackfillRecords,
  type BackfillBeginning,
  type BackfillRecord,
} from './backfill-record.ts';
import { hasRowsLeft } from './estimate-rows.ts';
import { loadBackfill } from './load-backfill.ts';
import type { Backfill } from './read-backfills.ts';
import { readRequired, type RequiredBackfill } from './required-backfills.ts';
import { runBackfill } from './run-backfill.ts';

/** Which backfills a deploy may run by itself. */
export interface BackfillGate {
  readonly client: pg.Client;
  readonly workspace: Workspace;
  readonly backfills: readonly Backfill[];
  /** Nothing was applied to the database before this deploy. */
  readonly isFresh: boolean;
  /** Run what is not complete, whatever it takes: for databases of developers. */
  readonly runsAll: boolean;
  readonly locks: LockDiscipline;
  readonly onProgress: (line: string) => void;
}

/**
 * Makes sure, before a migration is applied, that what it requires is complete. Where there is no
 * row to do, or the database is a developer's, the backfill is run at once.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_INCOMPLETE`, `MIGRATOR.BACKFILL_CHANGED`,
 * `MIGRATOR.BACKFILL_UNKNOWN`, `MIGRATOR.BACKFILL_FAILED`
 */
export async function ensureRequired(gate: BackfillGate, migration: string): Promise<void> {
  for (const required of readRequired(gate.workspace, migration)) {
    await ensureOne(gate, migration, required);
  }
}

/** Runs what is not complete at the end of a deploy that may run it by itself. */
export async function runUnrequired(gate: BackfillGate): Promise<void> {
  if (gate.backfills.length === 0 || !(gate.isFresh || gate.runsAll)) return;
  const records = await readBackfillRecords(gate.client);
  for (const backfill of gate.backfills) {
    if ((records.get(backfill.name)?.completedAt ?? null) === null) await run(gate, backfill);
  }
}

async function ensureOne(
  gate: BackfillGate,
  migration: string,
  { backfill: name, hash }: RequiredBackfill,
): Promise<void> {
  const { client } = gate;
  const backfill = gate.backfills.find((it) => it.name === name);
  const record = (await readBackfillRecords(client)).get(name);
  const isComplete = record?.completedAt != null;
  if (isComplete && hash !== null && record.hash !== hash) {
    throw backfillChanged(name, `What was run is not what ${migration} was reviewed with.`);
  }
  if (backfill === undefined) {
    if (isComplete) return;
    if (!gate.isFresh || hash === null) throw backfillUnknown(name);
    return recordNothingToDo(client, { name, hash, table: null });
  }
  if (!isComplete && hash !== null && backfill.hash !== hash) {
    throw backfillChanged(name, `${backfill.file} is not what ${migration} was reviewed with.`);
  }
  const { table } = await loadBackfill(client, gate.workspace, backfill);
  // Rows may have come in since, by a program that does not write what the backfill did.
  if (isComplete && table.remaining === null) return;
  if (!(await hasRowsLeft(client, table))) {
    if (isComplete) return;
    return recordNothingToDo(client, { name, hash: backfill.hash, table: table.identity });
  }
  if (gate.isFresh || gate.runsAll) return run(gate, backfill);
  throw backfillIncomplete(migration, name, whyIncomplete(record), record?.paused === true);
}

async function recordNothingToDo(
  client: pg.Client,
  what: Pick<BackfillBeginning, 'name' | 'hash' | 'table'>,
): Promise<void> {
  await ensureBackfillRecord(client);
  await beginRecord(client, { ...what, estimate: 0, complete: true });
}

function whyIncomplete(record: BackfillRecord | undefined): string {
  if (record === undefined) return 'It was never begun.';
  if (record.completedAt !== null) return 'Rows that are still to do came in after it ended.';
  return `It went over ${record.rows} row(s)${record.paused ? ' and is paused' : ''}.`;
}

async function run({ client, workspace, locks, onProgress }: BackfillGate, backfill: Backfill) {
  const loaded = await loadBackfill(client, workspace, backfill);
  const { state, rows } = await runBackfill(client, loaded, locks);
  if (rows > 0) onProgress(`backfill ${backfill.name} is ${state}: it went over ${rows} row(s)`);
}
