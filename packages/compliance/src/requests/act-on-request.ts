import type { Actor, AuditEvent, RequestStatus, Transaction } from '@holovitals/database';
import { inTrail } from '../acts/in-trail.ts';
import { isRefusedByRule } from '../acts/store-refusals.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import {
  chartClosed,
  extensionLate,
  requestForOfficer,
  requestForPatient,
  requestMissing,
  requestStateRefused,
} from '../errors.ts';
import { askRequestRights, type RequestRights } from './request.store.ts';

/** Which request of which patient. */
export interface RequestPlace {
  readonly patientId: string;
  readonly requestId: string;
}

/** What every request that stands says. */
export interface StandingRequest {
  readonly status: RequestStatus;
  /** Null where it came on paper. */
  readonly requestedById: string | null;
}

/** How the rows of one kind of request are reached. */
export interface RequestTable<Row extends StandingRequest, Change, Shown> {
  readonly resourceType: string;
  /** What a change of it is in the trail. */
  readonly eventType: AuditEvent['eventType'];
  readonly lock: (tx: Transaction, id: string) => Promise<unknown>;
  readonly find: (
    tx: Transaction,
    id: string,
    patientIds: readonly string[],
  ) => Promise<Row | null>;
  readonly update: (tx: Transaction, id: string, change: Change) => Promise<Row>;
  readonly show: (row: Row) => Shown;
}

/** What is done with a request. */
export interface RequestAct<Row, Change> {
  /** In words, for refusals: `extend the time of a request`. */
  readonly act: string;
  readonly side: 'officer' | 'patient';
  readonly from: readonly RequestStatus[];
  readonly reason?: string | undefined;
  /** Looks at the row as it stands, and says what changes. */
  readonly change: (row: Row, tx: Transaction, rights: RequestRights) => Promise<Change> | Change;
}

/**
 * Does something with a request that stands, one after another, with its audit row. Officers answer,
 * and none his own request; the patient does the rest, and of what came on paper an officer for him.
 *
 * @throws CodedError `COMPLIANCE.CHART_CLOSED`, `COMPLIANCE.REQUEST_MISSING`,
 *   `COMPLIANCE.REQUEST_FOR_OFFICER`, `COMPLIANCE.REQUEST_FOR_PATIENT`,
 *   `COMPLIANCE.REQUEST_STATE_REFUSED`, `COMPLIANCE.EXTENSION_LATE`, and those of the act
 */
export async function actOnRequest<Row extends StandingRequest, Change extends object, Shown>(
  context: ComplianceContext,
  actor: Actor,
  { patientId, requestId }: RequestPlace,
  table: RequestTable<Row, Change, Shown>,
  { act, side, from, reason, change }: RequestAct<Row, Change>,
): Promise<Shown> {
  const event = {
    ...{ eventType: table.eventType, action: 'U' as const, patientId },
    ...{ resourceType: table.resourceType, resourceId: requestId },
    ...(reason !== undefined && { reason: reason.slice(0, 500) }),
  };
  return await inTrail(context, actor, event, async (tx) => {
    const rights = await askRequestRights(tx, patientId);
    if (!rights.isOwn && !rights.mayHandle) throw chartClosed();
    if (side === 'officer' && (rights.isOwn || !rights.mayHandle)) throw requestForOfficer(act);
    await table.lock(tx, requestId);
    const row = await table.find(tx, requestId, rights.patientIds);
    if (row === null) throw requestMissing();
    if (side === 'patient' && !rights.isOwn && row.requestedById !== null)
      throw requestForPatient(act);
    if (!from.includes(row.status)) throw requestStateRefused(act, row.status);
    const changes = await change(row, tx, rights);
    const changed = await table.update(tx, requestId, changes).catch((error: unknown) => {
      // The one rule of the database that asks a day: an extension comes in time.
      throw isRefusedByRule(error) && 'extendedAt' in changes ? extensionLate() : error;
    });
    await context.audit(tx, actor, [
      { ...event, outcome: 'SUCCESS', changedFields: Object.keys(changes) },
    ]);
    return table.show(changed);
  });
}
