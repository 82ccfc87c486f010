import { BreachCause, BreachStatus } from '@holovitals/database';
import { z } from 'zod';
import { affectedByStateSchema } from '../breach.schema.ts';
import { day, instant } from './in-time.ts';

const text = (length: number) => z.string().trim().min(1).max(length);
const day0 = day.nullable();

const LOCATIONS = [
  'DESKTOP_COMPUTER',
  'ELECTRONIC_MEDICAL_RECORD',
  'EMAIL',
  'LAPTOP',
  'NETWORK_SERVER',
  'OTHER_PORTABLE_DEVICE',
  'PAPER_FILMS',
  'OTHER',
] as const;
const REGIMES = ['HIPAA', 'FTC', 'PART2', 'STATE'] as const;
const ROLES = [
  'COVERED_ENTITY',
  'BUSINESS_ASSOCIATE',
  'PART2_PROGRAM',
  'QUALIFIED_SERVICE_ORGANIZATION',
  'PHR_VENDOR',
  'PHR_RELATED_ENTITY',
  'PHR_SERVICE_PROVIDER',
  'NONE',
] as const;
const EXCEPTIONS = ['UNINTENTIONAL_ACQUISITION', 'INADVERTENT_DISCLOSURE', 'NOT_RETAINED'] as const;
const HOLD_BASES = ['WRITTEN', 'ORAL'] as const;

/** The facts of an incident, as the HHS breach portal asks for them. No names of patients. */
const facts = {
  title: text(200),
  /** When it was known, or would have been by reasonable diligence (45 CFR 164.404(a)(2)). */
  discoveredAt: instant,
  occurredAt: instant.nullish(),
  /** End of what lasted. */
  occurredUntil: instant.nullish(),
  /** How it came to light. */
  source: text(500),
  cause: z.enum(BreachCause),
  /** Where the information was. */
  location: z.array(z.enum(LOCATIONS)).max(LOCATIONS.length).optional(),
  /** The laws it falls under. */
  regimes: z.array(z.enum(REGIMES)).min(1).max(REGIMES.length),
  /** What the organisation was in this incident. */
  ourRole: z.enum(ROLES),
  /** The associate gives the notices for the covered entity. */
  noticesDelegated: z.boolean().optional(),
  /** False where the information was encrypted or destroyed to the guidance's standard: no notice is due. */
  unsecuredPhi: z.boolean().optional(),
  /** Individuals affected; null while unknown: the clocks then take the stricter limit. */
  affectedCount: z.int().min(0).max(2_147_483_647).nullish(),
  affectedByState: affectedByStateSchema.optional(),
  /** What was done to limit the harm (45 CFR 164.530(f)). */
  mitigation: text(10_000).nullish(),
};

/** Input of `openBreach`. */
export const openBreachSchema = z.strictObject({
  ...facts,
  regimes: facts.regimes.default(['HIPAA']),
  ourRole: facts.ourRole.default('COVERED_ENTITY'),
});

/** What an officer says of a change; it stands in the audit trail. */
const reason = text(500);

/** Input of `changeBreach`: what changes; null empties a field. */
export const changeBreachSchema = z
  .strictObject({ ...z.object(facts).partial().shape, reason })
  .refine((changes) => Object.keys(changes).length > 1, { message: 'one change at least' });

/** Input of `listBreaches`. */
export const listBreachesSchema = z.object({
  status: z.enum(BreachStatus).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  after: z.uuid().optional(),
});

/** Input of `assessBreach`: the four factors of 45 CFR 164.402(2), as far as they are known. */
export const assessBreachSchema = z
  .strictObject({
    /** Nature and extent of the information, and how likely it is that people are identified (i). */
    nature: text(10_000).nullable(),
    /** Who used it, or to whom it went (ii). */
    recipient: text(10_000).nullable(),
    /** Whether it was acquired or viewed (iii). */
    acquired: text(10_000).nullable(),
    /** How far the risk was mitigated (iv). */
    mitigated: text(10_000).nullable(),
  })
  .partial()
  .refine((factors) => Object.keys(factors).length > 0, { message: 'one factor at least' });

/** Input of `decideBreach`. */
export const decideBreachSchema = z.discriminatedUnion('decision', [
  /** A breach: its notices are due. */
  z.strictObject({ decision: z.literal('BREACH'), reason }),
  /** The four factors show a low probability that the information was compromised (164.402(2)). */
  z.strictObject({ decision: z.literal('LOW_PROBABILITY'), reason }),
  /** One of the three exceptions applies (164.402(1)(i)-(iii)). */
  z.strictObject({ decision: z.literal('EXCEPTION'), exception: z.enum(EXCEPTIONS), reason }),
]);

/** Input of `closeBreach`. */
export const closeBreachSchema = z.strictObject({ reason });

/** Input of `delayNotices`: what a law-enforcement official stated (45 CFR 164.412, 16 CFR 318.4(d)). */
export const delayNoticesSchema = z.strictObject({
  /** A written statement holds for the time it names, an oral one for 30 days at most. */
  basis: z.enum(HOLD_BASES),
  statedOn: day,
  /** Last day of the delay. */
  until: day,
  /** Name and authority of the official. */
  official: text(500),
});

/** An incident up to a breach as officers see it (45 CFR 164.400-414). */
export const breachSchema = z
  .object({
    id: z.uuid(),
    organizationId: z.uuid(),
    title: z.string(),
    status: z.enum(BreachStatus),
    occurredAt: z.iso.datetime().nullable(),
    occurredUntil: z.iso.datetime().nullable(),
    discoveredAt: z.iso.datetime(),
    /** The day of discovery where the organisation is. */
    discoveredOn: day,
    source: z.string(),
    cause: z.enum(BreachCause),
    location: z.array(z.string()),
    regimes: z.array(z.string()),
    ourRole: z.string(),
    noticesDelegated: z.boolean(),
    unsecuredPhi: z.boolean(),
    affectedCount: z.int().nullable(),
    affectedByState: affectedByStateSchema,
    factors: z.object({
      nature: z.string().nullable(),
      recipient: z.string().nullable(),
      acquired: z.string().nullable(),
      mitigated: z.string().nullable(),
    }),
    exception: z.enum(EXCEPTIONS).nullable(),
    lowProbability: z.boolean(),
    /** Last day for each notice, as the database computes it; null where none is owed. */
    due: z.object({
      individuals: day0,
      media: day0,
      secretary: day0,
      ftc: day0,
      /** The associate's notice to the covered entity. */
      coveredEntity: day0,
    }),
    hold: z
      .object({ basis: z.enum(HOLD_BASES), statedOn: day, until: day, official: z.string() })
      .nullable(),
    mitigation: z.string().nullable(),
    leadId: z.uuid().nullable(),
    closedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'BreachIncident' });

/** One of {@link breachSchema}. */
export type Breach = z.infer<typeof breachSchema>;
