import { setTimeout as wait } from 'node:timers/promises';
import { keyStillWrites } from '../errors.ts';
import { encryptedTables } from './encrypted-tables.ts';
import type { KeySession } from './key-session.ts';

const LOOK_EVERY_MS = 50;

/**
 * Waits until every transaction has ended that writes to an encrypted table now: what it wrote can be
 * counted then.
 *
 * @throws CodedError `DATABASE.KEY_STILL_WRITES` after `patienceMs`
 */
export async function awaitWriters(session: KeySession, patienceMs: number): Promise<void> {
  let writers = await readWriters(session, null);
  const end = Date.now() + patienceMs;
  while (writers.length > 0) {
    if (Date.now() > end) throw keyStillWrites('A transaction that writes has been open too long.');
    await wait(LOOK_EVERY_MS);
    writers = await readWriters(session, writers);
  }
}

/** The transactions that write; of these, where some are named. */
async function readWriters(
  session: KeySession,
  among: readonly string[] | null,
): Promise<string[]> {
  const { rows } = await session.query<{ writer: string }>(
    `select distinct virtualtransaction as writer from pg_locks
     where locktype = 'relation' and mode = 'RowExclusiveLock' and granted
       and relation = any (select format('public.%I', name)::regclass from unnest($1::text[]) as name)
       and database = (select oid from pg_database where datname = current_database())
       and pid is distinct from pg_backend_pid()
       and ($2::text[] is null or virtualtransaction = any ($2))`,
    [encryptedTables().map(({ table }) => table), among],
  );
  return rows.map(({ writer }) => writer);
}
