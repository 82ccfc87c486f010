import { z } from 'zod';

/** Input of `startEmergencyAccess`. */
export const startEmergencyAccessSchema = z.strictObject({
  /** ETREAT, treatment in an emergency; BTG, to break the glass (HL7 v3-PurposeOfUse). */
  reasonCode: z.enum(['ETREAT', 'BTG']),
  /** What the person says of it; the privacy officer reads it. */
  justification: z
    .string()
    .max(4000)
    .refine((text) => text.trim().length >= 10, { message: 'ten characters at least' }),
  /** How long the chart stays open. */
  minutes: z.int().min(5).max(240).default(60),
});

/** Input of `listEmergencyAccesses`. */
export const listEmergencyAccessesSchema = z.object({
  /** `open` now, waiting `to-review`, `overdue` for review, or all of them. */
  state: z.enum(['open', 'to-review', 'overdue', 'all']).default('all'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  after: z.uuid().optional(),
});

/** Input of `reviewEmergencyAccess`. */
export const reviewEmergencyAccessSchema = z.strictObject({
  outcome: z.enum(['JUSTIFIED', 'NOT_JUSTIFIED', 'NEEDS_TRAINING', 'INCIDENT_OPENED']),
  /** What it rests on; it stands in the audit trail. */
  reason: z.string().trim().min(1).max(500),
});

const instant = z.iso.datetime();

/** An emergency access as callers see it (45 CFR 164.312(a)(2)(ii)). */
export const emergencyAccessSchema = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    patientId: z.uuid(),
    reasonCode: z.enum(['ETREAT', 'BTG']),
    justification: z.string(),
    startedAt: instant,
    expiresAt: instant,
    endedAt: instant.nullable(),
    /** When the privacy officers were told; null where there is none. */
    notifiedAt: instant.nullable(),
    reviewDueAt: instant,
    reviewedById: z.uuid().nullable(),
    reviewedAt: instant.nullable(),
    reviewOutcome: z
      .enum(['JUSTIFIED', 'NOT_JUSTIFIED', 'NEEDS_TRAINING', 'INCIDENT_OPENED'])
      .nullable(),
  })
  .meta({ id: 'EmergencyAccess' });

/** One of {@link emergencyAccessSchema}. */
export type EmergencyAccess = z.infer<typeof emergencyAccessSchema>;
