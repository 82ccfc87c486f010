import { withActor, type Actor, type AuditEvent } from '@holovitals/database';
import { actorHasPermission, notPermitted } from '@holovitals/identity';
import type { z } from 'zod';
import { inputInvalid, periodMissing } from '../errors.ts';
import { auditBundle } from './audit-bundle.ts';
import { auditCsv } from './audit-csv.ts';
import {
  auditFiltersSchema,
  unboundedFilters,
  type AuditTrailEvent,
} from './audit-event.schema.ts';
import { findAuditEvents } from './audit-event.store.ts';
import { hashFilters } from './hash-filters.ts';
import type { ComplianceContext } from './list-accesses.ts';
import type { TrailPlace } from './trail-cursor.ts';

/** How rows are written out, stretch by stretch. */
export interface AuditFormat {
  readonly head: string;
  readonly render: (events: readonly AuditTrailEvent[], isFirst: boolean) => string;
  readonly tail: string;
}

const FORMATS = { csv: auditCsv, fhir: auditBundle } as const;
const ROWS_AT_ONCE = 500;

/**
 * Exports rows of the trail of the caller's organisation up to now, newest first, as CSV or as a Bundle
 * of FHIR AuditEvents. It is asked for a piece at a time, so that memory stays flat; each piece is read
 * in a transaction of its own, which asks anew whether the caller may. The first piece answers only once
 * the export stands in the trail, the last one once the number of its rows does; an export that was cut
 * off is told too.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.PERIOD_MISSING`, `IDENTITY.NOT_PERMITTED`
 */
export async function* exportAuditEvents(
  { db, audit, clock }: ComplianceContext,
  actor: Actor,
  format: keyof typeof FORMATS,
  given: z.input<typeof auditFiltersSchema>,
): AsyncGenerator<string, void, undefined> {
  const parsed = auditFiltersSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('exportAuditEvents', parsed.error);
  const filters = { ...parsed.data, to: parsed.data.to ?? clock().toISOString() };
  const unbounded = unboundedFilters(filters, clock());
  if (unbounded.length > 0) throw periodMissing(unbounded);
  const { patientId } = filters;
  const event: AuditEvent = {
    ...{ eventType: 'PHI_EXPORT', action: 'E', outcome: 'SUCCESS', resourceType: 'AuditLog' },
    queryHash: await hashFilters(db.$codec, parsed.data),
    ...(patientId !== undefined && { patientId }),
  };
  const { head, render, tail } = FORMATS[format];
  let [count, before, isOver]: [number, TrailPlace | null, boolean] = [0, null, false];
  try {
    while (!isOver) {
      const place: TrailPlace | null = before;
      const isFirst = place === null;
      const { events, isLast } = await withActor(db, actor, async (tx) => {
        for (const permission of ['EXPORT_AUDIT_LOGS', 'READ_AUDIT_LOGS']) {
          if (!(await actorHasPermission(tx, permission))) throw notPermitted(permission);
        }
        const found = await findAuditEvents(tx, filters, { before: place, most: ROWS_AT_ONCE });
        const isEnd = found.length < ROWS_AT_ONCE;
        const recordCount = count + found.length;
        if (isEnd) await audit(tx, actor, [{ ...event, recordCount }]);
        else if (isFirst) await audit(tx, actor, [event]);
        return { events: found, isLast: isEnd };
      });
      count += events.length;
      const last = events.at(-1);
      before = last === undefined ? place : { timestamp: new Date(last.at), id: last.id };
      isOver = isLast;
      yield `${isFirst ? head : ''}${render(events, isFirst)}${isLast ? tail : ''}`;
    }
  } finally {
    if (!isOver && before !== null) {
      const cut = { ...event, outcome: 'SERIOUS_FAILURE', recordCount: count } as const;
      await withActor(db, actor, (tx) => audit(tx, actor, [cut]));
    }
  }
}
