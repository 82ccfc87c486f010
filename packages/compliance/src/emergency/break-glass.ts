import {
  callAs,
  withActor,
  type Actor,
  type Database,
  type Transaction,
} from '@holovitals/database';
import { notPermitted, queueMessage, sessionInvalid } from '@holovitals/identity';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import { isOverlap } from '../acts/store-refusals.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import {
  chartClosed,
  emergencyAccessMissing,
  emergencyAccessOpen,
  inputInvalid,
} from '../errors.ts';
import { startEmergencyAccessSchema, type EmergencyAccess } from './emergency-access.schema.ts';
import { askToStart, findOfficers, shown } from './emergency-access.store.ts';

const MINUTE = 60_000;
/** How long a privacy officer has to review an episode. */
const REVIEW_WITHIN = 72 * 60 * MINUTE;

/**
 * Opens a chart in an emergency, for a while (45 CFR 164.312(a)(2)(ii)). Calls that state its reason
 * as their purpose stand under it. The privacy officers are told, and must review it.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`,
 *   `COMPLIANCE.EMERGENCY_ACCESS_OPEN`, `IDENTITY.NOT_PERMITTED`
 */
export async function startEmergencyAccess(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof startEmergencyAccessSchema>,
): Promise<EmergencyAccess> {
  const parsed = startEmergencyAccessSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('startEmergencyAccess', parsed.error);
  const { reasonCode, justification, minutes } = parsed.data;
  const { userId } = actor;
  if (userId === null) throw sessionInvalid();
  const id = uuidV7();
  const acting: Actor = { ...actor, purposeOfUse: reasonCode, emergencyAccessId: id };
  const event = {
    ...({ eventType: 'EMERGENCY_START', action: 'C', patientId } as const),
    resourceType: 'EmergencyAccess',
    reason: justification,
  };
  const work = async (tx: Transaction) => {
    const { isOpen, isPermitted } = await askToStart(tx, patientId);
    if (!isPermitted) throw notPermitted('START_EMERGENCY_ACCESS');
    if (!isOpen) throw chartClosed();
    const now = context.clock();
    const officers = await findOfficers(
      tx,
      'REVIEW_EMERGENCY_ACCESS',
      actor.organizationId,
      userId,
    );
    const reviewDueAt = new Date(now.getTime() + REVIEW_WITHIN);
    const row = await tx.emergencyAccess
      .create({
        data: {
          ...{ id, userId, patientId, reasonCode, justification, reviewDueAt },
          startedAt: now,
          expiresAt: new Date(now.getTime() + minutes * MINUTE),
          notifiedAt: officers.length > 0 ? now : null,
        },
      })
      .catch((error: unknown) => {
        throw isOverlap(error) ? emergencyAccessOpen() : error;
      });
    for (const officer of officers) {
      const params = { id, reviewDueAt: reviewDueAt.toISOString() };
      await queueMessage(
        tx,
        {
          ...{ userId: officer.id, channel: 'EMAIL', recipient: officer.email },
          ...{ templateKey: 'emergency-access', params },
        },
        now,
      );
    }
    await context.audit(tx, acting, [{ ...event, outcome: 'SUCCESS', resourceId: id }]);
    return shown(row);
  };
  return await inTrail(context, acting, event, work, actor);
}

/** The episode under which a call stands. */
export interface OpenEmergencyAccess {
  readonly id: string;
  readonly expiresAt: string;
}

/** Finds the caller's episode for this patient that is open for the purpose the call states. */
export async function findOpenEmergencyAccess(
  db: Database,
  actor: Actor,
  patientId: string,
): Promise<OpenEmergencyAccess | null> {
  const call = { routine: 'emergency_access_now', subject: patientId, options: {} };
  return (await callAs(db, actor, call)) as OpenEmergencyAccess | null;
}

/**
 * Ends an episode before its time: its own person alone does.
 *
 * @throws CodedError `COMPLIANCE.EMERGENCY_ACCESS_MISSING`
 */
export async function endEmergencyAccess(
  { db, audit, clock }: ComplianceContext,
  actor: Actor,
  id: string,
): Promise<EmergencyAccess> {
  return await withActor(db, actor, async (tx) => {
    const open = { id, endedAt: null, userId: actor.userId ?? id, expiresAt: { gt: clock() } };
    const found = await tx.emergencyAccess.findFirst({ where: open });
    if (found === null) throw emergencyAccessMissing();
    const endedAt = new Date(Math.max(clock().getTime(), found.startedAt.getTime()));
    const [row] = await tx.emergencyAccess.updateManyAndReturn({ where: open, data: { endedAt } });
    if (row === undefined) throw emergencyAccessMissing();
    await audit(tx, actor, [
      {
        ...({ eventType: 'EMERGENCY_STOP', action: 'U', outcome: 'SUCCESS' } as const),
        ...{ patientId: row.patientId, resourceType: 'EmergencyAccess', resourceId: id },
        emergencyAccessId: id,
        changedFields: ['endedAt'],
      },
    ]);
    return shown(row);
  });
}
