import type { Actor } from '@holovitals/database';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { breachStateRefused, inputInvalid, noticesOwed } from '../errors.ts';
import { closeBreachSchema, type Breach } from './breach-incident.schema.ts';
import { lockBreach, shownBreach } from './breach-incident.store.ts';
import { findDuties } from './breach-notice.store.ts';

/**
 * Closes an incident that is decided and of which no notice is owed any more.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.BREACH_MISSING`,
 *   `COMPLIANCE.BREACH_STATE_REFUSED`, `COMPLIANCE.NOTICES_OWED`, `IDENTITY.NOT_PERMITTED`
 */
export async function closeBreach(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof closeBreachSchema>,
): Promise<Breach> {
  const parsed = closeBreachSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('closeBreach', parsed.error);
  const event = {
    ...({ eventType: 'PHI_UPDATE', action: 'U' } as const),
    ...{ resourceType: 'BreachIncident', resourceId: id, reason: parsed.data.reason },
  };
  return await inTrail(context, actor, event, async (tx) => {
    const { status } = await lockBreach(tx, actor.organizationId, id);
    if (status === 'DETECTED' || status === 'INVESTIGATING' || status === 'CLOSED') {
      throw breachStateRefused(status);
    }
    const owed = (await findDuties(tx, id)).filter(({ isMet }) => !isMet);
    if (owed.length > 0) throw noticesOwed(owed.map(({ audience }) => audience));
    const row = await tx.breachIncident.update({
      where: { id },
      data: { status: 'CLOSED', closedAt: context.clock() },
    });
    const changedFields = ['status', 'closedAt'];
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', changedFields }]);
    return shownBreach(row);
  });
}
