import { withActor, type Actor } from '@holovitals/database';
import { actorHasPermission, notPermitted } from '@holovitals/identity';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { identifierTaken, inputInvalid, recordMissing, referenceMissing } from '../errors.ts';
import { licencesSchema } from '../json-columns.schema.ts';
import { code, id, text } from '../resources/fields.ts';
import { prismaCode } from '../resources/prisma-code.ts';

/** Input of `createPractitioner`: FHIR Practitioner. */
export const createPractitionerSchema = z.strictObject({
  name: text(200),
  /** National Provider Identifier: ten digits. */
  npi: z
    .string()
    .regex(/^\d{10}$/)
    .nullish(),
  userId: id.nullish(),
  organizationId: id.nullish(),
  specialtyCodes: z.array(code).max(50).default([]),
  licences: licencesSchema.default([]),
  telecom: text(254).nullish(),
});

/** Input of `listPractitioners`. */
export const listPractitionersSchema = z.object({
  /** The beginning of a name, or of a part of it. */
  name: z.string().trim().min(1).max(200).optional(),
  npi: z.string().max(10).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: id.optional(),
});

/** A practitioner as callers see it. */
export const practitionerSchema = z.object({
  id,
  name: z.string(),
  npi: z.string().nullable(),
  userId: id.nullable(),
  organizationId: id.nullable(),
  specialtyCodes: z.array(z.string()),
  licences: licencesSchema,
  telecom: z.string().nullable(),
  active: z.boolean(),
});

/** One of {@link practitionerSchema}. */
export type PractitionerResource = z.infer<typeof practitionerSchema>;

const SELECTED = {
  id: true,
  name: true,
  npi: true,
  userId: true,
  organizationId: true,
  specialtyCodes: true,
  licences: true,
  telecom: true,
  active: true,
} as const;

/** Lists practitioners in the order of their ids: staff's data, no patient's. */
export async function listPractitioners(
  { db }: ClinicalContext,
  actor: Actor,
  given: z.input<typeof listPractitionersSchema>,
): Promise<{ items: PractitionerResource[]; next: string | null }> {
  const parsed = listPractitionersSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listPractitioners', parsed.error);
  const { name, npi, limit, after } = parsed.data;
  const rows = await withActor(db, actor, (tx) =>
    tx.practitioner.findMany({
      where: {
        active: true,
        ...(name !== undefined && { name: { contains: name, mode: 'insensitive' as const } }),
        ...(npi !== undefined && { npi }),
        ...(after !== undefined && { id: { gt: after } }),
      },
      orderBy: { id: 'asc' },
      take: limit + 1,
      select: SELECTED,
    }),
  );
  const items = rows.slice(0, limit).map(shown);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Reads a practitioner. Fails with `CLINICAL.RECORD_MISSING`. */
export async function readPractitioner(
  { db }: ClinicalContext,
  actor: Actor,
  practitionerId: string,
): Promise<PractitionerResource> {
  const row = await withActor(db, actor, (tx) =>
    tx.practitioner.findUnique({ where: { id: practitionerId }, select: SELECTED }),
  );
  if (row === null) throw recordMissing('practitioner');
  return shown(row);
}

/**
 * Records a clinician, inside or outside the platform.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `IDENTITY.NOT_PERMITTED`, `CLINICAL.IDENTIFIER_TAKEN`,
 *   `CLINICAL.REFERENCE_MISSING`
 */
export async function createPractitioner(
  { db, audit }: ClinicalContext,
  actor: Actor,
  given: z.input<typeof createPractitionerSchema>,
): Promise<PractitionerResource> {
  const parsed = createPractitionerSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('createPractitioner', parsed.error);
  const {
    npi = null,
    userId = null,
    organizationId = null,
    telecom = null,
    ...input
  } = parsed.data;
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, 'MANAGE_USERS'))) throw notPermitted('MANAGE_USERS');
    const row = await tx.practitioner
      .create({
        data: {
          ...input,
          licences: input.licences,
          npi,
          userId,
          organizationId,
          telecom,
        },
        select: SELECTED,
      })
      .catch((error: unknown) => {
        if (prismaCode(error) === 'P2002') throw identifierTaken('NPI or account');
        if (prismaCode(error) === 'P2003') throw referenceMissing('practitioner', 'A reference');
        throw error;
      });
    await audit(tx, actor, [
      {
        eventType: 'CONFIG_CHANGE',
        action: 'C',
        outcome: 'SUCCESS',
        resourceType: 'Practitioner',
        resourceId: row.id,
      },
    ]);
    return shown(row);
  });
}

function shown(row: Omit<PractitionerResource, 'licences'> & { readonly licences: unknown }) {
  return { ...row, licences: licencesSchema.parse(row.licences) };
}
