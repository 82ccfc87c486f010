import { Prisma, type Transaction } from '@holovitals/database';
import type { EmergencyAccess } from './emergency-access.schema.ts';

type Row = Prisma.EmergencyAccessGetPayload<object>;

/** Whether the caller may open the chart in an emergency, and whether the role would let him at all. */
export async function askToStart(
  tx: Transaction,
  patientId: string,
): Promise<{ readonly isOpen: boolean; readonly isPermitted: boolean }> {
  const [answer] = await tx.$queryRaw<{ isOpen: boolean; isPermitted: boolean }[]>(Prisma.sql`
    select may_start_emergency_access(${patientId}::uuid) as "isOpen",
      actor_has_permission('START_EMERGENCY_ACCESS', array['TREATMENT']) as "isPermitted"`);
  return answer ?? { isOpen: false, isPermitted: false };
}

/** An officer who is told of what happened in an organisation. */
export interface Officer {
  readonly id: string;
  readonly email: string;
}

const MOST_OFFICERS = 50;

/** Who holds a permission in an organisation or on the whole platform, but for one person at most. */
export async function findOfficers(
  tx: Transaction,
  permission: string,
  organizationId: string | null,
  exceptId: string | null,
): Promise<Officer[]> {
  const ids = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    select distinct users.id
    from users join user_roles on user_roles.user_id = users.id
      join role_permissions using (role_id)
      join permissions on permissions.id = role_permissions.permission_id
    where permissions.name = ${permission} and users.status = 'ACTIVE'
      and users.id is distinct from ${exceptId}::uuid
      and (user_roles.organization_id is null
        or user_roles.organization_id = ${organizationId}::uuid)
      and user_roles.revoked_at is null and user_roles.valid_from <= now()
      and (user_roles.valid_to is null or user_roles.valid_to > now())
    order by users.id limit ${MOST_OFFICERS}`);
  return await tx.user.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    select: { id: true, email: true },
  });
}

/** An episode as callers see it. */
export function shown(row: Row): EmergencyAccess {
  const text = (date: Date | null) => date?.toISOString() ?? null;
  return {
    id: row.id,
    userId: row.userId,
    patientId: row.patientId,
    reasonCode: row.reasonCode as EmergencyAccess['reasonCode'],
    justification: row.justification,
    startedAt: row.startedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    endedAt: text(row.endedAt),
    notifiedAt: text(row.notifiedAt),
    reviewDueAt: row.reviewDueAt.toISOString(),
    reviewedById: row.reviewedById,
    reviewedAt: text(row.reviewedAt),
    reviewOutcome: row.reviewOutcome as EmergencyAccess['reviewOutcome'],
  };
}
