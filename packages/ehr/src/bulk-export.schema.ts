import { z } from 'zod';

import { FHIR_RESOURCE_TYPES } from './fhir-resource-type.ts';

const file = z.strictObject({
  type: z.enum(FHIR_RESOURCE_TYPES),
  url: z.url({ protocol: /^https?$/ }).max(4000),
  count: z.int().min(0).optional(),
});

/**
 * `BulkExportJob.manifest`: the body of a completed `$export`, FHIR Bulk Data Access 2.0.
 */
export const exportManifestSchema = z.strictObject({
  transactionTime: z.iso.datetime({ offset: true }),
  request: z.url({ protocol: /^https?$/ }).max(8000),
  requiresAccessToken: z.boolean(),
  output: z.array(file).max(5000),
  /** OperationOutcome files. */
  error: z.array(file).max(1000),
  /** Bundles of deletions since the last export. */
  deleted: z.array(file).max(1000).optional(),
});

/** What `exportManifestSchema` accepts. */
export type ExportManifest = z.infer<typeof exportManifestSchema>;
