import { Prisma, type RequestStatus, type Transaction } from '@holovitals/database';

/** In which requests wait for an answer. */
export const OPEN_STATUSES = [
  'RECEIVED',
  'IDENTITY_PENDING',
  'IN_PROGRESS',
  'EXTENDED',
] as const satisfies readonly RequestStatus[];

/** What the caller may do with the requests of a patient. */
export interface RequestRights {
  /** As the patient or a representative in full. */
  readonly isOwn: boolean;
  /** As an officer of the organisation that keeps the chart. */
  readonly mayHandle: boolean;
  /** The organisation that must answer; null where the person keeps the chart alone. */
  readonly organizationId: string | null;
  /** Who acts; of an API key, its owner. */
  readonly userId: string | null;
  /** The patient, and the records that are linked with it. */
  readonly patientIds: readonly string[];
}

/** Asks the database what the caller may do with the requests of a patient. */
export async function askRequestRights(tx: Transaction, patientId: string): Promise<RequestRights> {
  const [rights] = await tx.$queryRaw<RequestRights[]>(Prisma.sql`
    select may_make_requests(${patientId}::uuid) as "isOwn",
      may_handle_requests_of(keeper_of_chart(${patientId}::uuid)) as "mayHandle",
      keeper_of_chart(${patientId}::uuid) as "organizationId",
      actor_acting_user_id() as "userId",
      linked_patients(${patientId}::uuid) as "patientIds"`);
  return (
    rights ?? { isOwn: false, mayHandle: false, organizationId: null, userId: null, patientIds: [] }
  );
}

/** What is the same of every row with a time limit. */
interface ClockRow {
  readonly receivedOn: Date;
  readonly dueAt: Date | null;
  readonly extendedAt: Date | null;
  readonly extensionReason: string | null;
  readonly extendedDueAt: Date | null;
}

/** The days of a request as the database computed them. */
export function shownClockOf(row: ClockRow) {
  return {
    receivedOn: dayOf(row.receivedOn),
    dueAt: dayOf(row.dueAt ?? row.receivedOn),
    extendedAt: instantOf(row.extendedAt),
    extensionReason: row.extensionReason,
    extendedDueAt: row.extendedDueAt === null ? null : dayOf(row.extendedDueAt),
  };
}

export const dayOf = (date: Date) => date.toISOString().slice(0, 10);

export const instantOf = (date: Date | null) => date?.toISOString() ?? null;

export const asDate = (text: string | undefined) => (text === undefined ? null : new Date(text));
