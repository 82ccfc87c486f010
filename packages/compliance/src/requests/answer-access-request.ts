import type { Actor, Transaction } from '@holovitals/database';
import type { z } from 'zod';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { recordDisclosure } from '../disclosures/record-disclosure.ts';
import {
  denialRefused,
  extensionRefused,
  feeRefused,
  identityUnproven,
  inputInvalid,
  reviewerDecided,
} from '../errors.ts';
import { answerAccessRequestSchema, type AccessRequest } from './access-request.schema.ts';
import { ACCESS_REQUESTS, type AccessRequestRow } from './access-request.store.ts';
import { actOnRequest, type RequestPlace } from './act-on-request.ts';
import { REVIEWABLE_GROUNDS } from './denial-notices.ts';
import { extendRequestSchema } from './request.schema.ts';
import { asDate, OPEN_STATUSES } from './request.store.ts';

/**
 * Extends the time of a request, once, not after its due day, with the reason the patient is told
 * (45 CFR 164.524(b)(2)(iii), 164.528(c)(1)(ii)). The answer shows the day the database computed.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.EXTENSION_REFUSED`, and those of
 *   `actOnRequest`
 */
export async function extendAccessRequest(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
  given: z.input<typeof extendRequestSchema>,
): Promise<AccessRequest> {
  const parsed = extendRequestSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('extendAccessRequest', parsed.error);
  const { reason } = parsed.data;
  return await actOnRequest(context, actor, place, ACCESS_REQUESTS, {
    ...{ act: 'extend the time of a request', side: 'officer', from: OPEN_STATUSES, reason },
    change({ extendedAt, kind }) {
      if (extendedAt !== null || kind === 'INTERMEDIARY_LIST') throw extensionRefused();
      return { status: 'EXTENDED' as const, extendedAt: context.clock(), extensionReason: reason };
    },
  });
}

/**
 * Answers a request: what was asked for was given, in part or not at all, then with the ground of the
 * law. What was given of a record is recorded as a disclosure to its individual.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.DENIAL_REFUSED`,
 *   `COMPLIANCE.REVIEWER_DECIDED`, `COMPLIANCE.IDENTITY_UNPROVEN`, `COMPLIANCE.FEE_REFUSED`, and
 *   those of `actOnRequest`
 */
export async function answerAccessRequest(
  context: ComplianceContext,
  actor: Actor,
  place: RequestPlace,
  given: z.input<typeof answerAccessRequestSchema>,
): Promise<AccessRequest> {
  const parsed = answerAccessRequestSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('answerAccessRequest', parsed.error);
  const { decision, denialGround, feeCents, identityVerifiedAt } = parsed.data;
  return await actOnRequest(context, actor, place, ACCESS_REQUESTS, {
    ...{ act: 'answer a request', side: 'officer', from: [...OPEN_STATUSES, 'UNDER_REVIEW'] },
    async change(row, tx, { patientIds, userId }) {
      if (row.status === 'UNDER_REVIEW' && row.decidedById === userId && userId !== null)
        throw reviewerDecided();
      const now = context.clock();
      if (denialGround !== undefined && row.kind !== 'ACCESS') throw denialRefused();
      const proven = row.identityVerifiedAt ?? asDate(identityVerifiedAt);
      if (decision !== 'DENIED' && (proven === null || proven > now)) throw identityUnproven();
      if (feeCents > 0 && (await isFree(tx, row, patientIds, now))) throw feeRefused();
      if (decision !== 'DENIED' && row.kind === 'ACCESS') {
        await recordDisclosure(tx, context, actor, {
          patientIds: [row.patientId],
          facts: {
            recipientName: row.thirdParty ? 'whom the individual named' : 'the individual',
            description: `record asked for${row.format === null ? '' : `, as ${row.format}`}`,
            purpose: 'request for access, 45 CFR 164.524',
            legalBasis: 'INDIVIDUAL',
            purposeOfUse: 'PATRQT',
          },
        });
      }
      return {
        status: decision,
        feeCents,
        identityVerifiedAt: proven,
        fulfilledAt: decision === 'DENIED' ? null : now,
        ...(denialGround !== undefined && {
          denialGround,
          reviewable: REVIEWABLE_GROUNDS.includes(denialGround),
        }),
      };
    },
  });
}

/** The first accounting in twelve months is free: 45 CFR 164.528(c)(2). */
async function isFree(
  tx: Transaction,
  row: AccessRequestRow,
  patientIds: readonly string[],
  now: Date,
): Promise<boolean> {
  if (row.kind !== 'ACCOUNTING') return false;
  const yearAgo = new Date(now);
  yearAgo.setUTCFullYear(now.getUTCFullYear() - 1);
  const before = await tx.patientAccessRequest.count({
    where: {
      ...{ patientId: { in: [...patientIds] }, kind: 'ACCOUNTING', status: 'FULFILLED' },
      fulfilledAt: { gt: yearAgo },
    },
  });
  return before === 0;
}
