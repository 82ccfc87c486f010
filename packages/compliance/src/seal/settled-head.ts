import { setTimeout as wait } from 'node:timers/promises';
import type { Session } from '../command/package-command.ts';
import { writersBusy } from '../errors.ts';

const LOOK_EVERY_MS = 20;

/**
 * The number up to which the trail can change no more: every row with a lower one is committed, or
 * never will be. A writer takes its number some time before it commits; each has locked the table
 * (ROW EXCLUSIVE) before it takes one, and keeps the lock to its end. So whoever took a number up to
 * the last one holds that lock now or has ended: once these writers have ended, it is settled. Nobody
 * waits for it.
 *
 * @param patienceMs how long to wait for a writer
 * @throws CodedError `COMPLIANCE.AUDIT_WRITERS_BUSY`
 */
export async function settledHead(session: Session, patienceMs: number): Promise<string> {
  // In this order: who takes a number after the first statement is above it.
  const { rows } = await session.query<{ head: string }>(
    `select (case when is_called then last_value else 0 end)::text as head from audit_logs_seq_seq`,
  );
  let writers = await readWriters(session, null);
  const end = Date.now() + patienceMs;
  while (writers.length > 0) {
    if (Date.now() > end) throw writersBusy();
    await wait(LOOK_EVERY_MS);
    writers = await readWriters(session, writers);
  }
  return rows[0]?.head ?? '0';
}

/** The transactions that write to the trail; of these, where some are named. */
async function readWriters(session: Session, among: readonly string[] | null): Promise<string[]> {
  const { rows } = await session.query<{ writer: string }>(
    `select distinct virtualtransaction as writer from pg_locks
     where locktype = 'relation' and relation in (select relid from pg_partition_tree('public.audit_logs'))
       and database = (select oid from pg_database where datname = current_database())
       and mode = 'RowExclusiveLock' and granted and pid is distinct from pg_backend_pid()
       and ($1::text[] is null or virtualtransaction = any ($1))`,
    [among],
  );
  return rows.map(({ writer }) => writer);
}
