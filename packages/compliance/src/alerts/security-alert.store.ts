import { Prisma, type Transaction } from '@holovitals/database';
import { actorHasPermission, notPermitted } from '@holovitals/identity';
import { alertMissing } from '../errors.ts';
import type { SecurityAlert } from './security-alert.schema.ts';

type Row = Prisma.SecurityAlertGetPayload<object>;

/** Refuses whoever does not handle alerts. */
export async function askAlertOfficer(tx: Transaction): Promise<void> {
  if (!(await actorHasPermission(tx, 'MANAGE_SECURITY_ALERTS'))) {
    throw notPermitted('MANAGE_SECURITY_ALERTS');
  }
}

/** Finds an alert that is not resolved, and keeps it for this transaction: acts on it take turns. */
export async function lockAlert(tx: Transaction, id: string): Promise<Row> {
  await askAlertOfficer(tx);
  const locked = await tx.$queryRaw<unknown[]>(Prisma.sql`
    select from security_alerts where id = ${id}::uuid and resolved_at is null for update`);
  if (locked.length === 0) throw alertMissing();
  return await tx.securityAlert.findUniqueOrThrow({ where: { id } });
}

/** An alert as officers see it. */
export function shownAlert(row: Row): SecurityAlert {
  return {
    id: row.id,
    rule: row.rule,
    severity: row.severity,
    userId: row.userId,
    patientId: row.patientId,
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    count: row.count,
    evidence: row.evidence as SecurityAlert['evidence'],
    assignedToId: row.assignedToId,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    resolution: row.resolution as SecurityAlert['resolution'],
    incidentId: row.incidentId,
  };
}
