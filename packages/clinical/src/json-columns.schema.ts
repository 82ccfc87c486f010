import { z } from 'zod';

const code = z.strictObject({
  system: z.url().max(500),
  code: z.string().min(1).max(100),
  display: z.string().max(500).optional(),
});

const day = z.iso.date();

/** `Practitioner.licences`: FHIR Practitioner.qualification; at most 50. */
export const licencesSchema = z
  .array(
    z.strictObject({
      /** ISO 3166-2 subdivision of the issuer: US-CA. */
      state: z.string().regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/),
      number: z.string().min(1).max(50),
      issuer: z.string().max(200).optional(),
      validFrom: day.optional(),
      validTo: day.optional(),
    }),
  )
  .max(50);

/** `PatientAllergy.reactions`: FHIR AllergyIntolerance.reaction, each with its manifestations; at most 50. */
export const reactionsSchema = z
  .array(
    z.strictObject({
      manifestation: z.array(code).min(1).max(20),
      severity: z.enum(['mild', 'moderate', 'severe']).optional(),
      exposureRoute: code.optional(),
      substance: code.optional(),
      onset: z.iso.datetime({ offset: true }).optional(),
    }),
  )
  .max(50);

/** `PatientCarePlan.activities`: FHIR CarePlan.activity.detail; at most 200. */
export const activitiesSchema = z
  .array(
    z.strictObject({
      code: code.optional(),
      status: z.enum([
        'not-started',
        'scheduled',
        'in-progress',
        'on-hold',
        'completed',
        'cancelled',
        'stopped',
        'unknown',
        'entered-in-error',
      ]),
      doNotPerform: z.boolean().optional(),
      scheduledStart: z.iso.datetime({ offset: true }).optional(),
      scheduledEnd: z.iso.datetime({ offset: true }).optional(),
    }),
  )
  .max(200);

/** One of {@link licencesSchema}. */
export type Licences = z.infer<typeof licencesSchema>;
/** One of {@link reactionsSchema}. */
export type Reactions = z.infer<typeof reactionsSchema>;
/** One of {@link activitiesSchema}. */
export type Activities = z.infer<typeof activitiesSchema>;
