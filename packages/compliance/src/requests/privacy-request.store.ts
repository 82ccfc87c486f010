import type { Prisma } from '@holovitals/database';
import type { RequestTable } from './act-on-request.ts';
import type { PrivacyRequest } from './privacy-request.schema.ts';
import { instantOf } from './request.store.ts';

/** A row of the table. */
export type PrivacyRequestRow = Prisma.PatientPrivacyRequestGetPayload<object>;

/** Restrictions, channels, opt-outs and complaints. */
export const PRIVACY_REQUESTS: RequestTable<
  PrivacyRequestRow,
  Prisma.PatientPrivacyRequestUncheckedUpdateInput,
  PrivacyRequest
> = {
  resourceType: 'PatientPrivacyRequest',
  eventType: 'CONSENT_CHANGE',
  lock: (tx, id) =>
    tx.$queryRaw`select from patient_privacy_requests where id = ${id}::uuid for update`,
  find: (tx, id, patientIds) =>
    tx.patientPrivacyRequest.findFirst({ where: { id, patientId: { in: [...patientIds] } } }),
  update: (tx, id, data) => tx.patientPrivacyRequest.update({ where: { id }, data }),
  show: shown,
};

function shown(row: PrivacyRequestRow): PrivacyRequest {
  return {
    id: row.id,
    patientId: row.patientId,
    organizationId: row.organizationId,
    requestedById: row.requestedById,
    status: row.status,
    receivedAt: row.receivedAt.toISOString(),
    kind: row.kind as PrivacyRequest['kind'],
    details: row.details,
    restrictedPurposes: row.restrictedPurposes,
    recipient: row.recipient,
    coverageId: row.coverageId,
    paidInFullAt: instantOf(row.paidInFullAt),
    channel: row.channel,
    address: row.addressCiphertext,
    decidedAt: instantOf(row.decidedAt),
    decidedById: row.decidedById,
    disposition: row.disposition as PrivacyRequest['disposition'],
    effectiveFrom: instantOf(row.effectiveFrom),
    effectiveTo: instantOf(row.effectiveTo),
    terminatedBy: row.terminatedBy as PrivacyRequest['terminatedBy'],
  };
}
