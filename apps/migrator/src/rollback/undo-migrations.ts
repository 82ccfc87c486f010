import type pg from 'pg';
import { inTransaction, resetSession } from '../connection/connect.ts';
import { describeDatabaseError, isDatabaseError, isPassing } from '../connection/database-error.ts';
import { boundTransaction } from '../connection/lock-patience.ts';
import { isLockRefusal, withLockRetries, type LockDiscipline } from '../connection/lock-retries.ts';
import { passingFault } from '../connection/passing-fault.ts';
import { runAlone } from '../deploy/apply-alone.ts';
import { rollbackFailed } from '../errors.ts';
import { applyObject, ObjectRefused } from '../objects/apply-object.ts';
import { namesIn } from '../objects/find-dependents.ts';
import { hasRecord } from '../objects/object-record.ts';
import { restoreRights } from '../objects/object-rights.ts';
import { isDependedOn, setAside, type SetAside } from '../objects/set-aside.ts';
import type { SqlObject } from '../objects/sql-object.ts';
import type { WayBack } from './choose-migrations.ts';
import { refuseLosses } from './refuse-losses.ts';
import {
  countLostValues,
  countUnderLock,
  findLosingColumns,
  readPlacedColumns,
  type LosingColumn,
  type LostColumn,
} from './lost-values.ts';

const ACTIVE_SQL_TRANSACTION = '25001';

/** What ways back are run with. */
export interface UndoRun {
  readonly client: pg.Client;
  /** All objects of the workspace, in order. */
  readonly objects: readonly SqlObject[];
  readonly locks: LockDiscipline;
}

/** How {@link undoMigrations} runs. */
export interface UndoOptions {
  readonly acceptDataLoss: boolean;
  readonly onProgress: (line: string) => void;
}

/** What ways back would do, as a trial showed. */
export interface UndoTrial {
  readonly lost: readonly LostColumn[];
  /** Columns that go or change, whether they hold values or not. */
  readonly losing: readonly LosingColumn[];
  /** Rows that statements of the ways back delete. */
  readonly deletedRows: number;
  /** Migrations whose way back refuses transactions: each runs by itself. */
  readonly alone: ReadonlySet<string>;
}

/**
 * Runs ways back in a transaction that is then undone, and counts the values that would be gone.
 *
 * @throws CodedError `MIGRATOR.ROLLBACK_FAILED`
 */
export async function tryUndo(run: UndoRun, ways: readonly WayBack[]): Promise<UndoTrial> {
  const { client } = run;
  const alone = new Set<string>();
  let deletedRows = 0;
  await begin(run);
  try {
    const before = await readPlacedColumns(client);
    await client.query('savepoint trial');
    for (const way of ways) {
      const deleted = await runDown(client, way).catch((error: unknown) => {
        if (codeOf(error) !== ACTIVE_SQL_TRANSACTION) throw refused(run, way, error);
        alone.add(way.name);
        return undefined;
      });
      if (deleted === undefined) await client.query('rollback to savepoint down');
      else deletedRows += deleted.rows;
    }
    const after = await readPlacedColumns(client);
    await client.query('rollback to savepoint trial');
    const losing = findLosingColumns(before, after);
    return { lost: await countLostValues(client, losing), losing, deletedRows, alone };
  } finally {
    await client.query('rollback').catch(() => undefined);
    await resetSession(client).catch(() => undefined);
  }
}

/**
 * Undoes migrations: those that can, in one transaction with their rows in Prisma's table; each of
 * the others by itself, in the order given. Answers the objects that did not come back, since what
 * they need went with a migration.
 *
 * @throws CodedError `MIGRATOR.ROLLBACK_LOSES` where others wrote since the trial,
 * `MIGRATOR.ROLLBACK_FAILED`, `MIGRATOR.LOCK_UNAVAILABLE`
 */
export async function undoMigrations(
  run: UndoRun,
  ways: readonly WayBack[],
  { alone, losing }: UndoTrial,
  { acceptDataLoss, onProgress }: UndoOptions,
): Promise<string[]> {
  const waiting: string[] = [];
  for (let first = 0; first < ways.length;) {
    const next = ways.slice(first);
    const count = next.findIndex(({ name }) => alone.has(name));
    if (count === 0) {
      onProgress(`undoing ${next[0]?.name ?? ''}, outside a transaction`);
      await undoAlone(run, next[0] as WayBack);
      first += 1;
      continue;
    }
    const together = count < 0 ? next : next.slice(0, count);
    for (const { name } of together) onProgress(`undoing ${name}`);
    const names = together.map(nameOf).join(', ');
    const kept = acceptDataLoss ? undefined : losing;
    const undo = () => undoTogether(run, together, kept);
    waiting.push(...(await withLockRetries(run.locks, names, undo)));
    first += together.length;
  }
  return [...new Set(waiting)];
}

