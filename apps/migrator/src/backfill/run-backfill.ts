import { setTimeout as wait } from 'node:timers/promises';
import { isCodedError } from '@holovitals/errors';
import type pg from 'pg';
import { resetSession } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { withLockRetries, type LockDiscipline } from '../connection/lock-retries.ts';
import { backfillChanged, backfillFailed, backfillForgotten, backfillRunning } from '../errors.ts';
import {
  beginRecord,
  ensureBackfillRecord,
  lockBackfill,
  readBackfillRecords,
  recordPass,
  unlockBackfill,
  type BackfillRecord,
} from './backfill-record.ts';
import { estimateRows, hasRowsLeft } from './estimate-rows.ts';
import type { LoadedBackfill } from './load-backfill.ts';
import { firstSize, nextSize, restAfter, type Pace } from './pace.ts';
import { runBatch, type BatchOutcome } from './run-batch.ts';

const QUERY_CANCELED = '57014';

/** A statement that takes longer is tried with fewer rows, unless another limit is told. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** How backfills run. */
export interface BackfillOptions {
  /** The most rows of one batch; 10,000 unless told. Fewer are taken where a batch takes long. */
  readonly batch?: number;
  /** The most rows a second; as many as go unless told. */
  readonly rate?: number;
  /** Ends the run after the batch it is in. */
  readonly signal?: AbortSignal;
  /** Told how far it is, after each batch. */
  readonly onProgress?: (progress: BackfillProgress) => void;
}

/** How far a backfill is. */
export interface BackfillProgress {
  readonly name: string;
  readonly pass: number;
  /** Rows that were gone over in this pass, since it was begun at first. */
  readonly rows: number;
  /** Rows of the table, as the planner thought; null where it did not. */
  readonly estimate: number | null;
  /** Of this run. */
  readonly rowsPerSecond: number;
}

/** What a run of one backfill came to. */
export interface BackfillRun {
  readonly name: string;
  readonly state: 'complete' | 'paused' | 'stopped';
  /** Of this run. */
  readonly batches: number;
  readonly rows: number;
}

/**
 * Runs one backfill to its end, from where it stands: batch by batch, each in a transaction with its
 * record. One session at a time may.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_CHANGED`, `MIGRATOR.BACKFILL_FAILED`, `MIGRATOR.BACKFILL_RUNNING`
 */
export async function runBackfill(
  client: pg.Client,
  loaded: LoadedBackfill,
  locks: LockDiscipline,
  options: BackfillOptions = {},
): Promise<BackfillRun> {
  const { name } = loaded.backfill;
  await ensureBackfillRecord(client);
  if (!(await lockBackfill(client, name))) throw backfillRunning(name);
  try {
    const record = await begin(client, loaded);
    if (record.completedAt !== null) return { name, state: 'complete', batches: 0, rows: 0 };
    return await runBatches({ client, loaded, locks }, record, options);
  } finally {
    await resetSession(client).catch(() => undefined);
    await unlockBackfill(client, name).catch(() => undefined);
  }
}

async function begin(
  client: pg.Client,
  { backfill: { name, hash, file }, table }: LoadedBackfill,
): Promise<BackfillRecord> {
  const found = (await readBackfillRecords(client)).get(name);
  if (found !== undefined) {
    if (found.hash !== hash) {
      throw backfillChanged(
        name,
        `${file} is not the one that was ${found.completedAt === null ? 'begun' : 'run'}.`,
      );
    }
    if (found.completedAt === null || table.remaining === null) return found;
    if (!(await hasRowsLeft(client, table))) return found;
    await recordPass(client, name, false);
    return readBegun(client, name);
  }
  const estimate = await estimateRows(client, table);
  await beginRecord(client, { name, hash, table: table.identity, estimate });
  return readBegun(client, name);
}

async function readBegun(client: pg.Client, name: string): Promise<BackfillRecord> {
  const record = (await readBackfillRecords(client)).get(name);
  if (record === undefined) throw backfillForgotten(name);
  return record;
}

/** What batches are run with. */
interface Batches {
  readonly client: pg.Client;
  readonly loaded: LoadedBackfill;
  readonly locks: LockDiscipline;
}

async function runBatches(
  run: Batches,
  record: BackfillRecord,
  options: BackfillOptions,
): Promise<BackfillRun> {
  const pace: Pace = { batch: options.batch ?? 10_000, rate: options.rate ?? null };
  const { name } = run.loaded.backfill;
  const started = performance.now();
  let size = firstSize(pace);
  let [batches, rows, pass] = [0, 0, record.pass];
  let gone = record.pass === 1 ? record.rows : 0;
  for (;;) {
    if (options.signal?.aborted === true) return { name, state: 'stopped', batches, rows };
    const before = performance.now();
    const tried = await tryBatch(run, size, record.batches + batches + 1);
    const { outcome } = tried;
    if (outcome.kind === 'passed') {
      pass += 1;
      gone = 0;
      continue;
    }
    if (outcome.kind !== 'worked') return { name, state: outcome.kind, batches, rows };
    const elapsedMs = performance.now() - before;
    batches += 1;
    rows += outcome.rows;
    gone += outcome.rows;
    options.onProgress?.({
      ...{ name, pass, rows: gone, estimate: record.estimate },
      rowsPerSecond: rows / Math.max(0.001, (performance.now() - started) / 1_000),
    });
    size = nextSize(pace, tried.rows, elapsedMs);
    await rest(restAfter(pace, outcome.rows, elapsedMs), options.signal);
  }
}

/** Tries a batch with ever fewer rows, where its statements take too long. */
async function tryBatch(
  { client, loaded, locks }: Batches,
  size: number,
  batch: number,
): Promise<{ readonly outcome: BatchOutcome; readonly rows: number }> {
  const { patience } = locks;
  const statementTimeoutMs = patience.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  for (let rows = size; ; rows = Math.ceil(rows / 4)) {
    try {
      const limits = { rows, patience: { ...patience, statementTimeoutMs } };
      const doing = `backfill ${loaded.backfill.name}`;
      const outcome = await withLockRetries(locks, doing, () => runBatch(client, loaded, limits));
      return { outcome, rows };
    } catch (error) {
      if ((error as { code?: string }).code === QUERY_CANCELED && rows > 1) continue;
      throw explain(error, loaded, batch);
    }
  }
}

function explain(error: unknown, { backfill: { name }, table }: LoadedBackfill, batch: number) {
  if (isCodedError(error)) return error;
  const why = isDatabaseError(error)
    ? describeDatabaseError(error)
    : `It threw ${error instanceof Error ? error.name : 'no error'}.`;
  return backfillFailed(name, table.identity, batch, why, error);
}

async function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal }).catch(() => undefined);
}
