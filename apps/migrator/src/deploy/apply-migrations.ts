import { randomUUID } from 'node:crypto';
import { describeDatabaseError, isDatabaseError, isPassing } from '../connection/database-error.ts';
import { passingFault } from '../connection/passing-fault.ts';
import { withLockRetries } from '../connection/lock-retries.ts';
import { migrationFailed, objectBroken, objectsLeft } from '../errors.ts';
import { insertRow } from '../history/applied.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import { ObjectRefused } from '../objects/apply-object.ts';
import { namesIn } from '../objects/find-dependents.ts';
import type { SqlObject } from '../objects/sql-object.ts';
import { readTableShapes, withAltered, type TableShapes } from '../objects/touched-tables.ts';
import { applyAlone, managesTransactions } from './apply-alone.ts';
import {
  applyTogether,
  MigrationRefused,
  type MigrationRun,
  type TogetherResult,
} from './apply-together.ts';

const ACTIVE_SQL_TRANSACTION = '25001';

/** What {@link applyMigrations} did beside the migrations. */
export interface MigrationsResult {
  /** Files of objects that were applied again with a migration. */
  readonly reapplied: readonly string[];
  /** Objects that were dropped for good: no file makes them. */
  readonly dropped: readonly string[];
}

/**
 * Applies pending migrations in order, each in one transaction with its row and with the objects
 * that depend on it. Objects that fit only a later migration join the two: they are committed
 * together, since between them the database would not be whole.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_FAILED`, `MIGRATOR.OBJECT_BROKEN`, `MIGRATOR.OBJECTS_LEFT`,
 * `MIGRATOR.MIGRATION_CUT_OFF`, `MIGRATOR.LOCK_UNAVAILABLE`, `MIGRATOR.DATABASE_FAULT`
 */
export async function applyMigrations(
  run: MigrationRun,
  pending: readonly Migration[],
  options: { readonly prune: boolean },
): Promise<MigrationsResult> {
  const reapplied = new Set<string>();
  const dropped: string[] = [];
  let shapes: TableShapes | null = null;
  for (let first = 0; first < pending.length;) {
    shapes ??= await readTableShapes(run.client);
    const { count, result } = await applyNext(run, pending.slice(first), shapes, options.prune);
    shapes = result === null ? null : withAltered(shapes, result.altered);
    for (const { file } of result?.reapplied ?? []) reapplied.add(file);
    dropped.push(...(result?.lost ?? []));
    if (result !== null) warnOfOldNames(run, result);
    first += count;
  }
  return { reapplied: [...reapplied], dropped };
}

async function applyNext(
  run: MigrationRun,
  pending: readonly Migration[],
  shapes: TableShapes,
  prune: boolean,
) {
  const [next] = pending;
  if (next !== undefined && (await managesTransactions(next.sql))) {
    run.onProgress(`applying ${next.name}, which begins and ends transactions by itself`);
    await applyAlone(run, next);
    return { count: 1, result: null };
  }
  for (let count = 1; ; count += 1) {
    const migrations = pending.slice(0, count);
    const names = migrations.map(({ name }) => name).join(' with ');
    run.onProgress(`applying ${names}`);
    try {
      const accept = ({ lost }: TogetherResult) => {
        if (lost.length > 0 && !prune) throw objectsLeft(names, lost);
      };
      const result = await withLockRetries(run.locks, `migration ${names}`, () =>
        applyTogether(run, migrations, shapes, accept),
      );
      return { count, result };
    } catch (error) {
      if (error instanceof ObjectRefused && !isPassing(error.cause)) {
        const following = pending[count];
        if (following !== undefined && !(await managesTransactions(following.sql))) continue;
        throw objectBroken(names, error.object.file, why(error.cause, error.object));
      }
      if (isRefusingTransactions(error) && count === 1) {
        await applyAlone(run, error.migration);
        return { count, result: null };
      }
      throw await failure(run, error, names);
    }
  }
}

function isRefusingTransactions(error: unknown): error is MigrationRefused {
  return (
    error instanceof MigrationRefused &&
    (error.cause as { code?: string }).code === ACTIVE_SQL_TRANSACTION
  );
}

/** A failure that passes by itself leaves no row: the next deploy simply tries again. */
async function failure(run: MigrationRun, error: unknown, names: string): Promise<unknown> {
  if (error instanceof ObjectRefused) {
    return passingFault(run.locks, names, error.cause, error.object.sql);
  }
  if (!(error instanceof MigrationRefused)) {
    return isDatabaseError(error) ? passingFault(run.locks, names, error) : error;
  }
  const { migration, cause } = error;
  const reason = why(cause, migration);
  if (isPassing(cause)) {
    return passingFault(run.locks, `migration ${migration.name}`, cause, migration.sql);
  }
  const started = new Date();
  await insertRow(run.client, {
    ...{ id: randomUUID(), migration, started, finished: false, logs: reason },
  }).catch(() => undefined);
  return migrationFailed(migration.name, reason);
}

function why(cause: unknown, { sql }: { readonly sql: string }): string {
  return describeDatabaseError(cause, withoutByteOrderMark(sql));
}

/** A function's body is text: the server does not follow a rename into it. */
function warnOfOldNames(run: MigrationRun, { reapplied, touched }: TogetherResult): void {
  for (const object of reapplied) {
    for (const name of touched.gone.filter((gone) => mentions(object, gone))) {
      run.onProgress(`warning: ${object.file} still names ${name}, and there is no such table now`);
    }
  }
}

function mentions({ sql }: SqlObject, name: string): boolean {
  return namesIn(sql).includes(name);
}
