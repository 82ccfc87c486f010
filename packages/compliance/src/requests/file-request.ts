import type { Actor, AuditEvent, Transaction } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { chartClosed, receiptRefused, requestUnaddressed } from '../errors.ts';
import { askRequestRights, type RequestRights } from './request.store.ts';

/** What every row of a request begins with. */
export interface FiledRequest {
  readonly id: string;
  readonly patientId: string;
  readonly organizationId: string;
  readonly requestedById: string | null;
  readonly receivedAt: Date;
}

/**
 * Files a request for a patient: by the patient's or a representative's account, or by an officer who
 * got it on paper. It is addressed to the organisation that keeps the chart.
 *
 * @throws CodedError `COMPLIANCE.CHART_CLOSED`, `COMPLIANCE.REQUEST_UNADDRESSED`,
 *   `COMPLIANCE.RECEIPT_REFUSED`, and those of `add`
 */
export async function fileRequest<Shown>(
  context: ComplianceContext,
  actor: Actor,
  filing: {
    readonly patientId: string;
    readonly resourceType: string;
    readonly eventType: AuditEvent['eventType'];
    readonly receivedAt: string | undefined;
  },
  add: (tx: Transaction, begun: FiledRequest, rights: RequestRights) => Promise<Shown>,
): Promise<Shown> {
  const { patientId, receivedAt, ...what } = filing;
  const event = { ...what, action: 'C' as const, patientId };
  return await inTrail(context, actor, event, async (tx) => {
    const rights = await askRequestRights(tx, patientId);
    if (!rights.isOwn && !rights.mayHandle) throw chartClosed();
    const { organizationId, isOwn, userId } = rights;
    if (organizationId === null) throw requestUnaddressed();
    const now = context.clock();
    const received = receivedAt === undefined ? now : new Date(receivedAt);
    if (received > now || (isOwn && receivedAt !== undefined)) throw receiptRefused();
    const id = uuidV7();
    const requestedById = isOwn ? userId : null;
    const begun = { id, patientId, organizationId, requestedById, receivedAt: received };
    const shown = await add(tx, begun, rights);
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', resourceId: id }]);
    return shown;
  });
}
