import type { Actor } from '@holovitals/database';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { breachMissing, inputInvalid } from '../errors.ts';
import { listBreachesSchema, type Breach } from './breach-incident.schema.ts';
import { askOfficer, shownBreach } from './breach-incident.store.ts';

/** A page of incidents, newest first; `next` is null on the last one. */
export interface BreachPage {
  readonly items: readonly Breach[];
  readonly next: string | null;
}

const READ = { eventType: 'PHI_READ', action: 'R', resourceType: 'BreachIncident' } as const;

/**
 * Lists the incidents of the organisation an officer acts in, newest first.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.ORGANIZATION_MISSING`,
 *   `IDENTITY.NOT_PERMITTED`
 */
export async function listBreaches(
  context: ComplianceContext,
  actor: Actor,
  given: z.input<typeof listBreachesSchema>,
): Promise<BreachPage> {
  const parsed = listBreachesSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listBreaches', parsed.error);
  const { status, limit, after } = parsed.data;
  return await inTrail(context, actor, READ, async (tx) => {
    const { organizationId } = await askOfficer(tx, actor.organizationId);
    const rows = await tx.breachIncident.findMany({
      where: {
        organizationId,
        ...(status !== undefined && { status }),
        ...(after !== undefined && { id: { lt: after } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    const items = rows.slice(0, limit).map(shownBreach);
    await context.audit(tx, actor, [{ ...READ, outcome: 'SUCCESS', recordCount: items.length }]);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}

/**
 * Reads one incident of the organisation an officer acts in.
 *
 * @throws CodedError `COMPLIANCE.BREACH_MISSING`, `COMPLIANCE.ORGANIZATION_MISSING`,
 *   `IDENTITY.NOT_PERMITTED`
 */
export async function readBreach(
  context: ComplianceContext,
  actor: Actor,
  id: string,
): Promise<Breach> {
  const event = { ...READ, resourceId: id };
  return await inTrail(context, actor, event, async (tx) => {
    const { organizationId } = await askOfficer(tx, actor.organizationId);
    const row = await tx.breachIncident.findFirst({ where: { id, organizationId } });
    if (row === null) throw breachMissing();
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS' }]);
    return shownBreach(row);
  });
}
