import { Prisma, type Transaction } from '@holovitals/database';
import { notPermitted } from '@holovitals/identity';
import { breachMissing, organizationMissing } from '../errors.ts';
import type { Breach } from './breach-incident.schema.ts';

type Row = Prisma.BreachIncidentGetPayload<object>;

/** Which incidents are the caller's to handle: those of the organisation an officer acts in. */
export async function askOfficer(
  tx: Transaction,
  organizationId: string | null,
): Promise<{ readonly organizationId: string }> {
  const [answer] = await tx.$queryRaw<{ isOfficer: boolean }[]>(
    Prisma.sql`select actor_has_permission('MANAGE_BREACHES') as "isOfficer"`,
  );
  if (answer?.isOfficer !== true) throw notPermitted('MANAGE_BREACHES');
  if (organizationId === null) throw organizationMissing();
  return { organizationId };
}

/** Finds an incident of the organisation, and keeps it for this transaction: acts on it take turns. */
export async function lockBreach(
  tx: Transaction,
  organizationId: string | null,
  id: string,
): Promise<Row> {
  const officer = await askOfficer(tx, organizationId);
  const locked = await tx.$queryRaw<unknown[]>(Prisma.sql`
    select from breach_incidents
    where id = ${id}::uuid and organization_id = ${officer.organizationId}::uuid for update`);
  if (locked.length === 0) throw breachMissing();
  return await tx.breachIncident.findUniqueOrThrow({ where: { id } });
}

/** An incident as officers see it. */
export function shownBreach(row: Row): Breach {
  return {
    id: row.id,
    organizationId: row.organizationId,
    title: row.title,
    status: row.status,
    occurredAt: row.occurredAt?.toISOString() ?? null,
    occurredUntil: row.occurredUntil?.toISOString() ?? null,
    discoveredAt: row.discoveredAt.toISOString(),
    discoveredOn: dayOf(row.discoveredOn),
    source: row.source,
    cause: row.cause,
    location: row.location,
    regimes: row.regimes,
    ourRole: row.ourRole,
    noticesDelegated: row.noticesDelegated,
    unsecuredPhi: row.unsecuredPhi,
    affectedCount: row.affectedCount,
    affectedByState: row.affectedByState as Breach['affectedByState'],
    factors: {
      nature: row.factorNature,
      recipient: row.factorRecipient,
      acquired: row.factorAcquired,
      mitigated: row.factorMitigated,
    },
    exception: row.exception as Breach['exception'],
    lowProbability: row.lowProbability,
    due: {
      individuals: dayOf(row.individualDueAt),
      media: dayOf(row.mediaDueAt),
      secretary: dayOf(row.secretaryDueAt),
      ftc: dayOf(row.ftcDueAt),
      coveredEntity: dayOf(row.associateDueAt),
    },
    hold: shownHold(row),
    mitigation: row.mitigation,
    leadId: row.leadId,
    closedAt: row.closedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function shownHold({ holdBasis, holdStatedOn, holdUntil, holdOfficial }: Row): Breach['hold'] {
  if (holdStatedOn === null || holdUntil === null || holdOfficial === null) return null;
  return {
    basis: holdBasis === 'ORAL' ? 'ORAL' : 'WRITTEN',
    statedOn: dayOf(holdStatedOn),
    until: dayOf(holdUntil),
    official: holdOfficial,
  };
}

/** A day of the calendar as text; the client reads one as midnight in UTC. */
function dayOf<Day extends Date | null>(date: Day): Day extends Date ? string : null;
function dayOf(date: Date | null): string | null {
  return date?.toISOString().slice(0, 10) ?? null;
}
