import { Prisma, withActor, type Actor, type Transaction } from '@holovitals/database';
import { actorHasPermission, notPermitted } from '@holovitals/identity';
import { z } from 'zod';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { inputInvalid } from '../errors.ts';
import { OPEN_STATUSES } from './request.store.ts';
import { listWaitingRequestsSchema, type WaitingRequest } from './work-list.schema.ts';

/** A page of the list, the earliest due day first; `next` is null on the last one. */
export interface WaitingPage {
  readonly items: readonly WaitingRequest[];
  readonly next: string | null;
}

type Row = Omit<WaitingRequest, 'receivedAt'> & { readonly receivedAt: Date };
type Filters = z.output<typeof listWaitingRequestsSchema>;

const WAITING: readonly string[] = [...OPEN_STATUSES, 'UNDER_REVIEW'];
/** Where those without a due day stand: behind all others. */
const NEVER = 'infinity';

/**
 * Lists the requests of patients that the organisation must answer, by the day they are due: for its
 * officers.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `IDENTITY.NOT_PERMITTED`
 */
export async function listWaitingRequests(
  { db, audit, clock }: ComplianceContext,
  actor: Actor,
  given: z.input<typeof listWaitingRequestsSchema>,
): Promise<WaitingPage> {
  const parsed = listWaitingRequestsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listWaitingRequests', parsed.error);
  const filters = parsed.data;
  const place = filters.after === undefined ? undefined : readPlace(filters.after);
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, 'HANDLE_PATIENT_REQUESTS')))
      throw notPermitted('HANDLE_PATIENT_REQUESTS');
    const found = await find(tx, filters, place, clock());
    const items = found
      .slice(0, filters.limit)
      .map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
    await audit(tx, actor, [
      {
        ...({ eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS' } as const),
        ...{ resourceType: 'PatientAccessRequest', recordCount: items.length },
      },
    ]);
    const last = found.length > filters.limit ? items.at(-1) : undefined;
    return { items, next: last === undefined ? null : `${last.dueOn ?? NEVER}~${last.id}` };
  });
}

async function find(
  tx: Transaction,
  { state, type, limit }: Filters,
  place: { readonly dueOn: string; readonly id: string } | undefined,
  now: Date,
): Promise<Row[]> {
  const statuses = state === 'all' ? null : WAITING;
  return await tx.$queryRaw<Row[]>(Prisma.sql`
    with place as (
      select id, (${now}::timestamptz at time zone timezone)::date as today
      from organizations where id = actor_organization_id()),
    requests as (
      select 'access' as type, id, patient_id, organization_id, kind, status, received_at,
        coalesce(extended_due_at, due_at) as due
      from patient_access_requests
      union all
      select 'amendment', id, patient_id, organization_id, null, status, received_at,
        coalesce(extended_due_at, due_at)
      from patient_amendment_requests
      union all
      select 'privacy', id, patient_id, organization_id, kind, status, received_at, null
      from patient_privacy_requests),
    listed as (
      select requests.*, coalesce(due, ${NEVER}::date) as rank,
        coalesce(due < today, false) and status::text = any (${WAITING}::text[]) as is_overdue
      from requests join place on place.id = organization_id
      where (${statuses}::text[] is null or status::text = any (${statuses}::text[]))
        and (${type ?? null}::text is null or type = ${type ?? null}::text))
    select type, id, patient_id as "patientId", kind, status::text as status,
      received_at as "receivedAt", due::text as "dueOn", is_overdue as "isOverdue"
    from listed
    where (is_overdue or ${state !== 'overdue'})
      and (${place?.id ?? null}::uuid is null
        or (rank, id) > (${place?.dueOn ?? null}::date, ${place?.id ?? null}::uuid))
    order by rank, id limit ${limit + 1}`);
}

function readPlace(text: string): { readonly dueOn: string; readonly id: string } {
  const [dueOn = '', id] = text.split('~');
  const parsed = z
    .object({ dueOn: z.union([z.iso.date(), z.literal(NEVER)]), id: z.uuid() })
    .safeParse({ dueOn, id });
  if (!parsed.success) throw inputInvalid('the cursor `after`', parsed.error);
  return parsed.data;
}
