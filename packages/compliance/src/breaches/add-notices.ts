import { Prisma, type Actor } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import {
  breachStateRefused,
  individualsUnknown,
  inputInvalid,
  noticeNotOwed,
  noticePlanned,
} from '../errors.ts';
import { lockBreach } from './breach-incident.store.ts';
import {
  addIndividualsSchema,
  addNoticeSchema,
  type BreachNotice,
} from './breach-notice.schema.ts';
import { findStrangers, insertIndividuals, shownNotice } from './breach-notice.store.ts';

/** How many individuals an act added, and how many are listed now. */
export interface AddedIndividuals {
  readonly added: number;
  readonly listed: number;
}

// The trail names the incident and not its patients: they read who touched their chart, and are to
// learn of a breach by its notice, which law enforcement may delay (45 CFR 164.412).
const eventOf = (id: string) =>
  ({
    ...({ eventType: 'PHI_CREATE', action: 'C' } as const),
    ...{ resourceType: 'BreachIncident', resourceId: id, changedFields: ['notifications'] },
  }) as const;

/**
 * Lists individuals whose information was in the incident; who is listed already stays as he is. Where
 * more are listed than were said to be affected, that number follows, and with it the clocks.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.BREACH_MISSING`,
 *   `COMPLIANCE.BREACH_STATE_REFUSED`, `COMPLIANCE.NOTICE_NOT_OWED`, `COMPLIANCE.INDIVIDUALS_UNKNOWN`,
 *   `IDENTITY.NOT_PERMITTED`
 */
export async function addIndividuals(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof addIndividualsSchema>,
): Promise<AddedIndividuals> {
  const parsed = addIndividualsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('addIndividuals', parsed.error);
  const { patientIds, ...rest } = parsed.data;
  const event = eventOf(id);
  return await inTrail(context, actor, event, async (tx) => {
    const incident = await lockBreach(tx, actor.organizationId, id);
    if (incident.status === 'CLOSED') throw breachStateRefused(incident.status);
    if ((incident.individualDueAt ?? incident.associateDueAt) === null) throw noticeNotOwed();
    const strangers = await findStrangers(tx, patientIds, incident.organizationId);
    if (strangers.length > 0) throw individualsUnknown(strangers);
    const added = await insertIndividuals(tx, id, patientIds, rest);
    const listed = await tx.breachNotification.count({
      where: { incidentId: id, audience: { in: ['INDIVIDUAL', 'NEXT_OF_KIN'] } },
    });
    const isMore = incident.affectedCount !== null && listed > incident.affectedCount;
    const isAgain = incident.status === 'NOTIFIED' && added > 0;
    if (isMore || isAgain) {
      const data = {
        ...(isMore && { affectedCount: listed }),
        ...(isAgain && { status: 'NOTIFYING' as const }),
      };
      await tx.breachIncident.update({ where: { id }, data, select: { id: true } });
    }
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', recordCount: added }]);
    return { added, listed };
  });
}

/**
 * Plans a notice to media, an authority, or the covered entity; its day is the incident's.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.BREACH_MISSING`,
 *   `COMPLIANCE.BREACH_STATE_REFUSED`, `COMPLIANCE.NOTICE_NOT_OWED`, `COMPLIANCE.NOTICE_PLANNED`,
 *   `IDENTITY.NOT_PERMITTED`
 */
export async function addNotice(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof addNoticeSchema>,
): Promise<BreachNotice> {
  const parsed = addNoticeSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('addNotice', parsed.error);
  const input = parsed.data;
  const { audience } = input;
  const state = 'state' in input ? input.state : null;
  const event = eventOf(id);
  return await inTrail(context, actor, event, async (tx) => {
    const incident = await lockBreach(tx, actor.organizationId, id);
    if (incident.status === 'CLOSED') throw breachStateRefused(incident.status);
    const [owed] = await tx.$queryRaw<{ dueOn: Date | null }[]>(Prisma.sql`
      select breach_notice_due_on(incident, ${audience}::notice_audience) as "dueOn"
      from breach_incidents as incident where id = ${id}::uuid`);
    const dueAt = 'dueOn' in input ? new Date(input.dueOn) : (owed?.dueOn ?? null);
    if (dueAt === null) throw noticeNotOwed();
    const waiting = { incidentId: id, audience, state, sentAt: null };
    if ((await tx.breachNotification.count({ where: waiting })) > 0) throw noticePlanned();
    const row = await tx.breachNotification.create({
      data: { id: uuidV7(), incidentId: id, audience, state, dueAt, content: {} },
    });
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', recordCount: 1 }]);
    return shownNotice(row);
  });
}
