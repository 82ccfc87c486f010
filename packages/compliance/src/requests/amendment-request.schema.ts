import { z } from 'zod';
import { informedPersonsSchema } from '../request.schema.ts';
import { AMENDMENT_GROUNDS } from './denial-notices.ts';
import { denialSchema, filing, shownClock, shownRequest, text } from './request.schema.ts';

const TARGETS = [
  'Patient',
  'PatientCoverage',
  'Encounter',
  'PatientDiagnosis',
  'PatientMedication',
  'PatientAllergy',
  'PatientImmunization',
  'PatientProcedure',
  'PatientDevice',
  'PatientVitalSign',
  'PatientObservation',
  'DiagnosticReport',
  'ServiceRequest',
  'PatientCarePlan',
  'PatientGoal',
  'PatientFamilyHistory',
  'Document',
] as const;
const grounds = Object.keys(AMENDMENT_GROUNDS) as (keyof typeof AMENDMENT_GROUNDS)[];

/** Input of `fileAmendmentRequest`: 45 CFR 164.526(b)(1). */
export const fileAmendmentRequestSchema = z.strictObject({
  ...filing,
  /** The model of the row to amend, and its id. */
  targetType: z.enum(TARGETS),
  targetId: z.uuid(),
  /** What the record should say. */
  requestedChange: text(10_000),
  reason: text(4000).optional(),
});

/** Input of `answerAmendmentRequest`. */
export const answerAmendmentRequestSchema = z
  .strictObject({
    /** FULFILLED where the amendment was made and linked to the entry (164.526(c)(1)). */
    decision: z.enum(['FULFILLED', 'PARTIALLY_DENIED', 'DENIED']),
    denialGround: z.enum(grounds).optional(),
    /** Who is told of the amendment (164.526(c)(3)). */
    informedPersons: informedPersonsSchema.default([]),
  })
  .refine(
    ({ decision, denialGround }) => (decision === 'FULFILLED') === (denialGround === undefined),
    { path: ['denialGround'], message: 'a denial has one, and nothing else does' },
  )
  .refine(
    ({ decision, informedPersons }) => decision !== 'DENIED' || informedPersons.length === 0,
    { path: ['informedPersons'], message: 'of an amendment that is not made nobody is told' },
  );

/** Input of `disagreeWithDenial` and of `rebutDisagreement`. */
export const statementSchema = z.strictObject({ statement: text(10_000) });

/** A request to amend as its patient and the officers see it. */
export const amendmentRequestSchema = z
  .object({
    ...shownRequest,
    ...shownClock,
    targetType: z.enum(TARGETS),
    targetId: z.uuid(),
    requestedChange: z.string(),
    reason: z.string().nullable(),
    decidedById: z.uuid().nullable(),
    denial: denialSchema.nullable(),
    /** The patient's statement (164.526(d)(2)). */
    disagreement: z.string().nullable(),
    /** The organisation's answer to it (164.526(d)(3)). */
    rebuttal: z.string().nullable(),
    appliedAt: z.iso.datetime().nullable(),
    informedPersons: informedPersonsSchema,
  })
  .meta({ id: 'AmendmentRequest' });

/** One of {@link amendmentRequestSchema}. */
export type AmendmentRequest = z.infer<typeof amendmentRequestSchema>;
