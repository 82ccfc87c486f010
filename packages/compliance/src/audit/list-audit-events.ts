import { withActor, type Actor } from '@holovitals/database';
import { actorHasPermission, notPermitted } from '@holovitals/identity';
import type { z } from 'zod';
import { inputInvalid, periodMissing } from '../errors.ts';
import {
  auditFiltersSchema,
  unboundedFilters,
  type AuditTrailEvent,
} from './audit-event.schema.ts';
import { findAuditEvents } from './audit-event.store.ts';
import { hashFilters } from './hash-filters.ts';
import { listAccessesSchema, type ComplianceContext } from './list-accesses.ts';
import { readCursor, writeCursor } from './trail-cursor.ts';

/** Input of `listAuditEvents`. */
export const listAuditEventsSchema = auditFiltersSchema.extend(listAccessesSchema.shape);

/** A page of the trail, newest first; `next` is null on the last one. */
export interface AuditEventPage {
  readonly items: readonly AuditTrailEvent[];
  readonly next: string | null;
}

/**
 * Reads the trail of the organisation the caller acts in, newest first: for privacy officers. The
 * reading is audited, with a keyed hash of what was asked for.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.PERIOD_MISSING`, `IDENTITY.NOT_PERMITTED`
 */
export async function listAuditEvents(
  { db, audit, clock }: ComplianceContext,
  actor: Actor,
  given: z.input<typeof listAuditEventsSchema>,
): Promise<AuditEventPage> {
  const parsed = listAuditEventsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listAuditEvents', parsed.error);
  const { limit, after, ...filters } = parsed.data;
  const unbounded = unboundedFilters(filters, clock());
  if (unbounded.length > 0) throw periodMissing(unbounded);
  const before = after === undefined ? null : readCursor(after);
  const queryHash = await hashFilters(db.$codec, filters);
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, 'READ_AUDIT_LOGS'))) throw notPermitted('READ_AUDIT_LOGS');
    const rows = await findAuditEvents(tx, filters, { before, most: limit + 1 });
    const items = rows.slice(0, limit);
    const { patientId } = filters;
    await audit(tx, actor, [
      {
        ...{ eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS', queryHash },
        ...{ resourceType: 'AuditLog', recordCount: items.length },
        ...(patientId !== undefined && { patientId }),
      },
    ]);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return {
      items,
      next: last === undefined ? null : writeCursor({ ...last, timestamp: new Date(last.at) }),
    };
  });
}
