import type { Actor } from '@holovitals/database';
import type { z } from 'zod';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { disagreementMissing, extensionRefused, inputInvalid, statementGiven } from '../errors.ts';
import { actOnRequest, type RequestPlace } from './act-on-request.ts';
import {
  answerAmendmentRequestSchema,
  statementSchema,
  type AmendmentRequest,
} from './amendment-request.schema.ts';
import { AMENDMENT_REQUESTS } from './amendment-request.store.ts';
import { extendRequestSchema } from './request.schema.ts';
import { OPEN_STATUSES } from './request.store.ts';

/**
 * Extends the time of a request to amend, once, not after its due day, with the reason the patient is
 * told (45 CFR 164.526(b)(2)(ii)).
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.EXTENSION_REFUSED`, and those of
 *   `actOnRequest`
 */
export async function extendAmendmentRequest(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
  given: z.input<typeof extendRequestSchema>,
): Promise<AmendmentRequest> {
  const parsed = extendRequestSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('extendAmendmentRequest', parsed.error);
  const { reason } = parsed.data;
  return await actOnRequest(context, actor, place, AMENDMENT_REQUESTS, {
    ...{ act: 'extend the time of a request', side: 'officer', from: OPEN_STATUSES, reason },
    change({ extendedAt }) {
      if (extendedAt !== null) throw extensionRefused();
      return { status: 'EXTENDED' as const, extendedAt: context.clock(), extensionReason: reason };
    },
  });
}

/**
 * Answers a request to amend: the amendment was made, in part or not at all, then with the ground of
 * the law (45 CFR 164.526(a)(2), (c), (d)(1)). The entry itself is corrected where it stands.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, and those of `actOnRequest`
 */
export async function answerAmendmentRequest(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
  given: z.input<typeof answerAmendmentRequestSchema>,
): Promise<AmendmentRequest> {
  const parsed = answerAmendmentRequestSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('answerAmendmentRequest', parsed.error);
  const { decision, denialGround, informedPersons } = parsed.data;
  return await actOnRequest(context, actor, place, AMENDMENT_REQUESTS, {
    ...{ act: 'answer a request', side: 'officer', from: OPEN_STATUSES },
    change: () => ({
      status: decision,
      appliedAt: decision === 'DENIED' ? null : context.clock(),
      denialGround: denialGround ?? null,
      informedPersons: informedPersons.map((person) => ({ ...person })),
    }),
  });
}

/**
 * Adds the organisation's rebuttal of a statement of disagreement, once (45 CFR 164.526(d)(3)).
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.DISAGREEMENT_MISSING`,
 *   `COMPLIANCE.STATEMENT_GIVEN`, and those of `actOnRequest`
 */
export async function rebutDisagreement(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
  given: z.input<typeof statementSchema>,
): Promise<AmendmentRequest> {
  const parsed = statementSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('rebutDisagreement', parsed.error);
  return await actOnRequest(context, actor, place, AMENDMENT_REQUESTS, {
    ...{ act: 'rebut a disagreement', side: 'officer', from: ['DENIED', 'PARTIALLY_DENIED'] },
    change({ disagreement, rebuttal }) {
      if (disagreement === null) throw disagreementMissing();
      if (rebuttal !== null) throw statementGiven();
      return { rebuttal: parsed.data.statement };
    },
  });
}
