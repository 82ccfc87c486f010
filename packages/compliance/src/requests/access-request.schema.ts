import { z } from 'zod';
import { instant } from '../breaches/in-time.ts';
import { ACCESS_GROUNDS } from './denial-notices.ts';
import { denialSchema, filing, shownClock, shownRequest, text } from './request.schema.ts';

const KINDS = ['ACCESS', 'ACCOUNTING', 'INTERMEDIARY_LIST', 'PART2_ACCOUNTING'] as const;
const FORMATS = ['FHIR_JSON', 'CCDA', 'PDF', 'PAPER', 'OTHER'] as const;
const METHODS = ['PORTAL', 'API', 'EMAIL', 'POSTAL', 'MEDIA', 'IN_PERSON'] as const;
const grounds = Object.keys(ACCESS_GROUNDS) as (keyof typeof ACCESS_GROUNDS)[];

/** Input of `fileAccessRequest`. */
export const fileAccessRequestSchema = z
  .strictObject({
    ...filing,
    /** 45 CFR 164.524, 164.528; 42 CFR 2.24, 2.25. */
    kind: z.enum(KINDS),
    /** First and last day of the records or disclosures asked for. */
    periodStart: z.iso.date().optional(),
    periodEnd: z.iso.date().optional(),
    /** Form and format (164.524(c)(2)). */
    format: z.enum(FORMATS).optional(),
    deliveryMethod: z.enum(METHODS).optional(),
    /** Name and address of another person to send it to (164.524(c)(3)(ii)). */
    thirdParty: text(1000).optional(),
    /** When an officer saw who asks (164.514(h)); an account proves it by its log-in. */
    identityVerifiedAt: instant.optional(),
  })
  .superRefine(({ kind, thirdParty, periodStart, periodEnd }, refusal) => {
    if (thirdParty !== undefined && kind !== 'ACCESS')
      refusal.addIssue({
        ...{ code: 'custom', path: ['thirdParty'], message: 'only access goes to another person' },
      });
    if (periodStart !== undefined && periodEnd !== undefined && periodEnd < periodStart)
      refusal.addIssue({
        ...{ code: 'custom', path: ['periodEnd'], message: 'not before periodStart' },
      });
  });

/** Input of `answerAccessRequest`. */
export const answerAccessRequestSchema = z
  .strictObject({
    decision: z.enum(['FULFILLED', 'PARTIALLY_DENIED', 'DENIED']),
    denialGround: z.enum(grounds).optional(),
    /** Reasonable and cost-based (164.524(c)(4)). */
    feeCents: z.int().min(0).max(1_000_000).default(0),
    /** When an officer saw who asks, where it was not said before. */
    identityVerifiedAt: instant.optional(),
  })
  .refine(
    ({ decision, denialGround }) => (decision === 'FULFILLED') === (denialGround === undefined),
    { path: ['denialGround'], message: 'a denial has one, and nothing else does' },
  );

/** A request for access or an accounting as its patient and the officers see it. */
export const accessRequestSchema = z
  .object({
    ...shownRequest,
    ...shownClock,
    kind: z.enum(KINDS),
    periodStart: z.iso.date().nullable(),
    periodEnd: z.iso.date().nullable(),
    format: z.enum(FORMATS).nullable(),
    deliveryMethod: z.enum(METHODS).nullable(),
    thirdParty: z.string().nullable(),
    identityVerifiedAt: z.iso.datetime().nullable(),
    feeCents: z.int(),
    fulfilledAt: z.iso.datetime().nullable(),
    denial: denialSchema.nullable(),
    /** The patient may have the denial reviewed. */
    reviewable: z.boolean().nullable(),
    /** Who answered it first. */
    decidedById: z.uuid().nullable(),
    /** Who reviewed the denial; never who decided it. */
    reviewedById: z.uuid().nullable(),
  })
  .meta({ id: 'AccessRequest' });

/** One of {@link accessRequestSchema}. */
export type AccessRequest = z.infer<typeof accessRequestSchema>;
