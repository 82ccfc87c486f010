import type { Actor, BreachStatus, Prisma, Transaction } from '@holovitals/database';
import { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { breachStateRefused, inputInvalid, noticeIncomplete, noticeMissing } from '../errors.ts';
import { lockBreach } from './breach-incident.store.ts';
import {
  recordReturnedSchema,
  recordSentSchema,
  recordSubstituteSchema,
} from './breach-notice.schema.ts';
import { settleStatus } from './breach-notice.store.ts';

/** How many notices an act is about, and where the incident stands after it. */
export interface RecordedNotices {
  readonly recorded: number;
  readonly status: BreachStatus;
}

type Where = Prisma.BreachNotificationWhereInput;

/** What became of notices, and of which ones it may be said. */
interface Outcome {
  readonly noticeIds: readonly string[];
  /** When it happened: not before the discovery, nor to come. */
  readonly at: Date;
  readonly place: string;
  readonly of: Where;
  readonly becomes: Prisma.BreachNotificationUncheckedUpdateManyInput;
  readonly check?: (tx: Transaction, where: Where) => Promise<void>;
}

/**
 * Records notices as sent, with what they said; all of them or none. When no other is owed the incident
 * is NOTIFIED.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.BREACH_MISSING`,
 *   `COMPLIANCE.BREACH_STATE_REFUSED`, `COMPLIANCE.NOTICE_MISSING`, `COMPLIANCE.NOTICE_INCOMPLETE`,
 *   `IDENTITY.NOT_PERMITTED`
 */
export async function recordSent(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof recordSentSchema>,
): Promise<RecordedNotices> {
  const parsed = recordSentSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('recordSent', parsed.error);
  const { noticeIds, sentAt, method, content } = parsed.data;
  const at = new Date(sentAt);
  return await record(context, actor, id, {
    ...{ noticeIds, at, place: 'sentAt', of: { sentAt: null } },
    becomes: {
      sentAt: at,
      ...(method !== undefined && { method }),
      ...(content !== undefined && { content: content }),
    },
    async check(tx, where) {
      const withoutMethod: Where = { audience: { in: ['INDIVIDUAL', 'NEXT_OF_KIN'] } };
      const withoutContent: Where = { audience: { in: ['INDIVIDUAL', 'NEXT_OF_KIN', 'MEDIA'] } };
      const lacking = [
        ...(method === undefined ? [withoutMethod] : []),
        ...(content === undefined ? [withoutContent] : []),
      ];
      if (lacking.length === 0) return;
      const count = await tx.breachNotification.count({ where: { AND: [where, { OR: lacking }] } });
      if (count > 0) throw noticeIncomplete();
    },
  });
}

/**
 * Records notices that came back as undeliverable: a substitute is owed.
 *
 * @throws CodedError as {@link recordSent}
 */
export async function recordReturned(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof recordReturnedSchema>,
): Promise<RecordedNotices> {
  const parsed = recordReturnedSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('recordReturned', parsed.error);
  const { noticeIds } = parsed.data;
  const at = new Date(parsed.data.returnedAt);
  return await record(context, actor, id, {
    ...{ noticeIds, at, place: 'returnedAt', becomes: { returnedAt: at } },
    of: { sentAt: { lte: at }, returnedAt: null, patientId: { not: null } },
  });
}

/**
 * Records what took the place of notices that came back (45 CFR 164.404(d)(2)).
 *
 * @throws CodedError as {@link recordSent}
 */
export async function recordSubstitute(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof recordSubstituteSchema>,
): Promise<RecordedNotices> {
  const parsed = recordSubstituteSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('recordSubstitute', parsed.error);
  const { noticeIds, givenAt, method } = parsed.data;
  const at = new Date(givenAt);
  return await record(context, actor, id, {
    ...{ noticeIds, at, place: 'givenAt' },
    of: { returnedAt: { lte: at }, substituteNoticeAt: null },
    becomes: { substituteNoticeAt: at, substituteMethod: method },
  });
}

async function record(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  { noticeIds, at, place, of, becomes, check }: Outcome,
): Promise<RecordedNotices> {
  const event = {
    ...({ eventType: 'PHI_UPDATE', action: 'U' } as const),
    ...{ resourceType: 'BreachIncident', resourceId: id, changedFields: ['notifications'] },
  };
  return await inTrail(context, actor, event, async (tx) => {
    const { status, discoveredAt } = await lockBreach(tx, actor.organizationId, id);
    if (!NOTIFIED_OF.includes(status)) throw breachStateRefused(status);
    if (at < discoveredAt || at > context.clock()) throw instantInvalid(place);
    const ids = [...new Set(noticeIds)];
    const where: Where = { ...of, incidentId: id, id: { in: ids } };
    await check?.(tx, where);
    const { count } = await tx.breachNotification.updateMany({ where, data: becomes });
    if (count < ids.length) throw noticeMissing();
    const settled = await settleStatus(tx, id);
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', recordCount: count }]);
    return { recorded: count, status: settled };
  });
}

const NOTIFIED_OF: readonly BreachStatus[] = ['CONFIRMED', 'NOTIFYING', 'NOTIFIED'];

function instantInvalid(place: string) {
  const issue = { code: 'custom', path: [place], message: 'not in time', input: undefined };
  return inputInvalid('the notices', new z.ZodError([issue as z.core.$ZodIssue]));
}
