import { Prisma, type NoticeAudience, type Transaction } from '@holovitals/database';
import type { BreachDuty, BreachNotice } from './breach-notice.schema.ts';

type Row = Prisma.BreachNotificationGetPayload<object>;

/** Places in the list of patients whose charts this organisation does not keep. */
export async function findStrangers(
  tx: Transaction,
  patientIds: readonly string[],
  organizationId: string,
): Promise<number[]> {
  const rows = await tx.$queryRaw<{ place: number }[]>(Prisma.sql`
    select (place - 1)::int as place
    from unnest(${[...patientIds]}::uuid[]) with ordinality as given (patient_id, place)
    where keeper_of_chart(patient_id) is distinct from ${organizationId}::uuid order by place`);
  return rows.map(({ place }) => place);
}

/** Lists individuals who are not listed yet; answers how many. The caller holds the incident's lock. */
export async function insertIndividuals(
  tx: Transaction,
  incidentId: string,
  patientIds: readonly string[],
  { audience, urgent }: { readonly audience: NoticeAudience; readonly urgent: boolean },
): Promise<number> {
  // The trigger replaces the day by the incident's.
  return await tx.$executeRaw(Prisma.sql`
    insert into breach_notifications (id, incident_id, audience, patient_id, urgent, due_at, content)
    select uuid_v7(), ${incidentId}::uuid, ${audience}::notice_audience, patient_id, ${urgent},
      current_date, '{}'
    from (select distinct patient_id from unnest(${[...patientIds]}::uuid[]) as given (patient_id)) as given
    where not exists (
      select from breach_notifications as listed
      where listed.incident_id = ${incidentId}::uuid and listed.patient_id = given.patient_id)`);
}

/** What is owed of an incident, and whether it was done. */
export async function findDuties(tx: Transaction, incidentId: string): Promise<BreachDuty[]> {
  return await tx.$queryRaw<BreachDuty[]>(Prisma.sql`
    select duty.audience::text as audience, duty.state, to_char(duty.due_on, 'YYYY-MM-DD') as "dueOn",
      duty.is_met as "isMet"
    from breach_incidents as incident, breach_duties(incident) as duty
    where incident.id = ${incidentId}::uuid`);
}

/** Notes whether every notice was given, where some were. */
export async function settleStatus(tx: Transaction, incidentId: string) {
  const duties = await findDuties(tx, incidentId);
  const status = duties.every(({ isMet }) => isMet) ? 'NOTIFIED' : 'NOTIFYING';
  await tx.breachIncident.update({
    where: { id: incidentId },
    data: { status },
    select: { id: true },
  });
  return status;
}

/** A notice as officers see it. */
export function shownNotice(row: Row): BreachNotice {
  const hasContent = Object.keys(row.content as object).length > 0;
  return {
    id: row.id,
    audience: row.audience,
    patientId: row.patientId,
    state: row.state,
    method: row.method,
    urgent: row.urgent,
    dueOn: row.dueAt.toISOString().slice(0, 10),
    sentAt: row.sentAt?.toISOString() ?? null,
    returnedAt: row.returnedAt?.toISOString() ?? null,
    substituteNoticeAt: row.substituteNoticeAt?.toISOString() ?? null,
    substituteMethod: row.substituteMethod as BreachNotice['substituteMethod'],
    content: hasContent ? (row.content as unknown as BreachNotice['content']) : null,
  };
}
