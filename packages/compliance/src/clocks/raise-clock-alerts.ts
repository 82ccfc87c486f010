import { anonymous, Prisma, withActor, type Actor, type Transaction } from '@holovitals/database';
import { queueMessage } from '@holovitals/identity';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { findOfficers } from '../emergency/emergency-access.store.ts';

/** How many alerts a run raised: of clocks that end soon, and of those that have passed. */
export interface RaisedClockAlerts {
  readonly near: number;
  readonly passed: number;
}

interface Told extends RaisedClockAlerts {
  /** Null for a clock of the platform's own. */
  readonly organizationId: string | null;
  readonly permission: string;
  readonly firstDueOn: string;
}

const AT_ONCE = 1000;
const worker: Actor = {
  ...anonymous({ ip: null, userAgent: null, requestId: null, source: 'worker' }),
  agentSystem: 'legal-clocks',
};

/**
 * Raises the alerts of legal clocks that came to their next step, ten days, three and one before their
 * last day and after it, and mails the officers who answer for them, one mail for all of a batch. Each
 * step is told once, by however many processes at once: alerts and mails are one transaction, and what a
 * process that dies leaves undone the next run does.
 */
export async function raiseClockAlerts(
  { db, clock }: Pick<ComplianceContext, 'db' | 'clock'>,
  signal?: AbortSignal,
): Promise<RaisedClockAlerts> {
  const raised = { near: 0, passed: 0 };
  for (let count = AT_ONCE; count > 0 && signal?.aborted !== true;) {
    const told = await withActor(db, worker, (tx) => raiseBatch(tx, clock()));
    count = 0;
    for (const { near, passed } of told) {
      raised.near += near;
      raised.passed += passed;
      count += near + passed;
    }
  }
  return raised;
}

async function raiseBatch(tx: Transaction, now: Date): Promise<Told[]> {
  const told = await tx.$queryRaw<Told[]>(Prisma.sql`
    select organization_id as "organizationId", permission, near, passed,
      to_char(first_due_on, 'YYYY-MM-DD') as "firstDueOn"
    from raise_clock_alerts(${now}::timestamptz, ${AT_ONCE})`);
  for (const { organizationId, permission, near, passed, firstDueOn } of told) {
    const params = { near: String(near), passed: String(passed), firstDueOn };
    for (const { id, email } of await findOfficers(tx, permission, organizationId, null)) {
      const message = { userId: id, channel: 'EMAIL', recipient: email } as const;
      await queueMessage(tx, { ...message, templateKey: 'legal-clocks', params }, now);
    }
  }
  return told;
}
