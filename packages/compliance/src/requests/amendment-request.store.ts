import { Prisma, type Transaction } from '@holovitals/database';
import { informedPersonsSchema } from '../request.schema.ts';
import type { RequestTable } from './act-on-request.ts';
import type { AmendmentRequest } from './amendment-request.schema.ts';
import { denialOfAmendment } from './denial-notices.ts';
import { instantOf, shownClockOf } from './request.store.ts';

type Row = Prisma.PatientAmendmentRequestGetPayload<object>;

/** The requests to amend a row of the record. */
export const AMENDMENT_REQUESTS: RequestTable<
  Row,
  Prisma.PatientAmendmentRequestUncheckedUpdateInput,
  AmendmentRequest
> = {
  resourceType: 'PatientAmendmentRequest',
  eventType: 'PHI_UPDATE',
  lock: (tx, id) =>
    tx.$queryRaw`select from patient_amendment_requests where id = ${id}::uuid for update`,
  find: (tx, id, patientIds) =>
    tx.patientAmendmentRequest.findFirst({ where: { id, patientId: { in: [...patientIds] } } }),
  update: (tx, id, data) => tx.patientAmendmentRequest.update({ where: { id }, data }),
  show: shown,
};

/** Whether a row is of one of these patients; also for who does not read the record. */
export async function isRowOfPatients(
  tx: Transaction,
  { targetType, targetId }: { targetType: string; targetId: string },
  patientIds: readonly string[],
): Promise<boolean> {
  const [answer] = await tx.$queryRaw<{ isTheirs: boolean }[]>(Prisma.sql`
    select is_row_of_patients(${targetType}, ${targetId}::uuid, ${patientIds}::uuid[]) as "isTheirs"`);
  return answer?.isTheirs === true;
}

function shown(row: Row): AmendmentRequest {
  return {
    id: row.id,
    patientId: row.patientId,
    organizationId: row.organizationId,
    requestedById: row.requestedById,
    status: row.status,
    receivedAt: row.receivedAt.toISOString(),
    ...shownClockOf(row),
    targetType: row.targetType as AmendmentRequest['targetType'],
    targetId: row.targetId,
    requestedChange: row.requestedChange,
    reason: row.reason,
    decidedById: row.decidedById,
    denial: denialOfAmendment(row.denialGround),
    disagreement: row.disagreement,
    rebuttal: row.rebuttal,
    appliedAt: instantOf(row.appliedAt),
    informedPersons: informedPersonsSchema.parse(row.informedPersons),
  };
}
