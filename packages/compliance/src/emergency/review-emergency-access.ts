import type { Prisma } from '@holovitals/database';
import { withActor, type Actor } from '@holovitals/database';
import { actorHasPermission, findActingUser, notPermitted } from '@holovitals/identity';
import type { z } from 'zod';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { emergencyAccessMissing, inputInvalid, reviewOfOwn } from '../errors.ts';
import {
  listEmergencyAccessesSchema,
  reviewEmergencyAccessSchema,
  type EmergencyAccess,
} from './emergency-access.schema.ts';
import { shown } from './emergency-access.store.ts';

/** A page of episodes, newest first; `next` is null on the last one. */
export interface EmergencyAccessPage {
  readonly items: readonly EmergencyAccess[];
  readonly next: string | null;
}

/**
 * Lists episodes, newest first: an officer sees those of the organisation, others their own.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`
 */
export async function listEmergencyAccesses(
  { db, audit, clock }: ComplianceContext,
  actor: Actor,
  given: z.input<typeof listEmergencyAccessesSchema>,
): Promise<EmergencyAccessPage> {
  const parsed = listEmergencyAccessesSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listEmergencyAccesses', parsed.error);
  const { state, limit, after } = parsed.data;
  return await withActor(db, actor, async (tx) => {
    const rows = await tx.emergencyAccess.findMany({
      where: { ...whereOf(state, clock()), ...(after !== undefined && { id: { lt: after } }) },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    const items = rows.slice(0, limit).map(shown);
    await audit(tx, actor, [
      {
        ...({ eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS' } as const),
        ...{ resourceType: 'EmergencyAccess', recordCount: items.length },
      },
    ]);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}

function whereOf(
  state: z.infer<typeof listEmergencyAccessesSchema>['state'],
  now: Date,
): Prisma.EmergencyAccessWhereInput {
  switch (state) {
    case 'open':
      return { endedAt: null, expiresAt: { gt: now } };
    case 'to-review':
      return { reviewedAt: null };
    case 'overdue':
      return { reviewedAt: null, reviewDueAt: { lt: now } };
    case 'all':
      return {};
  }
}

/**
 * Records what the review of another's episode found; once.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `IDENTITY.NOT_PERMITTED`,
 *   `COMPLIANCE.EMERGENCY_ACCESS_MISSING`, `COMPLIANCE.REVIEW_OF_OWN`
 */
export async function reviewEmergencyAccess(
  { db, audit, clock }: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof reviewEmergencyAccessSchema>,
): Promise<EmergencyAccess> {
  const parsed = reviewEmergencyAccessSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('reviewEmergencyAccess', parsed.error);
  const { outcome, reason } = parsed.data;
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, 'REVIEW_EMERGENCY_ACCESS'))) {
      throw notPermitted('REVIEW_EMERGENCY_ACCESS');
    }
    const found = await tx.emergencyAccess.findFirst({
      where: { id, reviewedAt: null },
      select: { userId: true },
    });
    if (found === null) throw emergencyAccessMissing();
    const reviewedById = await findActingUser(tx);
    if (found.userId === reviewedById) throw reviewOfOwn();
    const review = { reviewedById, reviewedAt: clock(), reviewOutcome: outcome };
    const [row] = await tx.emergencyAccess.updateManyAndReturn({
      where: { id, reviewedAt: null },
      data: review,
    });
    if (row === undefined) throw emergencyAccessMissing();
    await audit(tx, actor, [
      {
        ...({ eventType: 'PERMISSION_CHANGE', action: 'U', outcome: 'SUCCESS' } as const),
        ...{ patientId: row.patientId, resourceType: 'EmergencyAccess', resourceId: id },
        ...{ emergencyAccessId: id, reason, changedFields: Object.keys(review) },
      },
    ]);
    return shown(row);
  });
}
