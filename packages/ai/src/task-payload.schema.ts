import { z } from 'zod';

/**
 * `AnalysisTask.payload`: what a task works on, **ids only**, so that a queue never carries health
 * information (45 CFR 164.502(b)). Keys end in `Id` or `Ids`. FHIR Task.input.
 *
 * @example
 * taskPayloadSchema.parse({ documentId: '01920000-0000-7000-8000-000000000001' });
 */
export const taskPayloadSchema = z
  .record(
    z.string().regex(/^[a-z][A-Za-z0-9]{0,60}Ids?$/),
    z.union([z.uuid(), z.array(z.uuid()).max(100)]),
  )
  .refine((payload) => Object.keys(payload).length <= 10, { error: 'more than 10 keys' });

/** A parsed {@link taskPayloadSchema}. */
export type TaskPayload = z.infer<typeof taskPayloadSchema>;
