import type { Actor, Prisma } from '@holovitals/database';
import { findActingUser } from '@holovitals/identity';
import { v7 as uuidV7 } from 'uuid';
import { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { breachStateRefused, inputInvalid } from '../errors.ts';
import { assertFactsAgree } from './assert-facts-agree.ts';
import { changeBreachSchema, openBreachSchema, type Breach } from './breach-incident.schema.ts';
import { askOfficer, lockBreach, shownBreach } from './breach-incident.store.ts';

const RESOURCE = { resourceType: 'BreachIncident' } as const;

/**
 * Opens an incident in the organisation the officer acts in; its clocks run from the day of discovery.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.ORGANIZATION_MISSING`,
 *   `COMPLIANCE.FACTS_CONTRADICT`, `IDENTITY.NOT_PERMITTED`
 */
export async function openBreach(
  context: ComplianceContext,
  actor: Actor,
  given: z.input<typeof openBreachSchema>,
): Promise<Breach> {
  const parsed = openBreachSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('openBreach', parsed.error);
  const input = parsed.data;
  assertPast('openBreach', input.discoveredAt, context.clock());
  const event = { eventType: 'PHI_CREATE', action: 'C', ...RESOURCE } as const;
  return await inTrail(context, actor, event, async (tx) => {
    const { organizationId } = await askOfficer(tx, actor.organizationId);
    const tied = {
      ...{ occurredAt: date(input.occurredAt), occurredUntil: date(input.occurredUntil) },
      ...{ discoveredAt: new Date(input.discoveredAt), exception: null, lowProbability: false },
      ...({ regimes: input.regimes, ourRole: input.ourRole, status: 'DETECTED' } as const),
    };
    assertFactsAgree(tied);
    const row = await tx.breachIncident.create({
      data: {
        ...{ id: uuidV7(), organizationId, leadId: await findActingUser(tx), ...tied },
        ...{ title: input.title, source: input.source, cause: input.cause },
        location: input.location ?? [],
        noticesDelegated: input.noticesDelegated ?? false,
        unsecuredPhi: input.unsecuredPhi ?? true,
        affectedCount: input.affectedCount ?? null,
        affectedByState: input.affectedByState ?? {},
        mitigation: input.mitigation ?? null,
      },
    });
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', resourceId: row.id }]);
    return shownBreach(row);
  });
}

/**
 * Corrects or completes the facts of an incident that is not closed; the database computes its clocks
 * anew.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.BREACH_MISSING`,
 *   `COMPLIANCE.BREACH_STATE_REFUSED`, `COMPLIANCE.FACTS_CONTRADICT`,
 *   `COMPLIANCE.NOTICE_UNAVOIDABLE`, `IDENTITY.NOT_PERMITTED`
 */
export async function changeBreach(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof changeBreachSchema>,
): Promise<Breach> {
  const parsed = changeBreachSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('changeBreach', parsed.error);
  const { reason, discoveredAt, occurredAt, occurredUntil, ...rest } = parsed.data;
  if (discoveredAt !== undefined) assertPast('changeBreach', discoveredAt, context.clock());
  const tied = {
    ...(rest.regimes !== undefined && { regimes: rest.regimes }),
    ...(rest.ourRole !== undefined && { ourRole: rest.ourRole }),
    ...(discoveredAt !== undefined && { discoveredAt: new Date(discoveredAt) }),
    ...(occurredAt !== undefined && { occurredAt: date(occurredAt) }),
    ...(occurredUntil !== undefined && { occurredUntil: date(occurredUntil) }),
  };
  const changes = { ...rest, ...tied } as Prisma.BreachIncidentUncheckedUpdateInput;
  const event = {
    ...({ eventType: 'PHI_UPDATE', action: 'U', ...RESOURCE, resourceId: id } as const),
    ...{ reason, changedFields: Object.keys(changes) },
  };
  return await inTrail(context, actor, event, async (tx) => {
    const before = await lockBreach(tx, actor.organizationId, id);
    if (before.status === 'CLOSED') throw breachStateRefused(before.status);
    assertFactsAgree({ ...before, ...tied });
    const row = await tx.breachIncident.update({ where: { id }, data: changes });
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS' }]);
    return shownBreach(row);
  });
}

const date = (text: string | null | undefined) =>
  text === undefined || text === null ? null : new Date(text);

function assertPast(useCase: string, discoveredAt: string, now: Date): void {
  if (new Date(discoveredAt) <= now) return;
  const issue = { code: 'custom', path: ['discoveredAt'], message: 'is to come', input: undefined };
  throw inputInvalid(useCase, new z.ZodError([issue as z.core.$ZodIssue]));
}
