import type { Database } from '@holovitals/database';

/** What a replica and its primary say at one moment. */
export interface ReplicaLook {
  /** Why it must not be asked; empty where it may. */
  readonly faults: readonly string[];
  /** Positions in the write-ahead log, in bytes. */
  readonly primaryPosition: bigint;
  readonly replayedPosition: bigint;
}

interface OfReplica {
  readonly isReplica: boolean;
  readonly system: string;
  readonly replayed: string | null;
  readonly readsGuarded: boolean;
}

/** Asks the primary, then the replica; null where the replica does not answer. */
export async function lookAtReplica(
  primary: Database,
  replica: Database,
): Promise<ReplicaLook | null> {
  const [ofPrimary] = await primary.$queryRaw<{ system: string; position: string }[]>`
    select (select system_identifier::text from pg_control_system()) as system,
           pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as position`;
  const found = await replica.$queryRaw<OfReplica[]>`
    select pg_is_in_recovery() as "isReplica",
           (select system_identifier::text from pg_control_system()) as system,
           pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::text as replayed,
           exists (select from pg_class c where c.relrowsecurity
                   and has_any_column_privilege(c.oid, 'select')) as "readsGuarded"`.catch(
    () => [],
  );
  const [ofReplica] = found;
  if (ofPrimary === undefined || ofReplica === undefined) return null;
  return {
    faults: [
      ...(ofReplica.isReplica ? [] : ['it is no replica']),
      ...(ofReplica.system === ofPrimary.system ? [] : ['it belongs to another primary']),
      ...(ofReplica.readsGuarded ? ['its role may read tables with row security'] : []),
    ],
    primaryPosition: BigInt(ofPrimary.position),
    replayedPosition: BigInt(ofReplica.replayed ?? 0),
  };
}
