import { z } from 'zod';
import { patientSchema } from '../patients/patient.schema.ts';
import { resourceSchemaOf } from '../records/record-schemas.ts';
import { id } from '../resources/fields.ts';
import { summaryLists } from './read-summary.ts';

const lists = Object.entries(summaryLists).map(([name, kind]) => [
  name,
  z.array(resourceSchemaOf(kind)),
]) as [keyof typeof summaryLists, z.ZodArray<z.ZodObject>][];

/** A summary as callers see it. */
export const summarySchema = z.object({
  patient: patientSchema,
  /** Somebody asked, and no allergy is known; false where nothing was asked. */
  noKnownAllergies: z.boolean(),
  ...(Object.fromEntries(lists) as Record<keyof typeof summaryLists, z.ZodArray<z.ZodObject>>),
  careTeam: z.array(
    z.object({
      id,
      role: z.string(),
      teamName: z.string().nullable(),
      practitionerId: id.nullable(),
      userId: id.nullable(),
      organizationId: id.nullable(),
    }),
  ),
});
