import { z } from 'zod';

/** Decimal digits of a bigint sequence number: JSON numbers end at 2^53. */
const sequenceNumber = z.string().regex(/^(0|[1-9][0-9]{0,18})$/);

const shardRange = z
  .strictObject({
    shard: z.int().min(0).max(255),
    firstSeq: sequenceNumber,
    lastSeq: sequenceNumber,
    rows: z.int().min(1),
  })
  .refine((range) => BigInt(range.firstSeq) <= BigInt(range.lastSeq), {
    message: 'firstSeq must not be after lastSeq',
    path: ['lastSeq'],
  });

/**
 * `AuditLogArchive.shardRanges`: for each shard of an archived month its first and last sequence
 * number and its number of rows. A shard stands once.
 */
export const shardRangesSchema = z
  .array(shardRange)
  .max(256)
  .refine((ranges) => new Set(ranges.map((range) => range.shard)).size === ranges.length, {
    message: 'each shard stands once',
  });

/** What `shardRangesSchema` accepts. */
export type ShardRanges = z.infer<typeof shardRangesSchema>;

/**
 * `SecurityAlert.evidence`: ids of what shows the alert, and how often, or the clock it tells of. Ids,
 * counts and days only, so that an alert can be shown to people who may not see the record.
 */
export const alertEvidenceSchema = z.strictObject({
  auditLogIds: z.array(z.uuid()).max(200).optional(),
  sessionIds: z.array(z.uuid()).max(50).optional(),
  apiKeyIds: z.array(z.uuid()).max(50).optional(),
  patientIds: z.array(z.uuid()).max(200).optional(),
  /** What the rule counted, and over which limit it went. */
  observed: z.int().min(0).optional(),
  threshold: z.int().min(0).optional(),
  windowSeconds: z.int().min(1).optional(),
  /** The legal clock that is about to end or has passed. */
  clock: z
    .strictObject({
      resourceType: z.enum([
        'BreachIncident',
        'PatientAccessRequest',
        'PatientAmendmentRequest',
        'EmergencyAccess',
        'AccessReview',
      ]),
      resourceId: z.uuid(),
      /** Whom the notice is for, or what was asked for: `INDIVIDUAL`, `MEDIA OH`, `ACCESS`. */
      name: z.string().max(100),
      dueOn: z.iso.date(),
      /** How many days were left. */
      step: z.enum(['DAYS_10', 'DAYS_3', 'DAY_1', 'PASSED']),
    })
    .optional(),
});

/** What `alertEvidenceSchema` accepts. */
export type AlertEvidence = z.infer<typeof alertEvidenceSchema>;
