import { Severity } from '@holovitals/database';
import { z } from 'zod';
import { alertEvidenceSchema } from '../audit.schema.ts';

/** What an alert was found to be. */
const resolution = z.enum([
  'FALSE_POSITIVE',
  'BENIGN',
  'POLICY_VIOLATION',
  'INCIDENT_OPENED',
  'MITIGATED',
]);

/** Input of `listSecurityAlerts`; all that is given must hold. */
export const listSecurityAlertsSchema = z.object({
  /** `open` waits for somebody, `taken` is looked into, `resolved` is over. */
  state: z.enum(['open', 'taken', 'resolved', 'all']).default('open'),
  /** Name of a detector: `own-family`. */
  rule: z
    .string()
    .regex(/^[a-z][a-z-]{0,62}$/)
    .optional(),
  severity: z.enum(Severity).optional(),
  userId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  /** `next` of the page before. */
  after: z.uuid().optional(),
});

/** Input of `resolveSecurityAlert`. */
export const resolveSecurityAlertSchema = z
  .strictObject({
    resolution,
    /** What it rests on; it stands in the audit trail. */
    reason: z.string().trim().min(1).max(500),
    /** The incident that was opened. */
    incidentId: z.uuid().optional(),
  })
  .refine(
    (given) => (given.resolution === 'INCIDENT_OPENED') === (given.incidentId !== undefined),
    {
      message: 'an incident is named where one was opened, and there alone',
      path: ['incidentId'],
    },
  );

const instant = z.iso.datetime();

/** A suspicious act that a detector found (45 CFR 164.308(a)(1)(ii)(D)), by ids and counts. */
export const securityAlertSchema = z
  .object({
    id: z.uuid(),
    rule: z.string(),
    severity: z.enum(Severity),
    /** Who acted; null where nobody is known. */
    userId: z.uuid().nullable(),
    patientId: z.uuid().nullable(),
    firstSeenAt: instant,
    lastSeenAt: instant,
    /** How often it was seen. */
    count: z.int(),
    /** Rows of the trail that show it, and what was counted. */
    evidence: alertEvidenceSchema,
    assignedToId: z.uuid().nullable(),
    acknowledgedAt: instant.nullable(),
    resolvedAt: instant.nullable(),
    resolution: resolution.nullable(),
    incidentId: z.uuid().nullable(),
  })
  .meta({ id: 'SecurityAlert' });

/** One of {@link securityAlertSchema}. */
export type SecurityAlert = z.infer<typeof securityAlertSchema>;
