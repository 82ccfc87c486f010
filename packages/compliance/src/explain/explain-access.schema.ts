import { PurposeOfUse } from '@holovitals/database';
import { z } from 'zod';

/** Lists of the record, by what they are called in addresses. */
const LISTS = [
  'diagnoses',
  'medications',
  'allergies',
  'immunizations',
  'procedures',
  'vital-signs',
  'family-history',
  'results',
  'encounters',
  'documents',
] as const;

/** Input of `explainAccess`. */
export const explainAccessSchema = z
  .object({
    /** Whose access; the caller's where it is left out. Officers ask for others. */
    userId: z.uuid().optional(),
    /** As of a call that states this purpose; for others only, one states the own in the header. */
    purposeOfUse: z.enum(PurposeOfUse).optional(),
    act: z.enum(['read', 'write']).default('read'),
    /** The list of the row that is asked for; the patient as a person where it is left out. */
    list: z.enum(LISTS).optional(),
    recordId: z.uuid().optional(),
  })
  .refine(({ list, recordId }) => (list === undefined) === (recordId === undefined), {
    message: 'list and recordId come together',
    path: ['recordId'],
  });

const ruleSchema = z.object({
  rule: z.string(),
  /** Null where the rule does not ask in this case. */
  holds: z.boolean().nullable(),
  says: z.string().nullable(),
});

/** Why somebody may reach a record or may not: allowed where every rule of one way holds. */
export const accessExplanationSchema = z
  .object({
    allowed: z.boolean(),
    /** The way that lets in. */
    by: z.enum(['treating', 'own']).nullable(),
    purposeOfUse: z.string(),
    /** As one who treats the patient. */
    treating: z.array(ruleSchema),
    /** As the patient or a personal representative. */
    own: z.array(ruleSchema),
  })
  .meta({ id: 'AccessExplanation' });

/** One of {@link accessExplanationSchema}. */
export type AccessExplanation = z.infer<typeof accessExplanationSchema>;
