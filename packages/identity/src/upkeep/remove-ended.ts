import { anonymous, withActor, type Actor, type Transaction } from '@holovitals/database';
import type { IdentityContext } from '../context.ts';
import {
  deleteChallenges,
  deleteMessages,
  deleteSessions,
  deleteUnproven,
  findUnproven,
  type Ended,
} from './upkeep.store.ts';

const DAY = 86_400_000;
const BATCH = 500;
/** Days that rows are kept after they are over: the audit trail tells what they were about. */
const KEPT_DAYS = { sessions: 30, challenges: 1, messages: 30, accounts: 30 };

/** How many rows of each kind a run removed. */
export interface RemovedRows {
  readonly sessions: number;
  readonly challenges: number;
  readonly messages: number;
  /** Accounts that never proved their address. */
  readonly accounts: number;
  /** Of those, how many stay since something names them. */
  readonly accountsKept: number;
}

const upkeep: Actor = {
  ...anonymous({ ip: null, userAgent: null, requestId: null, source: 'upkeep' }),
  agentSystem: 'upkeep',
};

/**
 * Removes what is over: sessions, challenges and sent messages of accounts, and accounts that never
 * proved their address. In batches of 500, each with its audit row, in a transaction of its own, so
 * that it can be cut off and any number may run at once. Nothing of an account under a legal hold is
 * touched, and no row of the audit trail. `progress` is told after each batch.
 */
export async function removeEnded(
  context: IdentityContext,
  { held, progress = () => {}, signal }: RemoveEndedOptions,
): Promise<RemovedRows> {
  const now = context.clock().getTime();
  const endedAt = (kind: keyof typeof KEPT_DAYS): Ended => ({
    before: new Date(now - KEPT_DAYS[kind] * DAY),
    held,
    limit: BATCH,
  });
  const removed = { sessions: 0, challenges: 0, messages: 0, accounts: 0, accountsKept: 0 };
  for (const [kind, resourceType, remove] of KINDS) {
    for (let count = BATCH; count > 0 && signal?.aborted !== true;) {
      count = await removeBatch(context, resourceType, (tx) => remove(tx, endedAt(kind)));
      removed[kind] += count;
      progress(removed);
    }
  }
  if (signal?.aborted === true) return removed;
  return await removeUnproven(context, endedAt('accounts'), removed, progress);
}

/** What {@link removeEnded} is told. */
export interface RemoveEndedOptions {
  /** Ids of accounts that a legal hold freezes. */
  readonly held: readonly string[];
  readonly progress?: (soFar: RemovedRows) => void;
  /** Ends the run after the batch under way. */
  readonly signal?: AbortSignal;
}

const KINDS = [
  ['sessions', 'UserSession', deleteSessions],
  ['challenges', 'IdentityChallenge', deleteChallenges],
  ['messages', 'Notification', deleteMessages],
] as const;

async function removeBatch(
  { db, audit }: IdentityContext,
  resourceType: string,
  remove: (tx: Transaction) => Promise<number>,
): Promise<number> {
  return await withActor(db, upkeep, async (tx) => {
    const recordCount = await remove(tx);
    if (recordCount > 0) await audit(tx, upkeep, [{ ...REMOVAL, resourceType, recordCount }]);
    return recordCount;
  });
}

async function removeUnproven(
  { db, audit }: IdentityContext,
  ended: Ended,
  soFar: RemovedRows,
  progress: (soFar: RemovedRows) => void,
): Promise<RemovedRows> {
  let { accounts, accountsKept } = soFar;
  let after: string | null = null;
  for (;;) {
    const page = await withActor(db, upkeep, (tx) => findUnproven(tx, ended, after));
    for (const { id } of page) {
      after = id;
      const isRemoved = await withActor(db, upkeep, async (tx) => {
        if (!(await deleteUnproven(tx, id, ended.before))) return false;
        await audit(tx, upkeep, [{ ...REMOVAL, resourceType: 'User', resourceId: id }]);
        return true;
      }).catch((error: unknown) => {
        if ((error as { code?: string }).code !== FOREIGN_KEY) throw error;
        return false;
      });
      if (isRemoved) accounts += 1;
      else accountsKept += 1;
    }
    progress({ ...soFar, accounts, accountsKept });
    if (page.length < ended.limit) return { ...soFar, accounts, accountsKept };
  }
}

/** Prisma's code of a row that others name. */
const FOREIGN_KEY = 'P2003';
const REMOVAL = { eventType: 'RETENTION', action: 'D', outcome: 'SUCCESS' } as const;
