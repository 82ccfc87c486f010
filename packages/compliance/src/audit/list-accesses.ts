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
import { z } from 'zod';
import { accessesClosed, inputInvalid } from '../errors.ts';
import { namePeople } from './name-people.ts';
import { readCursor, writeCursor } from './trail-cursor.ts';

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
    resourceId: z.string().nullable(),
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
    await audit(tx, actor, [
      {
        ...{ eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS' },
        ...{ resourceType: 'AuditLog', recordCount: page.items.length, patientId },
      },
    ]);
    return page;
  });
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
              { timestamp: { lte: last.timestamp } },
              {
                OR: [
                  { timestamp: { lt: last.timestamp } },
                  { timestamp: last.timestamp, id: { lt: last.id } },
                ],
              },
            ]),
      ],
    },
    orderBy: [{ timestamp: 'desc' }, { id: 'desc' }],
    take: limit + 1,
    select: SELECTED,
  });
  const shown = rows.slice(0, limit);
  const names = await namePeople(tx, shown);
  const end = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(({ timestamp, actorRole, ...row }) => ({
      ...row,
      at: timestamp.toISOString(),
      role: actorRole,
      displayName: names.get(row.userId ?? '') ?? null,
    })),
    next: end === undefined ? null : writeCursor(end),
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
