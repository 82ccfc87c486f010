import type { Actor, RequestStatus } from '@holovitals/database';
import type { z } from 'zod';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { dispositionRefused, inputInvalid, terminationRefused } from '../errors.ts';
import { actOnRequest, type RequestPlace } from './act-on-request.ts';
import {
  answerPrivacyRequestSchema,
  CLOSING_KINDS,
  endPrivacyRequestSchema,
  type PrivacyRequest,
} from './privacy-request.schema.ts';
import { PRIVACY_REQUESTS, type PrivacyRequestRow } from './privacy-request.store.ts';
import { asDate, OPEN_STATUSES } from './request.store.ts';

type Disposition = z.infer<typeof answerPrivacyRequestSchema>['disposition'];

const STATUS_AFTER: Readonly<Record<Disposition, RequestStatus>> = {
  AGREED: 'FULFILLED',
  PARTLY_AGREED: 'PARTIALLY_DENIED',
  REFUSED: 'DENIED',
  SUBSTANTIATED: 'FULFILLED',
  UNSUBSTANTIATED: 'FULFILLED',
};

/**
 * Answers a request. What is agreed to closes its purposes from the next statement on, or from the
 * time that is named (45 CFR 164.522(a)(1)(iii)).
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.DISPOSITION_REFUSED`, and those of
 *   `actOnRequest`
 */
export async function answerPrivacyRequest(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
  given: z.input<typeof answerPrivacyRequestSchema>,
): Promise<PrivacyRequest> {
  const parsed = answerPrivacyRequestSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('answerPrivacyRequest', parsed.error);
  const { disposition, effectiveFrom, effectiveTo, restrictedPurposes } = parsed.data;
  return await actOnRequest(context, actor, place, PRIVACY_REQUESTS, {
    ...{ act: 'answer a request', side: 'officer', from: OPEN_STATUSES },
    change(row) {
      const why = refusalOf(row, disposition, restrictedPurposes);
      if (why !== undefined) throw dispositionRefused(why);
      const now = context.clock();
      const isAgreed = disposition === 'AGREED' || disposition === 'PARTLY_AGREED';
      const from = asDate(effectiveFrom) ?? now;
      const to = asDate(effectiveTo);
      if (isAgreed && to !== null && to < from)
        throw dispositionRefused('It would end before it begins.');
      return {
        ...{ status: STATUS_AFTER[disposition], disposition, decidedAt: now },
        ...(isAgreed && { effectiveFrom: from, effectiveTo: to }),
        ...(restrictedPurposes !== undefined && { restrictedPurposes }),
      };
    },
  });
}

/** Why the law or the kind of request does not know this answer. */
function refusalOf(
  row: PrivacyRequestRow,
  disposition: Disposition,
  purposes: readonly string[] | undefined,
): string | undefined {
  const isFinding = disposition === 'SUBSTANTIATED' || disposition === 'UNSUBSTANTIATED';
  if ((row.kind === 'COMPLAINT') !== isFinding)
    return 'A complaint is substantiated or not; the others are agreed to or refused.';
  if (row.kind === 'OPT_OUT' && disposition !== 'AGREED')
    return 'An opt-out binds (45 CFR 164.510(a)(2), (b)).';
  if (row.kind === 'SELF_PAY_RESTRICTION' && row.paidInFullAt !== null && disposition !== 'AGREED')
    return 'What was paid in full out of pocket is kept from the plan (45 CFR 164.522(a)(1)(vi)).';
  if (disposition !== 'PARTLY_AGREED' || !CLOSING_KINDS.includes(row.kind)) {
    return purposes === undefined ? undefined : 'It closes no purposes.';
  }
  const asked: readonly string[] = row.restrictedPurposes;
  if (purposes === undefined || !purposes.every((purpose) => asked.includes(purpose)))
    return 'What is agreed to in part names `restrictedPurposes` of those asked for.';
  return undefined;
}

/**
 * Ends what was agreed to, from now on (45 CFR 164.522(a)(2)): the patient in writing; officers where
 * the patient said so or, but for what was paid out of pocket and for opt-outs, by themselves.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.TERMINATION_REFUSED`, and those of
 *   `actOnRequest`
 */
export async function endPrivacyRequest(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
  given: z.input<typeof endPrivacyRequestSchema>,
): Promise<PrivacyRequest> {
  const parsed = endPrivacyRequestSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('endPrivacyRequest', parsed.error);
  const { by } = parsed.data;
  return await actOnRequest(context, actor, place, PRIVACY_REQUESTS, {
    act: 'end what was agreed to',
    side: by === 'PATIENT_WRITTEN' ? 'patient' : 'officer',
    from: ['FULFILLED', 'PARTIALLY_DENIED'],
    reason: by,
    change(row) {
      const now = context.clock();
      const isOver = row.effectiveTo !== null && row.effectiveTo <= now;
      if (row.effectiveFrom === null || isOver)
        throw terminationRefused('It is not in force, or ended before.');
      if (by === 'ENTITY' && (row.kind === 'SELF_PAY_RESTRICTION' || row.kind === 'OPT_OUT'))
        throw terminationRefused('It binds until the patient ends it.');
      return { effectiveTo: row.effectiveFrom > now ? row.effectiveFrom : now, terminatedBy: by };
    },
  });
}
