import { z } from 'zod';
import { reactionsSchema } from '../../json-columns.schema.ts';
import { fhirDate, id } from '../../resources/fields.ts';
import { codedFields, commonFields } from '../common-fields.ts';
import { inOrder, type RecordKind } from '../record-kind.ts';

/** SNOMED CT "No known allergy": a row of its own, never an empty list. */
export const NO_KNOWN_ALLERGY = '716186003';

const SEVERITIES = ['mild', 'moderate', 'severe'] as const;

/** Allergies and intolerances: FHIR AllergyIntolerance. */
export const allergies: RecordKind = {
  list: 'allergies',
  model: 'PatientAllergy',
  noun: 'allergy',
  orderedBy: 'recordedAt',
  fields: {
    ...codedFields,
    clinicalStatus: z.enum(['active', 'inactive', 'resolved']),
    verificationStatus: z.enum(['unconfirmed', 'confirmed', 'refuted']).optional(),
    type: z.enum(['allergy', 'intolerance']).nullish(),
    categories: z
      .array(z.enum(['food', 'medication', 'environment', 'biologic']))
      .max(4)
      .optional(),
    criticality: z.enum(['low', 'high', 'unable-to-assess']).nullish(),
    onsetAt: fhirDate.nullish(),
    lastOccurrenceAt: fhirDate.nullish(),
    reactions: reactionsSchema.optional(),
    asserterId: id.nullish(),
    ...commonFields,
  },
  rules: [
    inOrder('onsetAt', 'lastOccurrenceAt'),
    {
      name: 'none-known-alone',
      says: 'a row that says that no allergy is known has no reaction and no criticality',
      fields: ['code', 'reactions', 'criticality'],
      holds: ({ code, reactions, criticality }) =>
        code !== NO_KNOWN_ALLERGY ||
        (((reactions as unknown[] | undefined) ?? []).length === 0 &&
          (criticality ?? null) === null),
    },
  ],
  derive: ({ reactions }) => ({ worstSeverity: worstOf(reactions) }),
};

function worstOf(reactions: unknown): string | null {
  const severities = ((reactions ?? []) as { severity?: string }[]).map(({ severity }) => severity);
  return SEVERITIES.findLast((severity) => severities.includes(severity)) ?? null;
}
