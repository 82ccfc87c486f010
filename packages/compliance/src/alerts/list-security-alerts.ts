import type { Actor, Prisma } from '@holovitals/database';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { inputInvalid } from '../errors.ts';
import { listSecurityAlertsSchema, type SecurityAlert } from './security-alert.schema.ts';
import { askAlertOfficer, shownAlert } from './security-alert.store.ts';

/** A page of alerts, newest first; `next` is null on the last one. */
export interface SecurityAlertPage {
  readonly items: readonly SecurityAlert[];
  readonly next: string | null;
}

const READ = { eventType: 'PHI_READ', action: 'R', resourceType: 'SecurityAlert' } as const;

/**
 * Lists the alerts of the organisation an officer acts in, newest first, but for those about the
 * officer.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `IDENTITY.NOT_PERMITTED`
 */
export async function listSecurityAlerts(
  context: ComplianceContext,
  actor: Actor,
  given: z.input<typeof listSecurityAlertsSchema>,
): Promise<SecurityAlertPage> {
  const parsed = listSecurityAlertsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listSecurityAlerts', parsed.error);
  const { state, rule, severity, userId, patientId, limit, after } = parsed.data;
  return await inTrail(context, actor, READ, async (tx) => {
    await askAlertOfficer(tx);
    const rows = await tx.securityAlert.findMany({
      where: {
        ...whereOf(state),
        ...(rule !== undefined && { rule }),
        ...(severity !== undefined && { severity }),
        ...(userId !== undefined && { userId }),
        ...(patientId !== undefined && { patientId }),
        ...(after !== undefined && { id: { lt: after } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    const items = rows.slice(0, limit).map(shownAlert);
    await context.audit(tx, actor, [
      {
        ...{ ...READ, outcome: 'SUCCESS', recordCount: items.length },
        ...(patientId !== undefined && { patientId }),
      },
    ]);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}

function whereOf(
  state: z.infer<typeof listSecurityAlertsSchema>['state'],
): Prisma.SecurityAlertWhereInput {
  switch (state) {
    case 'open':
      return { resolvedAt: null, acknowledgedAt: null };
    case 'taken':
      return { resolvedAt: null, acknowledgedAt: { not: null } };
    case 'resolved':
      return { resolvedAt: { not: null } };
    case 'all':
      return {};
  }
}
