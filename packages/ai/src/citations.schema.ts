import { z } from 'zod';

const modelName = z.string().regex(/^[A-Z][A-Za-z0-9]{0,62}$/);

/** A row of the record at one version: ids only, never content. */
export const recordReferenceSchema = z.strictObject({
  model: modelName,
  id: z.uuid(),
  version: z.int().min(1).optional(),
});

/**
 * `ChatMessage.citations`: what an answer rests on, by id and span (FHIR Provenance.entity). A span
 * counts UTF-16 code units of the page's text, its end excluded. At most 200 citations.
 *
 * @example
 * citationsSchema.parse([{ model: 'Document', id, page: 2, start: 10, end: 42 }]);
 */
export const citationsSchema = z
  .array(
    recordReferenceSchema
      .extend({
        page: z.int().min(1).optional(),
        start: z.int().min(0).optional(),
        end: z.int().min(1).optional(),
        /** Place in the answer it supports, counted from 1. */
        marker: z.int().min(1).max(999).optional(),
      })
      .refine(({ start, end }) => (start === undefined) === (end === undefined), {
        error: 'a span has both ends',
      })
      .refine(({ start, end }) => start === undefined || end === undefined || end > start, {
        error: 'a span ends behind its start',
      }),
  )
  .max(200);

/** `AnalysisSession.inputRefs`: the rows and versions an analysis read. At most 2,000. */
export const inputRefsSchema = z.array(recordReferenceSchema).max(2000);

/** A parsed {@link citationsSchema}. */
export type Citations = z.infer<typeof citationsSchema>;

/** A parsed {@link inputRefsSchema}. */
export type InputRefs = z.infer<typeof inputRefsSchema>;
