import {
  AuditAction,
  AuditEventType,
  AuditOutcome,
  Prisma,
  PurposeOfUse,
  withActor,
  type Actor,
  type AuditSink,
  type Database,
  type Transaction,
} from '@holovitals/database';
import { actorHasPermission, notPermitted } from '@holovitals/identity';
import { z } from 'zod';
import { accessesClosed, inputInvalid } from '../errors.ts';

/** What the use cases of this domain work with. */
export interface ComplianceContext {
  readonly db: Database;
  readonly audit: AuditSink;
  readonly clock: () => Date;
}

/** Input of `listRecordAccesses`. */
export const listAccessesSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  after: z.string().max(200).optional(),
});

/** Input of `listAuditEvents`. */
export const listAuditEventsSchema = listAccessesSchema.extend({
  patientId: z.uuid().optional(),
  userId: z.uuid().optional(),
  eventType: z.enum(AuditEventType).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});

/** A row of the audit trail as people read it (45 CFR 164.312(b); FHIR AuditEvent). */
export const accessSchema = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    eventType: z.enum(AuditEventType),
    action: z.enum(AuditAction),
    outcome: z.enum(AuditOutcome),
    /** Who acted; null where a machine did. */
    userId: z.uuid().nullable(),
    displayName: z.string().nullable(),
    role: z.string().nullable(),
    /** The key or service that acted. */
    apiKeyId: z.uuid().nullable(),
    agentSystem: z.string().nullable(),
    onBehalfOfId: z.uuid().nullable(),
    organizationId: z.uuid().nullable(),
    purposeOfUse: z.enum(PurposeOfUse).nullable(),
    patientId: z.uuid().nullable(),
    resourceType: z.string().nullable(),
    resourceId: z.uuid().nullable(),
    recordCount: z.int().nullable(),
    changedFields: z.array(z.string()),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Access' });

/** One of {@link accessSchema}. */
export type Access = z.infer<typeof accessSchema>;

/** A page of the trail, newest first; `next` is null on the last one. */
export interface AccessPage {
  readonly items: readonly Access[];
  readonly next: string | null;
}

/**
 * Lists who did what with a patient's record, refused attempts too, newest first: for the patient,
 * the representative, and who may read the trail. The list is audited like any other read.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.ACCESSES_CLOSED`
 */
export async function listRecordAccesses(
  { db, audit }: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof listAccessesSchema>,
): Promise<AccessPage> {
  const parsed = listAccessesSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listRecordAccesses', parsed.error);
  return await withActor(db, actor, async (tx) => {
    const [chart] = await tx.$queryRaw<{ patientIds: string[]; isOpen: boolean }[]>(Prisma.sql`
      select linked_patients(${patientId}::uuid) as "patientIds",
        may_access_patient(${patientId}::uuid, null, 'READ_OWN_ACCESS_LOG')
          or actor_has_permission('READ_AUDIT_LOGS') as "isOpen"`);
    if (chart?.isOpen !== true || chart.patientIds.length === 0) throw accessesClosed();
    const page = await findPage(tx, { patientId: { in: chart.patientIds } }, parsed.data);
    await audit(tx, actor, [trailRead(page, patientId)]);
    return page;
  });
}

/**
 * Reads the trail of the organisation the caller acts in, newest first: for privacy officers.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `IDENTITY.NOT_PERMITTED`
 */
export async function listAuditEvents(
  { db, audit }: ComplianceContext,
  actor: Actor,
  given: z.input<typeof listAuditEventsSchema>,
): Promise<AccessPage> {
  const parsed = listAuditEventsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listAuditEvents', parsed.error);
  const { patientId, userId, eventType, from, to, ...paging } = parsed.data;
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, 'READ_AUDIT_LOGS'))) throw notPermitted('READ_AUDIT_LOGS');
    const where: Prisma.AuditLogWhereInput = {
      ...(patientId !== undefined && { patientId }),
      ...(userId !== undefined && { userId }),
      ...(eventType !== undefined && { eventType }),
      timestamp: {
        ...(from !== undefined && { gte: new Date(from) }),
        ...(to !== undefined && { lt: new Date(to) }),
      },
    };
    const page = await findPage(tx, where, paging);
    await audit(tx, actor, [trailRead(page, patientId)]);
    return page;
  });
}

function trailRead({ items }: AccessPage, patientId: string | undefined) {
  return {
    eventType: 'PHI_READ',
    action: 'R',
    outcome: 'SUCCESS',
    resourceType: 'AuditLog',
    recordCount: items.length,
    ...(patientId !== undefined && { patientId }),
  } as const;
}

async function findPage(
  tx: Transaction,
  where: Prisma.AuditLogWhereInput,
  { limit, after }: z.infer<typeof listAccessesSchema>,
): Promise<AccessPage> {
  const last = after === undefined ? undefined : readCursor(after);
  const rows = await tx.auditLog.findMany({
    where: {
      AND: [
        where,
        ...(last === undefined
          ? []
          : [
              { timestamp: { lte: last.at } },
              { OR: [{ timestamp: { lt: last.at } }, { timestamp: last.at, id: { lt: last.id } }] },
            ]),
      ],
    },
    orderBy: [{ timestamp: 'desc' }, { id: 'desc' }],
    take: limit + 1,
    select: SELECTED,
  });
  const shown = rows.slice(0, limit);
  const names = await namesOf(
    tx,
    shown.flatMap(({ userId }) => userId ?? []),
  );
  const end = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(({ timestamp, actorRole, ...row }) => ({
      ...row,
      at: timestamp.toISOString(),
      role: actorRole,
      displayName: names.get(row.userId ?? '') ?? null,
    })),
    next: end === undefined ? null : `${end.timestamp.toISOString()}~${end.id}`,
  };
}

const SELECTED = {
  id: true,
  timestamp: true,
  eventType: true,
  action: true,
  outcome: true,
  userId: true,
  actorRole: true,
  apiKeyId: true,
  agentSystem: true,
  onBehalfOfId: true,
  organizationId: true,
  purposeOfUse: true,
  patientId: true,
  resourceType: true,
  resourceId: true,
  recordCount: true,
  changedFields: true,
  reason: true,
} as const;

async function namesOf(tx: Transaction, ids: readonly string[]) {
  const users = await tx.user.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, displayName: true },
  });
  return new Map(users.map(({ id, displayName }) => [id, displayName]));
}

function readCursor(text: string): { readonly at: Date; readonly id: string } {
  const [at = '', id] = text.split('~');
  const parsed = z.object({ at: z.iso.datetime(), id: z.uuid() }).safeParse({ at, id });
  if (!parsed.success) throw inputInvalid('the cursor `after`', parsed.error);
  return { at: new Date(at), id: parsed.data.id };
}
