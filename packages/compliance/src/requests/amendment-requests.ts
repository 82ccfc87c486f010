import type { Actor } from '@holovitals/database';
import type { z } from 'zod';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { amendmentTargetMissing, inputInvalid, statementGiven } from '../errors.ts';
import { actOnRequest, type RequestPlace } from './act-on-request.ts';
import {
  fileAmendmentRequestSchema,
  statementSchema,
  type AmendmentRequest,
} from './amendment-request.schema.ts';
import { AMENDMENT_REQUESTS, isRowOfPatients } from './amendment-request.store.ts';
import { fileRequest } from './file-request.ts';
import { listRequests, type RequestPage } from './list-requests.ts';
import type { listRequestsSchema } from './request.schema.ts';
import { OPEN_STATUSES } from './request.store.ts';

/**
 * Files a request to amend a row of the record: 45 CFR 164.526(b)(1).
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.AMENDMENT_TARGET_MISSING`, and those of
 *   `fileRequest`
 */
export async function fileAmendmentRequest(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof fileAmendmentRequestSchema>,
): Promise<AmendmentRequest> {
  const parsed = fileAmendmentRequestSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('fileAmendmentRequest', parsed.error);
  const { receivedAt, reason, ...asked } = parsed.data;
  const { resourceType } = AMENDMENT_REQUESTS;
  const filing = { patientId, receivedAt, resourceType, eventType: 'PHI_CREATE' } as const;
  return await fileRequest(context, actor, filing, async (tx, begun, { patientIds }) => {
    if (!(await isRowOfPatients(tx, asked, patientIds))) throw amendmentTargetMissing();
    const data = { ...begun, ...asked, reason: reason ?? null };
    return AMENDMENT_REQUESTS.show(await tx.patientAmendmentRequest.create({ data }));
  });
}

/**
 * Lists a patient's requests to amend.
 *
 * @throws CodedError those of `listRequests`
 */
export async function listAmendmentRequests(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof listRequestsSchema>,
): Promise<RequestPage<AmendmentRequest>> {
  return await listRequests(context, actor, patientId, given, AMENDMENT_REQUESTS, (tx, page) =>
    tx.patientAmendmentRequest.findMany(page),
  );
}

/**
 * Adds the patient's statement of disagreement with a denial, once (45 CFR 164.526(d)(2)).
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.STATEMENT_GIVEN`, and those of
 *   `actOnRequest`
 */
export async function disagreeWithDenial(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
  given: z.input<typeof statementSchema>,
): Promise<AmendmentRequest> {
  const parsed = statementSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('disagreeWithDenial', parsed.error);
  return await actOnRequest(context, actor, place, AMENDMENT_REQUESTS, {
    ...{ act: 'disagree with a denial', side: 'patient', from: ['DENIED', 'PARTIALLY_DENIED'] },
    change({ disagreement }) {
      if (disagreement !== null) throw statementGiven();
      return { disagreement: parsed.data.statement };
    },
  });
}

/**
 * Withdraws a request to amend, for the patient, before it is answered.
 *
 * @throws CodedError those of `actOnRequest`
 */
export async function withdrawAmendmentRequest(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
): Promise<AmendmentRequest> {
  return await actOnRequest(context, actor, place, AMENDMENT_REQUESTS, {
    ...{ act: 'withdraw a request', side: 'patient', from: OPEN_STATUSES },
    change: () => ({ status: 'WITHDRAWN' as const }),
  });
}
