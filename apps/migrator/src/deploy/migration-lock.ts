import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { lockHeld } from '../errors.ts';

/** The key of Prisma's own advisory lock, so that its CLI and this migrator exclude each other. */
const PRISMA_LOCK = 72_707_369;
const POLL_MS = 100;

interface Holder {
  readonly pid: number;
  readonly application: string;
  readonly since: Date | null;
}

/** How long to wait for the lock, and whom to tell. */
export interface LockOptions {
  /** Milliseconds. */
  readonly waitMs: number;
  /** Called once when another session holds it. */
  readonly onWait: (holder: string) => void;
}

/**
 * Runs work under the migration lock of a database; the lock ends with the session.
 *
 * @throws CodedError `MIGRATOR.LOCK_HELD` when the wait is over
 */
export async function withMigrationLock<T>(
  client: pg.Client,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + options.waitMs;
  let told = false;
  while (!(await tryLock(client))) {
    const holder = describe(await findHolder(client));
    if (Date.now() > deadline) throw lockHeld(holder);
    if (!told) options.onWait(holder);
    told = true;
    await wait(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await client.query('select pg_advisory_unlock($1)', [PRISMA_LOCK]).catch(() => undefined);
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1) as locked',
    [PRISMA_LOCK],
  );
  return rows[0]?.locked === true;
}

async function findHolder(client: pg.Client): Promise<Holder | undefined> {
  const { rows } = await client.query<Holder>(
    `select a.pid, a.application_name as application, a.backend_start as since
     from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1
       and l.database = (select oid from pg_database where datname = current_database())`,
    [PRISMA_LOCK],
  );
  return rows[0];
}

function describe(holder: Holder | undefined): string {
  if (holder === undefined) return 'Its holder just ended.';
  const { pid, application, since } = holder;
  const program = application === '' ? 'a program without a name' : application;
  return `Held by ${program}, session ${pid}${since === null ? '' : `, connected since ${since.toISOString()}`}.`;
}
