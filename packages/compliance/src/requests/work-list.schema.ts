import { z } from 'zod';
import { status } from './request.schema.ts';

const TYPES = ['access', 'amendment', 'privacy'] as const;

/** Input of `listWaitingRequests`. */
export const listWaitingRequestsSchema = z.object({
  /** `open` ones wait for an answer, `overdue` ones after their day. */
  state: z.enum(['open', 'overdue', 'all']).default('open'),
  type: z.enum(TYPES).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  after: z.string().max(100).optional(),
});

/** A request on the officers' list; what it says is read at the patient. */
export const waitingRequestSchema = z
  .object({
    type: z.enum(TYPES),
    id: z.uuid(),
    patientId: z.uuid(),
    kind: z.string().nullable(),
    status,
    receivedAt: z.iso.datetime(),
    /** The day that counts, where the organisation is; null where the law sets none. */
    dueOn: z.iso.date().nullable(),
    isOverdue: z.boolean(),
  })
  .meta({ id: 'WaitingRequest' });

/** One of {@link waitingRequestSchema}. */
export type WaitingRequest = z.infer<typeof waitingRequestSchema>;
