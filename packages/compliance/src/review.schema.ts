import { z } from 'zod';

const key = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

const finding = z.strictObject({
  /** Names the finding within its review; decisions refer to it. */
  key,
  /** Model and id of what was looked at. */
  targetType: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{0,62}$/)
    .optional(),
  targetId: z.string().min(1).max(128).optional(),
  severity: z.enum(['INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']),
  text: z.string().trim().min(1).max(4000),
});

/**
 * `AccessReview.findings`: what a review found (45 CFR 164.308(a)(1)(ii)(D)). Keys stand once.
 */
export const reviewFindingsSchema = z
  .array(finding)
  .max(1000)
  .refine((findings) => new Set(findings.map((entry) => entry.key)).size === findings.length, {
    message: 'each key stands once',
  });

/** What `reviewFindingsSchema` accepts. */
export type ReviewFindings = z.infer<typeof reviewFindingsSchema>;

const decision = z.strictObject({
  findingKey: key,
  decision: z.enum(['KEEP', 'REVOKE', 'CHANGE', 'ACCEPT_RISK', 'OPEN_RISK', 'OPEN_INCIDENT']),
  reason: z.string().trim().min(1).max(2000),
  decidedById: z.uuid(),
  decidedAt: z.iso.datetime({ offset: true }),
});

/** `AccessReview.decisions`: what was decided on each finding, by whom, when and why. */
export const reviewDecisionsSchema = z.array(decision).max(1000);

/** What `reviewDecisionsSchema` accepts. */
export type ReviewDecisions = z.infer<typeof reviewDecisionsSchema>;
