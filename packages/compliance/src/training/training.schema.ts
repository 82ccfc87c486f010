import { z } from 'zod';

const day = z.iso.date();
const instant = z.iso.datetime({ offset: true });

/** Input of `assignTraining`. */
export const assignTrainingSchema = z.strictObject({
  userId: z.uuid(),
  course: z.string().trim().min(1).max(200),
  /** Version of the course. */
  version: z.string().trim().min(1).max(100),
  /** Last day to complete it; past it the person's rights to the records of others are closed. */
  dueAt: day.optional(),
});

/** Input of `completeTraining`. */
export const completeTrainingSchema = z.strictObject({
  /** Per cent. */
  score: z.int().min(0).max(100).optional(),
  /** When it has to be done again. */
  expiresAt: instant.optional(),
});

/** Input of `listTraining`. */
export const listTrainingSchema = z.object({
  userId: z.uuid().optional(),
  /** Those still to be completed, or all. */
  state: z.enum(['open', 'all']).default('all'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  after: z.uuid().optional(),
});

/** A training that was assigned, as callers see it (45 CFR 164.308(a)(5), 164.530(b)). */
export const trainingSchema = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    course: z.string(),
    version: z.string(),
    assignedAt: z.iso.datetime(),
    dueAt: day.nullable(),
    completedAt: z.iso.datetime().nullable(),
    score: z.int().nullable(),
    expiresAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Training' });

/** One of {@link trainingSchema}. */
export type Training = z.infer<typeof trainingSchema>;
