import { z } from 'zod';

/** Input of `searchLoinc`. */
export const searchLoincSchema = z.strictObject({
  /** A LOINC number, its beginning, or words of the name, each as long as it is known; a slip of the pen is forgiven. */
  q: z.string().trim().min(1).max(200),
  /** Most rows of the answer. */
  limit: z.coerce.number().int().min(1).max(100).default(20),
  /** `next` of the page before. */
  after: z
    .string()
    .regex(/^(words|likeness)~\d{1,3}(\.\d{1,20})?(e-\d{1,3})?~\d{1,7}-\d$/)
    .optional(),
});

/** What a caller passes to `searchLoinc`. */
export type SearchLoincInput = z.output<typeof searchLoincSchema>;

/** A LOINC term as a search returns it. */
export const loincTermSchema = z.object({
  loincNumber: z.string(),
  commonName: z.string(),
  shortName: z.string().nullable(),
  component: z.string().nullable(),
  system: z.string().nullable(),
  status: z.string(),
  exampleUcumUnits: z.array(z.string()),
});

/** A LOINC term as a search returns it. */
export type LoincTerm = z.infer<typeof loincTermSchema>;
