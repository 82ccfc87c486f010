import { Prisma, type Transaction } from '@holovitals/database';
import type { Consent } from './consent.schema.ts';

/** What the caller may do with the consents of a patient. */
export interface ConsentRights {
  readonly mayRead: boolean;
  readonly mayManage: boolean;
  /** As the patient or a representative, who signs, and not for the organisation. */
  readonly isOwn: boolean;
  /** Who acts; of an API key, its owner. */
  readonly userId: string | null;
  /** The patient, and the records that are linked with it. */
  readonly patientIds: readonly string[];
}

/** Asks the database what the caller may do with the consents of a patient. */
export async function askConsentRights(tx: Transaction, patientId: string): Promise<ConsentRights> {
  const [rights] = await tx.$queryRaw<ConsentRights[]>(Prisma.sql`
    select may_read_consents(${patientId}::uuid) as "mayRead",
      may_manage_consents(${patientId}::uuid) as "mayManage",
      may_access_patient(${patientId}::uuid, null, 'MANAGE_OWN_CONSENTS') as "isOwn",
      actor_acting_user_id() as "userId",
      linked_patients(${patientId}::uuid) as "patientIds"`);
  return rights ?? { mayRead: false, mayManage: false, isOwn: false, userId: null, patientIds: [] };
}

/** Whether a person now stands in the patient's place by this relationship (45 CFR 164.502(g)). */
export async function isRepresentativeBy(
  tx: Transaction,
  patientId: string,
  relationshipId: string,
  userId: string,
): Promise<boolean> {
  const rows = await tx.$queryRaw(Prisma.sql`
    select from patient_relationships
    where id = ${relationshipId}::uuid and patient_id = ${patientId}::uuid
      and related_user_id = ${userId}::uuid and is_personal_representative and revoked_at is null
      and is_self_or_representative(
        array[patient_id], related_user_id, 'MANAGE_OWN_CONSENTS', '{}')`);
  return Array.isArray(rows) && rows.length === 1;
}

/** The consent with what `shownConsent` reads. */
export const WITH_PROVISIONS = { grants: { orderBy: { id: 'asc' } } } as const;

type Row = Prisma.PatientConsentGetPayload<{ include: typeof WITH_PROVISIONS }>;

/** A consent as callers see it. */
export function shownConsent(row: Row): Consent {
  const instant = (date: Date | null) => date?.toISOString() ?? null;
  const day = (date: Date | null) => date?.toISOString().slice(0, 10) ?? null;
  return {
    id: row.id,
    patientId: row.patientId,
    kind: row.kind as Consent['kind'],
    status: row.status.toLowerCase().replaceAll('_', '-') as Consent['status'],
    scope: row.scope,
    category: row.category,
    categorySystem: row.categorySystem,
    policyUri: row.policyUri,
    discloserId: row.discloserId,
    recipient: row.recipient,
    purpose: row.purpose,
    information: row.information,
    dateTime: row.dateTime.toISOString(),
    validFrom: row.validFrom.toISOString(),
    validTo: instant(row.validTo),
    expiryEvent: row.expiryEvent,
    grantorId: row.grantorId,
    relationshipId: row.relationshipId,
    documentId: row.documentId,
    isSigned: row.signatureHash !== null || row.documentId !== null,
    revokedAt: instant(row.revokedAt),
    revokedReason: row.revokedReason,
    part2NoticeVersion: row.part2NoticeVersion,
    remuneration: row.remuneration,
    version: row.version,
    provisions: row.grants.map((grant) => ({
      id: grant.id,
      type: grant.permit ? 'permit' : 'deny',
      actor: shownActor(grant),
      actions: grant.actions,
      purposes: grant.purposes,
      resourceTypes: grant.resourceTypes,
      securityLabels: grant.securityLabels,
      dataFrom: day(grant.dataFrom),
      dataTo: day(grant.dataTo),
      priority: grant.priority,
    })),
  };
}

function shownActor(grant: Row['grants'][number]): Consent['provisions'][number]['actor'] {
  if (grant.actorUserId !== null) return { userId: grant.actorUserId };
  if (grant.actorOrganizationId !== null) return { organizationId: grant.actorOrganizationId };
  if (grant.actorPractitionerId !== null) return { practitionerId: grant.actorPractitionerId };
  return grant.actorRole === null ? null : { role: grant.actorRole };
}
