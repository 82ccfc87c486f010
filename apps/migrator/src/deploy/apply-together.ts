import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction, resetSession } from '../connection/connect.ts';
import { boundTransaction } from '../connection/lock-patience.ts';
import type { LockDiscipline } from '../connection/lock-retries.ts';
import { insertRow } from '../history/applied.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import { applyObject } from '../objects/apply-object.ts';
import { namesIn } from '../objects/find-dependents.ts';
import { hasRecord } from '../objects/object-record.ts';
import { isDependedOn, restore, setAside } from '../objects/set-aside.ts';
import type { SqlObject } from '../objects/sql-object.ts';
import {
  compareShapes,
  isTouched,
  readAltered,
  type AlteredTables,
  type TableShapes,
  type TouchedTables,
} from '../objects/touched-tables.ts';

/** What migrations are applied with. */
export interface MigrationRun {
  readonly client: pg.Client;
  /** All objects of the workspace, in order. */
  readonly objects: readonly SqlObject[];
  /** The files of objects that were ever applied to this database. */
  readonly recorded: ReadonlySet<string>;
  readonly locks: LockDiscipline;
  readonly onProgress: (line: string) => void;
}

/** What one transaction did beside its migrations. */
export interface TogetherResult {
  /** Files whose objects were dropped and restored, or that read what was changed. */
  readonly reapplied: readonly SqlObject[];
  /** Objects that stood in the way, were dropped, and are made by no file any more. */
  readonly lost: readonly string[];
  readonly touched: TouchedTables;
  readonly altered: AlteredTables;
}

/** A server's refusal of a migration; its cause is the server's error. */
export class MigrationRefused extends Error {
  readonly migration: Migration;

  constructor(migration: Migration, cause: unknown) {
    super(`${migration.name} was refused`, { cause });
    this.migration = migration;
  }
}

/**
 * Applies migrations, their rows in Prisma's table, and the objects that depend on what they change,
 * in one transaction. First the migrations are tried as they are; only where the server says that
 * something depends on what they change are the recorded objects that do so dropped, and restored
 * from their files afterwards.
 *
 * @param shapes the tables before the migrations
 * @param accept is asked before the commit and throws to undo it all
 * @throws MigrationRefused, ObjectRefused
 */
export async function applyTogether(
  run: MigrationRun,
  migrations: readonly Migration[],
  shapes: TableShapes,
  accept: (result: TogetherResult) => void,
): Promise<TogetherResult> {
  try {
    return await attempt(run, migrations, shapes, accept, []);
  } catch (error) {
    const refused = error instanceof MigrationRefused && isDependedOn(error.cause);
    if (!refused || !(await hasRecord(run.client))) throw error;
    return await attempt(
      run,
      migrations,
      shapes,
      accept,
      migrations.flatMap(({ sql }) => namesIn(sql)),
    );
  }
}

function attempt(
  run: MigrationRun,
  migrations: readonly Migration[],
  shapes: TableShapes,
  accept: (result: TogetherResult) => void,
  names: readonly string[],
): Promise<TogetherResult> {
  const { client, objects, recorded } = run;
  const bounds = boundTransaction(run.locks.patience);
  return inTransaction(client, async () => {
    await client.query(bounds);
    const aside =
      names.length === 0 ? undefined : await setAside(client, { names, identities: [] });
    for (const migration of migrations) {
      await applyOne(client, migration);
      await client.query(bounds);
    }
    const altered = await readAltered(client);
    const touched = compareShapes(shapes, altered);
    const { restored, lost } =
      aside === undefined ? { restored: [], lost: [] } : await restore(client, aside, objects);
    const readers = objects.filter(
      (object) =>
        recorded.has(object.file) && !restored.includes(object) && isTouched(object.needs, touched),
    );
    for (const object of readers) await applyObject(client, object);
    const reapplied = objects.filter((it) => restored.includes(it) || readers.includes(it));
    const result = { reapplied, lost, touched, altered };
    accept(result);
    return result;
  });
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  const started = new Date();
  try {
    await client.query(withoutByteOrderMark(migration.sql));
  } catch (error) {
    throw new MigrationRefused(migration, error);
  }
  await resetSession(client);
  await insertRow(client, { id: randomUUID(), migration, started, finished: true });
}
