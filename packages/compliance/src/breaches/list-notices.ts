import type { Actor, Prisma } from '@holovitals/database';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { breachMissing, inputInvalid } from '../errors.ts';
import { askOfficer } from './breach-incident.store.ts';
import { listNoticesSchema, type BreachDuty, type BreachNotice } from './breach-notice.schema.ts';
import { findDuties, shownNotice } from './breach-notice.store.ts';

/** A page of notices, in the order they were added; `next` is null on the last one. */
export interface BreachNoticePage {
  readonly items: readonly BreachNotice[];
  readonly next: string | null;
}

const READ = { eventType: 'PHI_READ', action: 'R', resourceType: 'BreachIncident' } as const;

/**
 * Lists the notices of an incident and the individuals who are to have one, in the order they were added.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.BREACH_MISSING`, `IDENTITY.NOT_PERMITTED`
 */
export async function listNotices(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof listNoticesSchema>,
): Promise<BreachNoticePage> {
  const parsed = listNoticesSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listNotices', parsed.error);
  const { audience, state, limit, after } = parsed.data;
  return await readOf(context, actor, id, async (tx) => {
    const rows = await tx.breachNotification.findMany({
      where: {
        ...{ incidentId: id, ...STATES[state] },
        ...(audience !== undefined && { audience }),
        ...(after !== undefined && { id: { gt: after } }),
      },
      orderBy: { id: 'asc' },
      take: limit + 1,
    });
    const items = rows.slice(0, limit).map(shownNotice);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}

const STATES: Readonly<
  Record<z.infer<typeof listNoticesSchema>['state'], Prisma.BreachNotificationWhereInput>
> = {
  'to-send': { sentAt: null },
  sent: { sentAt: { not: null } },
  returned: { returnedAt: { not: null }, substituteNoticeAt: null },
  all: {},
};

/**
 * Lists what the law asks for of an incident, and whether it was done.
 *
 * @throws CodedError `COMPLIANCE.BREACH_MISSING`, `IDENTITY.NOT_PERMITTED`
 */
export async function listDuties(
  context: ComplianceContext,
  actor: Actor,
  id: string,
): Promise<readonly BreachDuty[]> {
  const { items } = await readOf(context, actor, id, async (tx) => ({
    items: await findDuties(tx, id),
  }));
  return items;
}

async function readOf<Page extends { readonly items: readonly unknown[] }>(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  read: (tx: Parameters<typeof askOfficer>[0]) => Promise<Page>,
): Promise<Page> {
  const event = { ...READ, resourceId: id };
  return await inTrail(context, actor, event, async (tx) => {
    const { organizationId } = await askOfficer(tx, actor.organizationId);
    const where = { id, organizationId };
    if ((await tx.breachIncident.count({ where })) === 0) throw breachMissing();
    const page = await read(tx);
    const recordCount = page.items.length;
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', recordCount }]);
    return page;
  });
}
