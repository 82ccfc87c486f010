import type { Actor } from '@holovitals/database';
import type { z } from 'zod';
import { isReferenceMissing } from '../acts/store-refusals.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { coverageMissing, inputInvalid } from '../errors.ts';
import { actOnRequest, type RequestPlace } from './act-on-request.ts';
import { fileRequest } from './file-request.ts';
import { listRequests, type RequestPage } from './list-requests.ts';
import { filePrivacyRequestSchema, type PrivacyRequest } from './privacy-request.schema.ts';
import { PRIVACY_REQUESTS } from './privacy-request.store.ts';
import type { listRequestsSchema } from './request.schema.ts';
import { asDate, OPEN_STATUSES } from './request.store.ts';

/**
 * Files a request for a restriction, a confidential channel or an opt-out, or a complaint: 45 CFR
 * 164.522(a)-(b), 164.510, 164.530(d).
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.COVERAGE_MISSING`, and those of
 *   `fileRequest`
 */
export async function filePrivacyRequest(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof filePrivacyRequestSchema>,
): Promise<PrivacyRequest> {
  const parsed = filePrivacyRequestSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('filePrivacyRequest', parsed.error);
  const { receivedAt, paidInFullAt, address, ...asked } = parsed.data;
  const { resourceType, eventType } = PRIVACY_REQUESTS;
  const filing = { patientId, receivedAt, resourceType, eventType };
  return await fileRequest(context, actor, filing, async (tx, begun) => {
    const row = await tx.patientPrivacyRequest
      .create({
        data: {
          ...begun,
          kind: asked.kind,
          details: asked.details,
          restrictedPurposes: asked.restrictedPurposes,
          recipient: asked.recipient ?? null,
          coverageId: asked.coverageId ?? null,
          paidInFullAt: asDate(paidInFullAt),
          channel: asked.channel ?? null,
          addressCiphertext: address ?? null,
        },
      })
      .catch((error: unknown) => {
        throw isReferenceMissing(error) ? coverageMissing() : error;
      });
    return PRIVACY_REQUESTS.show(row);
  });
}

/**
 * Lists a patient's restrictions, channels, opt-outs and complaints.
 *
 * @throws CodedError those of `listRequests`
 */
export async function listPrivacyRequests(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof listRequestsSchema>,
): Promise<RequestPage<PrivacyRequest>> {
  return await listRequests(context, actor, patientId, given, PRIVACY_REQUESTS, (tx, page) =>
    tx.patientPrivacyRequest.findMany(page),
  );
}

/**
 * Withdraws one, for the patient, before it is answered.
 *
 * @throws CodedError those of `actOnRequest`
 */
export async function withdrawPrivacyRequest(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
): Promise<PrivacyRequest> {
  return await actOnRequest(context, actor, place, PRIVACY_REQUESTS, {
    ...{ act: 'withdraw a request', side: 'patient', from: OPEN_STATUSES },
    change: () => ({ status: 'WITHDRAWN' as const }),
  });
}
