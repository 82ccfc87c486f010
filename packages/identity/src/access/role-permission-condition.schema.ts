import { z } from 'zod';

/**
 * `RolePermission.condition`: the circumstances under which a role's permission holds; absent keys
 * do not restrict. Every key that is present must be met (45 CFR 164.502(b), minimum necessary).
 *
 * @example
 * rolePermissionConditionSchema.parse({ relationship: 'TREATMENT', mfa: true });
 */
export const rolePermissionConditionSchema = z.strictObject({
  /** Tie to the person whose record it is: a care relationship, or being or representing them. */
  relationship: z.enum(['TREATMENT', 'SELF_OR_REPRESENTATIVE']).optional(),
  /** The session was opened with a second factor. */
  mfa: z.boolean().optional(),
  /** A fresh proof was given (`UserSession.stepUpUntil`). */
  stepUp: z.boolean().optional(),
  /** Purposes of use the caller may state, codes of v3-ActReason. */
  purposesOfUse: z
    .array(z.string().regex(/^[A-Z]{2,20}$/))
    .min(1)
    .max(50)
    .optional(),
  /** Sources a written row may carry, values of RecordSource. */
  sources: z
    .array(z.string().regex(/^[A-Z][A-Z_]{1,40}$/))
    .min(1)
    .max(20)
    .optional(),
  /** CIDR ranges the call must come from. */
  ipRanges: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .min(1)
    .max(100)
    .optional(),
});

/** A parsed {@link rolePermissionConditionSchema}. */
export type RolePermissionCondition = z.infer<typeof rolePermissionConditionSchema>;
