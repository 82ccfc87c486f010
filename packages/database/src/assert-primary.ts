import type { Database } from './create-client.ts';
import { replicaRefused } from './errors.ts';

/**
 * Refuses a connection to a replica: a read of a record writes its audit row in the same
 * transaction, which only the primary can.
 *
 * @throws CodedError `DATABASE.REPLICA_REFUSED`
 */
export async function assertPrimary(db: Database): Promise<void> {
  const [row] = await db.$queryRaw<{ isReplica: boolean }[]>`
    select pg_is_in_recovery() as "isReplica"`;
  if (row?.isReplica === true) throw replicaRefused();
}
