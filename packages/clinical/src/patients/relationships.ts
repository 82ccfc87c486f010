import type { Actor } from '@holovitals/database';
import { findActingUser } from '@holovitals/identity';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import {
  actRefused,
  inputInvalid,
  recordMissing,
  referenceMissing,
  relationshipOverlaps,
} from '../errors.ts';
import { code, codes, id, instant, readPeriod, text } from '../resources/fields.ts';
import { isOverlap, prismaCode } from '../resources/prisma-code.ts';
import { assertTreating, inChart } from './chart.ts';

/** Input of `addRelationship`: FHIR RelatedPerson, and what this person may do. */
export const addRelationshipSchema = z
  .strictObject({
    /** The related person's account; null for a contact without one. */
    relatedUserId: id.nullish(),
    name: text(200).nullish(),
    /** HL7 v3-RoleCode: PRN, GUARD, SPS, CHILD ... */
    relationshipCode: code,
    isPersonalRepresentative: z.boolean().default(false),
    scope: z.enum(['NONE', 'READ', 'READ_WRITE', 'FULL']).default('NONE'),
    excludedServices: codes.default([]),
    validFrom: instant.optional(),
    validTo: instant.nullish(),
    endsAtMajority: z.boolean().default(false),
  })
  .refine(({ relatedUserId, name }) => (relatedUserId ?? name ?? null) !== null, {
    message: 'an account or a name',
    path: ['name'],
  })
  .refine((input) => !input.isPersonalRepresentative || (input.relatedUserId ?? null) !== null, {
    message: 'a representative has an account',
    path: ['relatedUserId'],
  });

/** A relationship as callers see it. */
export const relationshipSchema = z.object({
  id,
  relatedUserId: id.nullable(),
  name: z.string().nullable(),
  relationshipCode: z.string(),
  isPersonalRepresentative: z.boolean(),
  scope: z.enum(['NONE', 'READ', 'READ_WRITE', 'FULL']),
  excludedServices: z.array(z.string()),
  validFrom: z.iso.datetime(),
  validTo: z.iso.datetime().nullable(),
  endsAtMajority: z.boolean(),
  revokedAt: z.iso.datetime().nullable(),
});

/** One of {@link relationshipSchema}. */
export type RelationshipResource = z.infer<typeof relationshipSchema>;

const SELECTED = {
  id: true,
  relatedUserId: true,
  nameCiphertext: true,
  relationshipCode: true,
  isPersonalRepresentative: true,
  scope: true,
  excludedServices: true,
  validFrom: true,
  validTo: true,
  endsAtMajority: true,
  revokedAt: true,
} as const;
const RESOURCE = { resourceType: 'PatientRelationship' } as const;

/** Lists parents, guardians, proxies and contacts. Fails with `CLINICAL.PATIENT_MISSING`. */
export async function listRelationships(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
): Promise<RelationshipResource[]> {
  const event = { eventType: 'PHI_READ', action: 'R', ...RESOURCE } as const;
  return await inChart(context, actor, patientId, event, async (tx, { patientIds }) => {
    const rows = await tx.patientRelationship.findMany({
      where: { patientId: { in: [...patientIds] } },
      orderBy: { id: 'asc' },
      take: 1000,
      select: SELECTED,
    });
    await context.audit(tx, actor, [
      { ...event, outcome: 'SUCCESS', patientId, recordCount: rows.length },
    ]);
    return rows.map(shown);
  });
}

/**
 * Records a related person, who may stand in the patient's place (45 CFR 164.502(g)).
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.PATIENT_MISSING`, `CLINICAL.PATIENT_MERGED`,
 *   `CLINICAL.ACT_REFUSED`, `CLINICAL.REFERENCE_MISSING`, `CLINICAL.RELATIONSHIP_OVERLAPS`,
 *   `CLINICAL.PERIOD_INVALID`
 */
export async function addRelationship(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof addRelationshipSchema>,
): Promise<RelationshipResource> {
  const parsed = addRelationshipSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('addRelationship', parsed.error);
  const { name = null, validFrom, validTo, relatedUserId = null, ...input } = parsed.data;
  const period = readPeriod({ validFrom, validTo }, context.clock());
  const event = { eventType: 'PHI_CREATE', action: 'C', ...RESOURCE } as const;
  return await inChart(context, actor, patientId, event, async (tx, chart) => {
    await assertTreating(tx, chart, 'record a relationship');
    if (relatedUserId !== null && relatedUserId === (await findActingUser(tx))) {
      throw actRefused('make yourself a related person');
    }
    const row = await tx.patientRelationship
      .create({
        data: {
          ...input,
          patientId,
          relatedUserId,
          nameCiphertext: name,
          ...period,
        },
        select: SELECTED,
      })
      .catch((error: unknown) => {
        if (prismaCode(error) === 'P2003') throw referenceMissing('relationship', 'relatedUserId');
        throw isOverlap(error) ? relationshipOverlaps() : error;
      });
    await context.audit(tx, actor, [
      { ...event, outcome: 'SUCCESS', patientId, resourceId: row.id },
    ]);
    return shown(row);
  });
}

/**
 * Ends what a related person may do, at once.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`, `CLINICAL.ACT_REFUSED`, `CLINICAL.RECORD_MISSING`
 */
export async function revokeRelationship(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  relationshipId: string,
): Promise<void> {
  const event = { eventType: 'PHI_UPDATE', action: 'U', ...RESOURCE } as const;
  await inChart(context, actor, patientId, event, async (tx, chart) => {
    await assertTreating(tx, chart, 'revoke a relationship');
    const { count } = await tx.patientRelationship.updateMany({
      where: { id: relationshipId, patientId, revokedAt: null },
      data: { revokedAt: context.clock() },
    });
    if (count === 0) throw recordMissing('relationship');
    await context.audit(tx, actor, [
      {
        ...event,
        outcome: 'SUCCESS',
        patientId,
        resourceId: relationshipId,
        changedFields: ['revokedAt'],
      },
    ]);
  });
}

type Row = Pick<RelationshipResource, 'id' | 'relatedUserId' | 'relationshipCode'> & {
  readonly nameCiphertext: string | null;
  readonly isPersonalRepresentative: boolean;
  readonly scope: string;
  readonly excludedServices: string[];
  readonly validFrom: Date;
  readonly validTo: Date | null;
  readonly endsAtMajority: boolean;
  readonly revokedAt: Date | null;
};

function shown({
  nameCiphertext,
  validFrom,
  validTo,
  revokedAt,
  scope,
  ...row
}: Row): RelationshipResource {
  return {
    ...row,
    scope: scope as RelationshipResource['scope'],
    name: nameCiphertext,
    validFrom: validFrom.toISOString(),
    validTo: validTo?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