/** @param kept where losses are not accepted: columns in which others may have written since the trial */
async function undoTogether(
  run: UndoRun,
  ways: readonly WayBack[],
  kept: readonly LosingColumn[] | undefined,
): Promise<string[]> {
  const { client, objects } = run;
  return inTransaction(client, async () => {
    await setTimeouts(run);
    if (kept !== undefined) refuseLosses(await countUnderLock(client, kept), 0);
    const asides: SetAside[] = [];
    let deletedRows = 0;
    for (const way of ways) {
      const { aside, rows } = await runDown(client, way).catch((error: unknown) => {
        throw refused(run, way, error);
      });
      deletedRows += rows;
      if (aside !== undefined) asides.push(aside);
      await setTimeouts(run);
      await markRolledBack(client, way.name);
    }
    if (kept !== undefined) refuseLosses([], deletedRows);
    return restoreWhatFits(client, objects, asides);
  });
}

async function undoAlone(run: UndoRun, way: WayBack): Promise<void> {
  try {
    await runAlone(run, nameOf(way), way.sql);
  } catch (error) {
    throw refused(run, way, error);
  }
  await markRolledBack(run.client, way.name);
}

/** Runs one way back; the recorded objects that depend on what it changes are dropped first. */
async function runDown(
  client: pg.Client,
  { sql }: WayBack,
): Promise<{ readonly rows: number; readonly aside?: SetAside }> {
  await client.query('savepoint down');
  try {
    return { rows: deletedBy(await client.query(sql)) };
  } catch (error) {
    if (!isDependedOn(error)) throw error;
    await client.query('rollback to savepoint down');
    if (!(await hasRecord(client))) throw error;
    const aside = await setAside(client, { names: namesIn(sql), identities: [] });
    return { rows: deletedBy(await client.query(sql)), aside };
  }
}

/** A script of several statements answers with a result for each. */
function deletedBy(results: pg.QueryResult | pg.QueryResult[]): number {
  return [results]
    .flat()
    .filter(({ command }) => command === 'DELETE')
    .reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
}

/** Objects come back where they still fit; what went with a migration waits for it. */
async function restoreWhatFits(
  client: pg.Client,
  objects: readonly SqlObject[],
  asides: readonly SetAside[],
): Promise<string[]> {
  const files = new Set(asides.flatMap((aside) => [...aside.files]));
  const waiting: string[] = [];
  for (const object of objects.filter(({ file }) => files.has(file))) {
    await client.query('savepoint fitting');
    try {
      await applyObject(client, object);
    } catch (error) {
      if (!(error instanceof ObjectRefused) || !isDatabaseError(error.cause)) throw error;
      await client.query('rollback to savepoint fitting');
      waiting.push(object.file);
    }
  }
  const rights = asides.flatMap((aside) => aside.rights);
  await restoreRights(client, await thoseThere(client, rights));
  return waiting;
}

async function thoseThere<T extends { readonly identity: string }>(
  client: pg.Client,
  rights: readonly T[],
): Promise<T[]> {
  if (rights.length === 0) return [];
  const { readCatalog } = await import('../catalog/read-catalog.ts');
  const there = await readCatalog(client);
  return rights.filter(({ identity }) => there.has(identity));
}

/** As Prisma does: the row stays, and counts as applied no more. */
async function markRolledBack(client: pg.Client, name: string): Promise<void> {
  await client.query(
    `update _prisma_migrations set rolled_back_at = now()
     where migration_name = $1 and rolled_back_at is null`,
    [name],
  );
}

async function begin(run: UndoRun): Promise<void> {
  await run.client.query('begin');
  await setTimeouts(run);
}

async function setTimeouts({ client, locks }: UndoRun): Promise<void> {
  await client.query(`${boundTransaction(locks.patience)}; set local row_security = off`);
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

function nameOf(way: WayBack): string {
  return `the way back of ${way.name}`;
}

function refused({ locks }: UndoRun, way: WayBack, error: unknown): unknown {
  // A lock that was not to be had is tried for again.
  if (!isDatabaseError(error) || isLockRefusal(error)) return error;
  if (isPassing(error)) return passingFault(locks, nameOf(way), error, way.sql);
  return rollbackFailed(way.name, describeDatabaseError(error, way.sql));
}
