import type { Actor } from '@holovitals/database';
import type { z } from 'zod';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { inputInvalid, receiptRefused, reviewRefused } from '../errors.ts';
import { fileAccessRequestSchema, type AccessRequest } from './access-request.schema.ts';
import { ACCESS_REQUESTS } from './access-request.store.ts';
import { actOnRequest, type RequestPlace } from './act-on-request.ts';
import { fileRequest } from './file-request.ts';
import { listRequests, type RequestPage } from './list-requests.ts';
import type { listRequestsSchema } from './request.schema.ts';
import { asDate, OPEN_STATUSES } from './request.store.ts';

/**
 * Files a request for access or for an accounting: 45 CFR 164.524(b), 164.528(c), 42 CFR 2.24-2.25.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, and those of `fileRequest`
 */
export async function fileAccessRequest(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof fileAccessRequestSchema>,
): Promise<AccessRequest> {
  const parsed = fileAccessRequestSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('fileAccessRequest', parsed.error);
  const { receivedAt, thirdParty, identityVerifiedAt, periodStart, periodEnd, ...asked } =
    parsed.data;
  const filing = { patientId, receivedAt, resourceType: ACCESS_REQUESTS.resourceType } as const;
  return await fileRequest(
    context,
    actor,
    { ...filing, eventType: 'PHI_CREATE' },
    async (tx, begun, { isOwn }) => {
      if (isOwn && identityVerifiedAt !== undefined) throw receiptRefused();
      const now = context.clock();
      const proven = isOwn ? now : asDate(identityVerifiedAt);
      if (proven !== null && proven > now) throw receiptRefused();
      const row = await tx.patientAccessRequest.create({
        data: {
          ...begun,
          kind: asked.kind,
          format: asked.format ?? null,
          deliveryMethod: asked.deliveryMethod ?? null,
          periodStart: asDate(periodStart),
          periodEnd: asDate(periodEnd),
          thirdParty: thirdParty !== undefined,
          thirdPartyCiphertext: thirdParty ?? null,
          identityVerifiedAt: proven,
          status: proven === null ? 'IDENTITY_PENDING' : 'RECEIVED',
        },
      });
      return ACCESS_REQUESTS.show(row);
    },
  );
}

/**
 * Lists a patient's requests for access and accountings.
 *
 * @throws CodedError those of `listRequests`
 */
export async function listAccessRequests(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof listRequestsSchema>,
): Promise<RequestPage<AccessRequest>> {
  return await listRequests(context, actor, patientId, given, ACCESS_REQUESTS, (tx, page) =>
    tx.patientAccessRequest.findMany(page),
  );
}

/**
 * Asks, for the patient, that another professional reviews a denial (45 CFR 164.524(a)(4)).
 *
 * @throws CodedError `COMPLIANCE.REVIEW_REFUSED`, and those of `actOnRequest`
 */
export async function reviewAccessDenial(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
): Promise<AccessRequest> {
  return await actOnRequest(context, actor, place, ACCESS_REQUESTS, {
    ...{ act: 'have a denial reviewed', side: 'patient', from: ['DENIED', 'PARTIALLY_DENIED'] },
    change({ reviewable }) {
      if (reviewable !== true) throw reviewRefused();
      return { status: 'UNDER_REVIEW' as const };
    },
  });
}

/**
 * Withdraws a request, for the patient, before it is answered.
 *
 * @throws CodedError those of `actOnRequest`
 */
export async function withdrawAccessRequest(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
): Promise<AccessRequest> {
  return await actOnRequest(context, actor, place, ACCESS_REQUESTS, {
    ...{ act: 'withdraw a request', side: 'patient', from: OPEN_STATUSES },
    change: () => ({ status: 'WITHDRAWN' as const }),
  });
}
