import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { inTransaction } from '../connection/connect.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { restoreTargetBusy, restoreTargetInvalid } from '../errors.ts';
import { withServer, type ScratchDatabase } from './scratch-database.ts';

/** Where a backup goes: a new database, or the place of that of the target. */
export interface Destination {
  readonly into?: string | undefined;
  readonly replace?: boolean | undefined;
  /** End the sessions of others in the database that is replaced. */
  readonly endSessions?: boolean | undefined;
}

const OBJECT_IN_USE = '55006';
const MOST_NAME_BYTES = 63;
const POLL_MS = 100;

/**
 * Refuses a destination before anything is done.
 *
 * @throws CodedError `MIGRATOR.RESTORE_TARGET_INVALID`, `MIGRATOR.RESTORE_TARGET_BUSY`
 */
export async function assertFree(
  server: pg.Client,
  target: DatabaseTarget,
  { into, replace = false, endSessions = false }: Destination,
): Promise<void> {
  const name = into ?? target.database;
  if (Buffer.byteLength(name) > MOST_NAME_BYTES || name === '' || name.includes('\0')) {
    throw restoreTargetInvalid(name, `A name has 1 to ${MOST_NAME_BYTES} bytes.`);
  }
  const exists = await isThere(server, name);
  if (into !== undefined && exists) throw restoreTargetInvalid(name, 'It exists.');
  if (into === undefined && !replace) throw restoreTargetInvalid(name, 'It is not said where to.');
  if (!replace || !exists || endSessions) return;
  const sessions = await describeSessions(server, name);
  if (sessions !== null) {
    throw restoreTargetBusy(
      name,
      sessions,
      'Stop them and run the command again, or add `--end-sessions`.',
    );
  }
}

/**
 * Gives a restored database its name. The one that it replaces is renamed in the same transaction.
 *
 * @throws CodedError `MIGRATOR.RESTORE_TARGET_BUSY`, after which the restored one is still there
 */
export async function switchNames(
  scratch: ScratchDatabase,
  target: DatabaseTarget,
  { into, endSessions = false }: Destination,
): Promise<{ readonly database: string; readonly kept: string | null }> {
  const { server } = scratch;
  const database = into ?? target.database;
  const isReplaced = into === undefined && (await isThere(server, database));
  const kept = isReplaced ? keptName(database, 'before_restore') : null;
  const renaming = () =>
    inTransaction(server, async () => {
      if (kept !== null) await rename(server, database, kept);
      await rename(server, scratch.name, database);
    });
  try {
    await (isReplaced && endSessions ? whileEndingOthers(target, database, renaming) : renaming());
  } catch (error) {
    if ((error as { code?: string }).code !== OBJECT_IN_USE || kept === null) throw error;
    const ready = keptName(database, 'restored');
    await rename(server, scratch.name, ready);
    scratch.keep();
    throw restoreTargetBusy(
      database,
      `${(await describeSessions(server, database)) ?? 'They came while the backup was loaded.'} The restored database is complete, under the name ${ready}.`,
      `When they are gone: ALTER DATABASE ${quote(database)} RENAME TO ${quote(kept)}; ALTER DATABASE ${quote(ready)} RENAME TO ${quote(database)};`,
    );
  }
  scratch.keep();
  return { database, kept };
}

async function rename(server: pg.Client, from: string, to: string): Promise<void> {
  await server.query(`alter database ${quote(from)} rename to ${quote(to)}`);
}

/**
 * A renaming locks the database, so that nobody new comes in, and waits for seconds that those inside
 * leave: they are ended meanwhile. Nothing else is set on it that would stay if this were killed.
 */
async function whileEndingOthers(
  target: DatabaseTarget,
  database: string,
  renaming: () => Promise<void>,
): Promise<void> {
  await withServer(target, async (other) => {
    let isOver = false;
    const ending = async () => {
      while (!isOver) {
        // Those of a superuser may not be ended, and are told of when the renaming gives up.
        await other
          .query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
            database,
          ])
          .catch(() => undefined);
        await wait(POLL_MS);
      }
    };
    const renamed = renaming().finally(() => (isOver = true));
    await Promise.all([renamed, ending()]);
  });
}

async function isThere(server: pg.Client, name: string): Promise<boolean> {
  const { rows } = await server.query('select from pg_database where datname = $1', [name]);
  return rows.length > 0;
}

async function describeSessions(server: pg.Client, name: string): Promise<string | null> {
  const { rows } = await server.query<{ application: string; sessions: string }>(
    `select coalesce(nullif(application_name, ''), 'a program without a name') as application, count(*) as sessions
     from pg_stat_activity where datname = $1 and pid <> pg_backend_pid() group by 1 order by 1`,
    [name],
  );
  if (rows.length === 0) return null;
  return rows
    .map(({ application, sessions }) => `${sessions} session(s) of ${application}.`)
    .join(' ');
}

/** `shop_before_restore_20260131T120000`, cut to what PostgreSQL keeps of a name. */
function keptName(database: string, word: string): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\..*$/g, '');
  const ending = `_${word}_${time}`;
  let start = database;
  while (Buffer.byteLength(start + ending) > MOST_NAME_BYTES)
    start = [...start].slice(0, -1).join('');
  return start + ending;
}

function quote(name: string): string {
  return pg.escapeIdentifier(name);
}
