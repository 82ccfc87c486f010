import { z } from 'zod';

import { FHIR_RESOURCE_TYPES } from './fhir-resource-type.ts';

const resourceType = z.enum(FHIR_RESOURCE_TYPES);
const instant = z.iso.datetime({ offset: true });

/**
 * `EHRConnection.syncCursor`: for each resource type how far it has been read. `lastUpdated` is the
 * server's clock, never ours; `nextUrl` continues a paged search that was cut off.
 */
export const syncCursorSchema = z.partialRecord(
  resourceType,
  z.strictObject({
    lastUpdated: instant.optional(),
    nextUrl: z
      .url({ protocol: /^https?$/ })
      .max(4000)
      .optional(),
    completedAt: instant.optional(),
    /** From a 429 or 503 with Retry-After. */
    retryAfter: instant.optional(),
  }),
);

/** What `syncCursorSchema` accepts. */
export type SyncCursor = z.infer<typeof syncCursorSchema>;

const conflict = z.strictObject({
  fhirResourceId: z.uuid(),
  mappedModel: z.string().regex(/^[A-Z][A-Za-z0-9]{0,62}$/),
  mappedId: z.uuid(),
  /** Names, never values, of the fields that both sides changed. */
  fields: z
    .array(z.string().regex(/^[a-z][A-Za-z0-9]{0,62}$/))
    .min(1)
    .max(100),
  resolution: z.enum(['OPEN', 'KEPT_OURS', 'TOOK_THEIRS', 'MERGED']),
});

/** `SyncHistory.conflicts`: rows that people and the endpoint changed; ids and field names only. */
export const syncConflictsSchema = z.array(conflict).max(2000);

/** What `syncConflictsSchema` accepts. */
export type SyncConflicts = z.infer<typeof syncConflictsSchema>;
