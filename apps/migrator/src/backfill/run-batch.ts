import type pg from 'pg';
import { inTransaction } from '../connection/connect.ts';
import { boundTransaction, type LockPatience } from '../connection/lock-patience.ts';
import { backfillFailed, backfillForgotten } from '../errors.ts';
import { holdRecord, recordBatch, recordPass } from './backfill-record.ts';
import { nextRangeQuery, rangeCondition, remainingCondition, type KeyBounds } from './key-range.ts';
import type { LoadedBackfill } from './load-backfill.ts';

/** Rows may come in without what a backfill gives them, faster than it goes through the table. */
const MOST_PASSES = 20;

const ENDED = 'It ended the transaction of its batch: what it did may be done and is not recorded.';
const UNCHANGED = 'Rows are left that are to do by its condition, and it changes none of them.';
const ENDLESS = `After ${MOST_PASSES} passes rows still come in: let the application or a trigger write first what it writes.`;

/** A key is read in one session and compared in another. */
const KEYS_AS_TEXT = `set local datestyle = 'ISO'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1`;

/** What is recorded of a backfill while its batch runs. */
type HeldRecord = NonNullable<Awaited<ReturnType<typeof holdRecord>>>;

/** What a batch is given. */
export interface BatchLimits {
  readonly rows: number;
  readonly patience: LockPatience;
}

/** What a batch came to. */
export type BatchOutcome =
  | { readonly kind: 'worked'; readonly rows: number }
  | { readonly kind: 'passed' | 'paused' | 'complete' };

/**
 * Works on the next rows of a backfill and records it in the same transaction: killed at any moment,
 * both are done or neither is.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_FAILED`, `MIGRATOR.BACKFILL_FORGOTTEN`
 */
export function runBatch(
  client: pg.Client,
  loaded: LoadedBackfill,
  { rows, patience }: BatchLimits,
): Promise<BatchOutcome> {
  const { name } = loaded.backfill;
  return inTransaction(client, async () => {
    await client.query(`${KEYS_AS_TEXT}; ${boundTransaction(patience)}`);
    const record = await holdRecord(client, name);
    if (record === undefined) throw backfillForgotten(name);
    if (record.paused) return { kind: 'paused' };
    const { rows: ranges } = await client.query<KeyBounds & { readonly rows: number }>(
      nextRangeQuery(loaded.table, record.cursor, rows),
    );
    const [range] = ranges;
    if (range === undefined || range.rows === 0) return endPass(client, loaded, record);
    const isWorth = await hasRemaining(client, loaded, range);
    const done = {
      ...{ transaction: record.transaction, cursor: range.to, rows: range.rows },
      worked: isWorth ? range.rows : 0,
      changed: isWorth ? await loaded.work(client, range) : 0,
    };
    if (!(await recordBatch(client, name, done))) {
      throw backfillFailed(name, loaded.table.identity, record.batches + 1, ENDED);
    }
    return { kind: 'worked', rows: range.rows };
  });
}

async function hasRemaining(
  client: pg.Client,
  { table }: LoadedBackfill,
  { from, to }: KeyBounds,
): Promise<boolean> {
  if (table.remaining === null) return true;
  const { rows } = await client.query<{ some: boolean }>(
    `select exists (select from ${table.identity}
       where ${rangeCondition(table)} and ${remainingCondition(table)}) as some`,
    [...from, ...to],
  );
  return rows[0]?.some === true;
}

/** Where rows are told by a condition, all is done when a pass through the table finds none. */
async function endPass(
  client: pg.Client,
  { backfill: { name }, table }: LoadedBackfill,
  { pass, passWorked, passChanged, batches }: HeldRecord,
): Promise<BatchOutcome> {
  const isComplete = table.remaining === null || passWorked === 0;
  if (!isComplete && passChanged === 0) {
    throw backfillFailed(name, table.identity, batches, UNCHANGED);
  }
  if (!isComplete && pass >= MOST_PASSES) {
    throw backfillFailed(name, table.identity, batches, ENDLESS);
  }
  await recordPass(client, name, isComplete);
  return { kind: isComplete ? 'complete' : 'passed' };
}
