import type { Prisma } from '@holovitals/database';
import type { AccessRequest } from './access-request.schema.ts';
import type { RequestTable } from './act-on-request.ts';
import { denialOfAccess } from './denial-notices.ts';
import { dayOf, instantOf, shownClockOf } from './request.store.ts';

/** A row of the table. */
export type AccessRequestRow = Prisma.PatientAccessRequestGetPayload<object>;

/** The requests for access and for accountings. */
export const ACCESS_REQUESTS: RequestTable<
  AccessRequestRow,
  Prisma.PatientAccessRequestUncheckedUpdateInput,
  AccessRequest
> = {
  resourceType: 'PatientAccessRequest',
  eventType: 'PHI_UPDATE',
  lock: (tx, id) =>
    tx.$queryRaw`select from patient_access_requests where id = ${id}::uuid for update`,
  find: (tx, id, patientIds) =>
    tx.patientAccessRequest.findFirst({ where: { id, patientId: { in: [...patientIds] } } }),
  update: (tx, id, data) => tx.patientAccessRequest.update({ where: { id }, data }),
  show: shown,
};

function shown(row: AccessRequestRow): AccessRequest {
  return {
    id: row.id,
    patientId: row.patientId,
    organizationId: row.organizationId,
    requestedById: row.requestedById,
    status: row.status,
    receivedAt: row.receivedAt.toISOString(),
    ...shownClockOf(row),
    kind: row.kind as AccessRequest['kind'],
    periodStart: row.periodStart && dayOf(row.periodStart),
    periodEnd: row.periodEnd && dayOf(row.periodEnd),
    format: row.format as AccessRequest['format'],
    deliveryMethod: row.deliveryMethod as AccessRequest['deliveryMethod'],
    thirdParty: row.thirdPartyCiphertext,
    identityVerifiedAt: instantOf(row.identityVerifiedAt),
    feeCents: row.feeCents,
    fulfilledAt: instantOf(row.fulfilledAt),
    denial: denialOfAccess(row.denialGround),
    reviewable: row.reviewable,
    decidedById: row.decidedById,
    reviewedById: row.reviewedById,
  };
}
