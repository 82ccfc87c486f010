import { z } from 'zod';

const subprocessor = z.strictObject({
  name: z.string().trim().min(1).max(300),
  /** What it does with the information. */
  purpose: z.string().trim().min(1).max(1000),
  /** ISO 3166-1 alpha-2. */
  country: z.string().regex(/^[A-Z]{2}$/),
  /** It creates, receives, keeps or transmits health information and so needs an agreement of its own. */
  handlesPhi: z.boolean(),
});

/**
 * `LegalAgreement.subprocessors`: subcontractors that the counterparty named, 45 CFR
 * 164.308(b)(2), 164.504(e)(2)(ii)(D).
 */
export const subprocessorsSchema = z.array(subprocessor).max(100);

/** What `subprocessorsSchema` accepts. */
export type Subprocessors = z.infer<typeof subprocessorsSchema>;

const TYPES = [
  ...['BAA', 'SUBCONTRACTOR_BAA', 'DPA', 'DATA_USE_AGREEMENT', 'PRIVACY_NOTICE', 'POLICY'],
  ...['TERMS_OF_SERVICE', 'TERMINOLOGY_LICENCE'],
] as const;
const ROLES = [
  ...['COVERED_ENTITY', 'BUSINESS_ASSOCIATE', 'SUBCONTRACTOR', 'DATA_RECIPIENT', 'LICENSOR'],
  'PROCESSOR',
] as const;
const LETS_PHI: readonly string[] = ['BAA', 'SUBCONTRACTOR_BAA', 'DATA_USE_AGREEMENT'];
const day = z.iso.date();

/**
 * Input of `recordAgreement`: one of the organisation acted in. Health information may go to the other
 * party where `phiPermitted` says so (45 CFR 164.308(b), 164.504(e), 164.514(e)(4)), of an agreement
 * that is signed.
 */
export const recordAgreementSchema = z
  .strictObject({
    type: z.enum(TYPES),
    counterpartyId: z.uuid().optional(),
    counterpartyRole: z.enum(ROLES).optional(),
    title: z.string().trim().min(1).max(300),
    version: z.string().trim().min(1).max(100),
    signedAt: z.iso.datetime({ offset: true }).optional(),
    effectiveFrom: day,
    /** Last day in effect. */
    effectiveTo: day.optional(),
    subprocessors: subprocessorsSchema.default([]),
    phiPermitted: z.boolean().default(false),
  })
  .superRefine((input, refusal) => {
    const lacks = (path: string, message: string) => {
      refusal.addIssue({ code: 'custom', path: [path], message });
    };
    if (input.effectiveTo !== undefined && input.effectiveTo < input.effectiveFrom)
      lacks('effectiveTo', 'not before effectiveFrom');
    if (!input.phiPermitted) return;
    if (!LETS_PHI.includes(input.type)) lacks('phiPermitted', `one of ${LETS_PHI.join(', ')}`);
    for (const name of ['signedAt', 'counterpartyId'] as const)
      if (input[name] === undefined) lacks(name, 'named where health information may go');
  });

/** Input of `terminateAgreement`. */
export const terminateAgreementSchema = z.strictObject({
  /** Why; it stands in the audit trail. */
  reason: z.string().trim().min(1).max(500),
});

/** Input of `listAgreements`. */
export const listAgreementsSchema = z.object({
  type: z.enum(TYPES).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  after: z.uuid().optional(),
});

/** An agreement as callers see it. */
export const agreementSchema = z
  .object({
    id: z.uuid(),
    type: z.string(),
    organizationId: z.uuid().nullable(),
    counterpartyId: z.uuid().nullable(),
    counterpartyRole: z.string().nullable(),
    title: z.string(),
    version: z.string(),
    signedAt: z.iso.datetime().nullable(),
    effectiveFrom: day,
    effectiveTo: day.nullable(),
    terminatedAt: z.iso.datetime().nullable(),
    subprocessors: subprocessorsSchema,
    phiPermitted: z.boolean(),
  })
  .meta({ id: 'Agreement' });

/** One of {@link agreementSchema}. */
export type Agreement = z.infer<typeof agreementSchema>;
