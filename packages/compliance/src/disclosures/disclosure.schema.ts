import { PurposeOfUse } from '@holovitals/database';
import { z } from 'zod';
import { listAccessesSchema } from '../audit/list-accesses.ts';
import { instant } from '../breaches/in-time.ts';

const text = (length: number) => z.string().trim().min(1).max(length);

/** What 45 CFR 164.528(a)(1)(i)-(ix) leaves out of the accounting. */
export const UNACCOUNTED_BASES = [
  'TREATMENT',
  'PAYMENT',
  'OPERATIONS',
  'INDIVIDUAL',
  'AUTHORIZATION',
  'DIRECTORY_OR_FAMILY',
  'NATIONAL_SECURITY',
  'CORRECTIONAL',
  'LIMITED_DATA_SET',
  'INCIDENTAL',
] as const;

/** Whose officials may have an accounting suspended: 45 CFR 164.528(a)(2), 164.512(d) and (f). */
export const SUSPENDED_BASES = ['HEALTH_OVERSIGHT', 'LAW_ENFORCEMENT'] as const;

const LEGAL_BASES = [
  'REQUIRED_BY_LAW',
  'PUBLIC_HEALTH',
  'ABUSE_OR_NEGLECT',
  'HEALTH_OVERSIGHT',
  'JUDICIAL',
  'LAW_ENFORCEMENT',
  'DECEDENTS',
  'ORGAN_DONATION',
  'RESEARCH_WAIVER',
  'SERIOUS_THREAT',
  'SPECIALIZED_GOVERNMENT',
  'WORKERS_COMPENSATION',
  'HHS_ENFORCEMENT',
  'BREACH_OR_ERROR',
  'PART2_CONSENT',
  ...UNACCOUNTED_BASES,
] as const;

const CONSENTED_BASES: readonly string[] = ['AUTHORIZATION', 'PART2_CONSENT'];

const seriesSchema = z.strictObject({
  first: z.iso.date(),
  last: z.iso.date(),
  /** How often, how regularly, or how many. */
  frequency: text(200),
});

/** Input of `recordPatientDisclosure`: what 45 CFR 164.528(b)(2)-(3) asks an accounting to tell. */
export const disclosureFactsSchema = z
  .strictObject({
    /** Now where it is left out. */
    disclosedAt: instant.optional(),
    recipientName: text(500),
    recipientAddress: text(1000).optional(),
    /** The recipient, where it is an organisation of the platform. */
    recipientId: z.uuid().optional(),
    /** What was disclosed, in brief. */
    description: text(2000),
    /** What for, or where the written request for it is kept. */
    purpose: text(2000),
    legalBasis: z.enum(LEGAL_BASES),
    /** HL7 v3-PurposeOfUse. */
    purposeOfUse: z.enum(PurposeOfUse),
    /** Records of a substance use disorder were among it (42 CFR 2). */
    isPart2: z.boolean().default(false),
    /** A series to one recipient for one purpose (164.528(b)(3)). */
    series: seriesSchema.optional(),
    /** The authorisation or consent it rests on. */
    consentId: z.uuid().optional(),
  })
  .superRefine(({ legalBasis, consentId, series }, refusal) => {
    const lacks = (path: string[], message: string) => {
      refusal.addIssue({ code: 'custom', path, message });
    };
    if (CONSENTED_BASES.includes(legalBasis) && consentId === undefined)
      lacks(['consentId'], 'the consent that the basis rests on');
    if (series !== undefined && series.last < series.first)
      lacks(['series', 'last'], 'not before first');
  });

/** What is known of one disclosure. */
export type DisclosureFacts = z.input<typeof disclosureFactsSchema>;

/** Input of `listDisclosures`. */
export const listDisclosuresSchema = listAccessesSchema;

/** Input of `readAccounting`: days where the chart is kept, both included. */
export const readAccountingSchema = listAccessesSchema
  .extend({
    /** Six years before today where it is left out or earlier. */
    from: z.iso.date().optional(),
    /** Today where it is left out or later. */
    to: z.iso.date().optional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    message: 'not before from',
  });

/** Input of `suspendAccounting`. */
export const suspendAccountingSchema = z.strictObject({
  /** Until when it is left out of accountings; a time that is over lets it in again. */
  until: instant,
  /** How the official asked: an oral statement holds for 30 days at most (164.528(a)(2)(ii)). */
  statement: z.enum(['WRITTEN', 'ORAL']),
  /** Agency or official, and what they said; it stands in the audit trail. */
  reason: text(500),
});

const shownInstant = z.iso.datetime();

/** One line of an accounting: 45 CFR 164.528(b)(2)-(3). */
const accountedDisclosureSchema = z
  .object({
    id: z.uuid(),
    disclosedAt: shownInstant,
    recipientName: z.string(),
    recipientAddress: z.string().nullable(),
    description: z.string(),
    purpose: z.string(),
    legalBasis: z.enum(LEGAL_BASES),
    isPart2: z.boolean(),
    series: z.object({ first: z.iso.date(), last: z.iso.date(), frequency: z.string() }).nullable(),
  })
  .meta({ id: 'AccountedDisclosure' });

/** One of {@link accountedDisclosureSchema}. */
export type AccountedDisclosure = z.infer<typeof accountedDisclosureSchema>;

/** A disclosure as officers see it. */
export const disclosureSchema = accountedDisclosureSchema
  .extend({
    patientId: z.uuid(),
    disclosedById: z.uuid().nullable(),
    recipientId: z.uuid().nullable(),
    purposeOfUse: z.enum(PurposeOfUse),
    /** Stands in the accounting. */
    isAccountable: z.boolean(),
    suspendedUntil: shownInstant.nullable(),
    consentId: z.uuid().nullable(),
    sourceJobId: z.uuid().nullable(),
  })
  .meta({ id: 'Disclosure' });

/** One of {@link disclosureSchema}. */
export type Disclosure = z.infer<typeof disclosureSchema>;

/** A page of the accounting, newest first, with the days it is for; `next` is null on the last one. */
export const accountingSchema = z
  .object({
    patientId: z.uuid(),
    from: z.iso.date(),
    to: z.iso.date(),
    items: z.array(accountedDisclosureSchema),
    next: z.string().nullable(),
  })
  .meta({ id: 'AccountingOfDisclosures' });

/** One of {@link accountingSchema}. */
export type Accounting = z.infer<typeof accountingSchema>;
