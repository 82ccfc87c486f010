import { setTimeout as wait } from 'node:timers/promises';
import type { KeySession } from './key-session.ts';

const LOOK_EVERY_MS = 50;

/**
 * Waits until nobody can see any more what rows were before now: until then no vacuum takes them away.
 *
 * @returns false where somebody still can after `patienceMs`: a transaction, a replica or its slot
 */
export async function awaitHorizon(session: KeySession, patienceMs: number): Promise<boolean> {
  const { rows } = await session.query<{ next: string }>(
    'select pg_snapshot_xmax(pg_current_snapshot())::text as next',
  );
  const end = Date.now() + patienceMs;
  while (await isSeen(session, rows[0]?.next ?? '')) {
    if (Date.now() > end) return false;
    await wait(LOOK_EVERY_MS);
  }
  return true;
}

/**
 * Whether anybody keeps rows that ended before the transaction with this number. A transaction that
 * writes in another database keeps none itself, but every snapshot that is taken meanwhile does for it,
 * that of the vacuum too.
 */
async function isSeen(session: KeySession, next: string): Promise<boolean> {
  const { rows } = await session.query<{ isSeen: boolean }>(
    `select coalesce(max(age(held)) > age($1::xid8::xid), false)
       or pg_snapshot_xmin(pg_current_snapshot()) < $1::xid8 as "isSeen" from (
       select unnest(array[backend_xmin, backend_xid]) from pg_stat_activity
       where pid <> pg_backend_pid() and coalesce(datname, current_database()) = current_database()
       union all select unnest(array[xmin, catalog_xmin]) from pg_replication_slots
       union all select transaction from pg_prepared_xacts where database = current_database()
     ) as holders (held)`,
    [next],
  );
  return rows[0]?.isSeen ?? false;
}
