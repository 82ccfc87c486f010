import type { Actor } from '@holovitals/database';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { identifierTaken, inputInvalid, recordMissing, referenceMissing } from '../errors.ts';
import { code, id, text, uri } from '../resources/fields.ts';
import { prismaCode } from '../resources/prisma-code.ts';
import { assertTreating, inChart } from './chart.ts';

/** Input of `addIdentifier`: FHIR Identifier. */
export const addIdentifierSchema = z.strictObject({
  system: uri,
  value: text(200),
  use: z.enum(['usual', 'official', 'temp', 'secondary', 'old']).nullish(),
  typeCode: code.nullish(),
  assignerId: id.nullish(),
});

/** An identifier as callers see it. */
export const identifierSchema = z.object({
  id,
  system: z.string(),
  value: z.string(),
  use: z.string().nullable(),
  typeCode: z.string().nullable(),
  assignerId: id.nullable(),
  endedAt: z.iso.datetime().nullable(),
});

/** One of {@link identifierSchema}. */
export type IdentifierResource = z.infer<typeof identifierSchema>;

const SELECTED = {
  id: true,
  system: true,
  valueCiphertext: true,
  use: true,
  typeCode: true,
  assignerId: true,
  endedAt: true,
} as const;
const RESOURCE = { resourceType: 'PatientIdentifier' } as const;

/** Lists the identifiers of a patient, ended ones too. Fails with `CLINICAL.PATIENT_MISSING`. */
export async function listIdentifiers(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
): Promise<IdentifierResource[]> {
  const event = { eventType: 'PHI_READ', action: 'R', ...RESOURCE } as const;
  return await inChart(context, actor, patientId, event, async (tx, { patientIds }) => {
    const rows = await tx.patientIdentifier.findMany({
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
 * Adds an identifier that no other patient has.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.PATIENT_MISSING`, `CLINICAL.PATIENT_MERGED`,
 *   `CLINICAL.ACT_REFUSED`, `CLINICAL.IDENTIFIER_TAKEN`, `CLINICAL.REFERENCE_MISSING`
 */
export async function addIdentifier(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof addIdentifierSchema>,
): Promise<IdentifierResource> {
  const parsed = addIdentifierSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('addIdentifier', parsed.error);
  const { value, ...input } = parsed.data;
  const event = { eventType: 'PHI_CREATE', action: 'C', ...RESOURCE } as const;
  return await inChart(context, actor, patientId, event, async (tx, chart) => {
    await assertTreating(tx, chart, 'add an identifier');
    const row = await tx.patientIdentifier
      .create({
        data: {
          patientId,
          system: input.system,
          valueCiphertext: value,
          use: input.use ?? null,
          typeCode: input.typeCode ?? null,
          assignerId: input.assignerId ?? null,
        },
        select: SELECTED,
      })
      .catch((error: unknown) => {
        if (prismaCode(error) === 'P2002') throw identifierTaken('identifier');
        if (prismaCode(error) === 'P2003') throw referenceMissing('identifier', 'assignerId');
        throw error;
      });
    await context.audit(tx, actor, [
      { ...event, outcome: 'SUCCESS', patientId, resourceId: row.id },
    ]);
    return shown(row);
  });
}

/**
 * Ends an identifier: it finds the patient no longer, and another may have it.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`, `CLINICAL.ACT_REFUSED`, `CLINICAL.RECORD_MISSING`
 */
export async function endIdentifier(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  identifierId: string,
): Promise<void> {
  const event = { eventType: 'PHI_UPDATE', action: 'U', ...RESOURCE } as const;
  await inChart(context, actor, patientId, event, async (tx, chart) => {
    await assertTreating(tx, chart, 'end an identifier');
    const { count } = await tx.patientIdentifier.updateMany({
      where: { id: identifierId, patientId, endedAt: null },
      data: { endedAt: context.clock() },
    });
    if (count === 0) throw recordMissing('identifier');
    await context.audit(tx, actor, [
      {
        ...event,
        outcome: 'SUCCESS',
        patientId,
        resourceId: identifierId,
        changedFields: ['endedAt'],
      },
    ]);
  });
}

type Row = { readonly valueCiphertext: string; readonly endedAt: Date | null } & Omit<
  IdentifierResource,
  'value' | 'endedAt'
>;

function shown({ valueCiphertext, endedAt, ...row }: Row): IdentifierResource {
  return { ...row, value: valueCiphertext, endedAt: endedAt?.toISOString() ?? null };
}
