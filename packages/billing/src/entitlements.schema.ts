import { z } from 'zod';

/**
 * `SubscriptionPlan.entitlements`: what a plan opens. A limit of null is none; a key left out is
 * not included.
 *
 * @example
 * entitlementsSchema.parse({ features: ['AI_ANALYSIS'], limits: { ehrConnections: 3 } });
 */
export const entitlementsSchema = z.strictObject({
  features: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/))
    .max(100)
    .default([]),
  limits: z
    .strictObject({
      patients: z.int().min(0).nullable(),
      ehrConnections: z.int().min(0).nullable(),
      storageBytes: z.int().min(0).nullable(),
      users: z.int().min(0).nullable(),
    })
    .partial()
    .default({}),
});

/** A parsed {@link entitlementsSchema}. */
export type Entitlements = z.infer<typeof entitlementsSchema>;
