import type { Actor, Transaction } from '@holovitals/database';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { chartClosed, inputInvalid } from '../errors.ts';
import { listRequestsSchema } from './request.schema.ts';
import { askRequestRights } from './request.store.ts';

/** A page of requests, newest first; `next` is null on the last one. */
export interface RequestPage<Shown> {
  readonly items: readonly Shown[];
  readonly next: string | null;
}

/** Where a page begins, and how many rows are read for it. */
export interface PageOfRequests {
  readonly where: { patientId: { in: string[] }; id?: { lt: string } };
  readonly orderBy: { id: 'desc' };
  readonly take: number;
}

/**
 * Lists the requests of one kind of a patient, newest first: for the patient, a representative in
 * full and the officers who answer.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`
 */
export async function listRequests<Row extends { readonly id: string }, Shown>(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof listRequestsSchema>,
  table: { readonly resourceType: string; readonly show: (row: Row) => Shown },
  find: (tx: Transaction, page: PageOfRequests) => Promise<Row[]>,
): Promise<RequestPage<Shown>> {
  const parsed = listRequestsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listRequests', parsed.error);
  const { limit, after } = parsed.data;
  const { resourceType } = table;
  const event = { eventType: 'PHI_READ', action: 'R', patientId, resourceType } as const;
  return await inTrail(context, actor, event, async (tx) => {
    const { isOwn, mayHandle, patientIds } = await askRequestRights(tx, patientId);
    if (!isOwn && !mayHandle) throw chartClosed();
    const found = await find(tx, {
      where: {
        patientId: { in: [...patientIds] },
        ...(after !== undefined && { id: { lt: after } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    const rows = found.slice(0, limit);
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', recordCount: rows.length }]);
    return {
      items: rows.map(table.show),
      next: found.length > limit ? (rows.at(-1)?.id ?? null) : null,
    };
  });
}
