import type { Actor, AuditEvent, Prisma, Transaction } from '@holovitals/database';
import { findActingUser } from '@holovitals/identity';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { breachMissing, inputInvalid } from '../errors.ts';
import { resolveSecurityAlertSchema, type SecurityAlert } from './security-alert.schema.ts';
import { lockAlert, shownAlert } from './security-alert.store.ts';

const RESOURCE = { resourceType: 'SecurityAlert' } as const;

/**
 * Takes up an alert: it is the officer's from now on, also where another had it.
 *
 * @throws CodedError `COMPLIANCE.ALERT_MISSING`, `IDENTITY.NOT_PERMITTED`
 */
export async function takeSecurityAlert(
  context: ComplianceContext,
  actor: Actor,
  id: string,
): Promise<SecurityAlert> {
  return await change(context, actor, id, {}, async (tx, { acknowledgedAt }) => ({
    assignedToId: await findActingUser(tx),
    acknowledgedAt: acknowledgedAt ?? context.clock(),
  }));
}

/**
 * Records what an alert was found to be; once. What is seen after that makes another alert.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.ALERT_MISSING`,
 *   `COMPLIANCE.BREACH_MISSING`, `IDENTITY.NOT_PERMITTED`
 */
export async function resolveSecurityAlert(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof resolveSecurityAlertSchema>,
): Promise<SecurityAlert> {
  const parsed = resolveSecurityAlertSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('resolveSecurityAlert', parsed.error);
  const { resolution, reason, incidentId } = parsed.data;
  return await change(context, actor, id, { reason }, async (tx, { acknowledgedAt }) => {
    if (incidentId !== undefined) await findIncident(tx, actor, incidentId);
    const now = context.clock();
    return {
      ...{ resolution, resolvedAt: now, acknowledgedAt: acknowledgedAt ?? now },
      ...{ assignedToId: await findActingUser(tx) },
      ...(incidentId !== undefined && { incidentId }),
    };
  });
}

async function findIncident(tx: Transaction, { organizationId }: Actor, id: string) {
  const where = { id, organizationId: organizationId ?? id };
  if ((await tx.breachIncident.findFirst({ where, select: { id: true } })) === null) {
    throw breachMissing();
  }
}

async function change(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  told: Pick<AuditEvent, 'reason'>,
  decide: (
    tx: Transaction,
    before: { readonly acknowledgedAt: Date | null },
  ) => Promise<Prisma.SecurityAlertUncheckedUpdateInput>,
): Promise<SecurityAlert> {
  const event = { eventType: 'PHI_UPDATE', action: 'U', ...RESOURCE, resourceId: id } as const;
  return await inTrail(context, actor, event, async (tx) => {
    const before = await lockAlert(tx, id);
    const data = await decide(tx, before);
    const row = await tx.securityAlert.update({ where: { id }, data });
    await context.audit(tx, actor, [
      {
        ...{ ...event, ...told, outcome: 'SUCCESS', changedFields: Object.keys(data) },
        ...(row.patientId !== null && { patientId: row.patientId }),
      },
    ]);
    return shownAlert(row);
  });
}
