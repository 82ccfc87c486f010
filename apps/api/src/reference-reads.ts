import type { Database } from '@holovitals/database';
import { isCodedError } from '@holovitals/errors';
import { replicaUnfit } from './errors.ts';
import { lookAtReplica, type ReplicaLook } from './look-at-replica.ts';

/** Why the replica is asked or not. */
export type ReplicaState = 'used' | 'behind' | 'unreachable' | 'unfit';

/** How a replica does, for probes. */
export interface ReplicaReport {
  readonly state: ReplicaState;
  /** How old what it shows may be; null where it is older than can be told. */
  readonly lagMs: number | null;
}

/**
 * Reads of reference data, which is about no patient: code sets, roles, permissions. They may come
 * from a replica, a moment old. Reads of patients never do: their audit row needs the primary.
 */
export interface ReferenceReads {
  /** Reads from the replica where it is fit to be asked, else from the primary. */
  read<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /** Null where no replica is configured. */
  report(): ReplicaReport | null;
  /** Looks how the replica does; done again and again in the background. */
  look(): Promise<void>;
}

/** All reads from the primary. */
export function readFromPrimary(primary: Database): ReferenceReads {
  return { read: (work) => work(primary), report: () => null, look: () => Promise.resolve() };
}

/** A position of the primary, and when it was there. */
interface Mark {
  readonly position: bigint;
  readonly at: number;
}

/**
 * Reads from a replica while it lags less than `maxLagMs`, else from the primary. The lag is the age
 * of the newest position of the primary that the replica has replayed, so that a replica that is cut
 * off from its primary ages, and one of a primary that is idle does not.
 *
 * @throws CodedError `API.REPLICA_UNFIT` where what is configured is no replica of this primary, or
 *   its role could read what row security guards
 */
export async function openReferenceReads(
  primary: Database,
  replica: Database,
  { maxLagMs, clock = Date.now }: { readonly maxLagMs: number; readonly clock?: () => number },
): Promise<ReferenceReads> {
  let marks: readonly Mark[] = [];
  let report: ReplicaReport = { state: 'unreachable', lagMs: null };
  const judge = (seen: ReplicaLook | null): ReplicaReport => {
    if (seen === null) return { state: 'unreachable', lagMs: null };
    if (seen.faults.length > 0) return { state: 'unfit', lagMs: null };
    const now = clock();
    marks = [...marks, { position: seen.primaryPosition, at: now }];
    const replayed = marks.findLast(({ position }) => position <= seen.replayedPosition);
    // What was replayed before the newest mark that is, tells nothing more.
    marks = marks.filter(({ at }) => at >= (replayed?.at ?? now - maxLagMs));
    const lagMs = replayed === undefined ? null : now - replayed.at;
    return { state: lagMs !== null && lagMs <= maxLagMs ? 'used' : 'behind', lagMs };
  };
  const look = async () => {
    const seen = await lookAtReplica(primary, replica);
    report = judge(seen);
    return seen;
  };
  const first = await look();
  if (first !== null && first.faults.length > 0) throw replicaUnfit(first.faults);
  return {
    async read(work) {
      if (report.state !== 'used') return work(primary);
      try {
        return await work(replica);
      } catch (error) {
        if (isCodedError(error)) throw error;
        // Cut off, or ended by what the replica has to replay: the next look tells more.
        report = { state: 'unreachable', lagMs: null };
        return work(primary);
      }
    },
    report: () => report,
    look: async () => void (await look()),
  };
}
