import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import type { Workspace } from '../environment/workspace.ts';
import { backfillInvalid } from '../errors.ts';
import { rangeCondition, type BackfilledTable, type KeyBounds } from './key-range.ts';
import type { Backfill } from './read-backfills.ts';
import { readTable, type TableClaim } from './read-table.ts';
import { checkCondition, readHead, readSteps } from './sql-steps.ts';

type Session = Pick<pg.Client, 'query'>;

/**
 * A backfill in TypeScript: the export `backfill` of a module. The build compiles it; what runs is
 * the compiled file, alone: it may import packages, and no file beside it.
 *
 * @example
 * // package.json: "migrator": { "backfills": "./dist/backfills" }
 * export const backfill = {
 *   table: 'items',
 *   remaining: 'slug is null',
 *   async run(session, { range, values }) {
 *     const { rows } = await session.query(`select id, name from items where ${range}`, values);
 *     for (const { id, name } of rows) {
 *       await session.query('update items set slug = $2 where id = $1', [id, slugOf(name)]);
 *     }
 *     return rows.length;
 *   },
 * };
 */
export interface BackfillModule {
  /** As SQL writes it: `items`, `archive."Old Items"`. */
  readonly table: string;
  /** Columns of a unique key; the primary key unless told. */
  readonly key?: readonly string[];
  /** An SQL condition on the rows that are still to do. */
  readonly remaining?: string;
  /** Works on the rows of one batch, in the transaction that records it; answers how many it changed. */
  run(session: Session, batch: BackfillBatch): Promise<number>;
}

/** The rows of one batch. */
export interface BackfillBatch extends KeyBounds {
  /** The condition of the batch's rows, with parameters from `$1` on. */
  readonly range: string;
  /** The values of those parameters. */
  readonly values: readonly string[];
}

/** A backfill that was read and found sound, beside its table as the catalog has it. */
export interface LoadedBackfill {
  readonly backfill: Backfill;
  readonly table: BackfilledTable;
  /** Works on the rows of a batch in the open transaction, and answers how many were changed. */
  work(session: pg.Client, bounds: KeyBounds): Promise<number>;
}

/**
 * Loads a backfill: its statements, or its compiled module.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_INVALID`
 */
export async function loadBackfill(
  client: pg.Client,
  workspace: Workspace,
  backfill: Backfill,
): Promise<LoadedBackfill> {
  return backfill.kind === 'sql'
    ? loadSql(client, backfill)
    : loadModule(client, workspace, backfill);
}

async function loadSql(client: pg.Client, backfill: Backfill): Promise<LoadedBackfill> {
  const { file, text } = backfill;
  const claim = readHead(file, text);
  const steps = await readSteps(file, text);
  const table = await readClaimed(client, file, claim);
  return {
    ...{ backfill, table },
    async work(session, bounds) {
      let changed = 0;
      for (const step of steps) {
        const { command, rowCount } = await session.query(step.query(table, bounds));
        if (command !== 'SELECT') changed += rowCount ?? 0;
      }
      return changed;
    },
  };
}

async function loadModule(
  client: pg.Client,
  { root }: Workspace,
  backfill: Backfill,
): Promise<LoadedBackfill> {
  const { file, text } = backfill;
  if (/\b(?:from|import)\s*\(?\s*['"`]\.{0,2}\//.test(text)) {
    throw backfillInvalid(file, 'It imports a file beside it, of which its hash says nothing.');
  }
  const module = (await import(pathToFileURL(path.join(root, file)).href).catch(
    (error: unknown) => {
      const name = error instanceof Error ? error.name : 'no error';
      throw backfillInvalid(file, `It cannot be loaded: it throws ${name}.`);
    },
  )) as { backfill?: unknown };
  const { backfill: made } = module;
  if (!isModule(made)) {
    throw backfillInvalid(file, 'It exports no `backfill` of { table, key?, remaining?, run }.');
  }
  const table = await readClaimed(client, file, {
    table: made.table,
    key: made.key ?? null,
    remaining: made.remaining ?? null,
  });
  return {
    ...{ backfill, table },
    async work(session, bounds) {
      const values = [...bounds.from, ...bounds.to];
      const changed: unknown = await made.run(session, {
        ...{ ...bounds, range: rangeCondition(table), values },
      });
      if (!Number.isSafeInteger(changed) || Number(changed) < 0) {
        throw backfillInvalid(file, 'Its `run` does not answer how many rows it changed.');
      }
      return Number(changed);
    },
  };
}

async function readClaimed(
  client: pg.Client,
  file: string,
  claim: TableClaim,
): Promise<BackfilledTable> {
  if (claim.remaining !== null) await checkCondition(file, claim.remaining);
  return readTable(client, file, claim);
}

function isModule(value: unknown): value is BackfillModule {
  const { table, key, remaining, run } = (value ?? {}) as Partial<
    Record<keyof BackfillModule, unknown>
  >;
  return (
    typeof table === 'string' &&
    typeof run === 'function' &&
    (key === undefined || (Array.isArray(key) && key.every((it) => typeof it === 'string'))) &&
    (remaining === undefined || typeof remaining === 'string')
  );
}
