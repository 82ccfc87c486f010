import { PurposeOfUse } from '@holovitals/database';
import { z } from 'zod';

const text = (length: number) => z.string().trim().min(1).max(length);
const instant = z.iso.datetime({ offset: true });
const codes = (pattern: RegExp) => z.array(z.string().max(100).regex(pattern)).max(50).default([]);

/** Instants of different offsets do not compare as texts. */
const isAfter = (later: string, earlier: string) => Date.parse(later) > Date.parse(earlier);

const ACTORS = ['userId', 'organizationId', 'practitionerId', 'role'] as const;

/** One provision (FHIR R4 Consent.provision): what it leaves out does not narrow it. */
const provisionSchema = z.strictObject({
  type: z.enum(['permit', 'deny']),
  /** Whom it is about; everybody who treats the patient where it is left out. */
  actor: z
    .strictObject({
      userId: z.uuid().optional(),
      organizationId: z.uuid().optional(),
      practitionerId: z.uuid().optional(),
      /** Name of a role. */
      role: text(100).optional(),
    })
    .refine((actor) => ACTORS.filter((name) => actor[name] !== undefined).length === 1, {
      message: 'exactly one of userId, organizationId, practitionerId, role',
    })
    .optional(),
  /** FHIR consentaction. */
  actions: z
    .array(z.enum(['collect', 'access', 'use', 'disclose', 'correct']))
    .max(5)
    .default([]),
  /** HL7 v3-PurposeOfUse. */
  purposes: z.array(z.enum(PurposeOfUse)).max(15).default([]),
  /** FHIR R4 resource types: `Observation`. */
  resourceTypes: codes(/^[A-Z][A-Za-z]+$/),
  /** Sensitivity labels of HL7 v3-ActCode: `HIV`. */
  securityLabels: codes(/^\S+$/),
  /** The days of the data it is about, both included. */
  dataFrom: z.iso.date().optional(),
  dataTo: z.iso.date().optional(),
  /** The higher decides; of equals the denial. */
  priority: z.int().min(-1000).max(1000).default(0),
});

const KINDS = [
  'CONSENT',
  'AUTHORIZATION',
  'PSYCHOTHERAPY_AUTHORIZATION',
  'RESEARCH_AUTHORIZATION',
  'MARKETING_AUTHORIZATION',
  'PART2_CONSENT',
] as const;

/**
 * Input of `giveConsent`. All but CONSENT are written authorisations, with the elements of 45 CFR
 * 164.508(c)(1) and 42 CFR 2.31: who may receive, what for, what, until when, signed.
 */
export const giveConsentSchema = z
  .strictObject({
    kind: z.enum(KINDS).default('CONSENT'),
    /** FHIR consentscope. */
    scope: z.enum(['adr', 'research', 'patient-privacy', 'treatment']).default('patient-privacy'),
    /** LOINC code of what it is: 59284-0, consent document. */
    category: text(100).default('59284-0'),
    policyUri: z
      .string()
      .max(500)
      .regex(/^[a-z][a-z0-9+.-]*:[^\s]+$/)
      .default('urn:oid:2.16.840.1.113883.3.18.6.3'),
    /** The organisation that may disclose; every one where it is left out. */
    discloserId: z.uuid().optional(),
    recipient: text(500).optional(),
    purpose: text(500).optional(),
    information: text(2000).optional(),
    validFrom: instant.optional(),
    validTo: instant.optional(),
    expiryEvent: text(500).optional(),
    /** The caller's own, by which a representative signs (164.508(c)(1)(vi)). */
    relationshipId: z.uuid().optional(),
    /** The signed paper. */
    documentId: z.uuid().optional(),
    /** What was shown and signed on the screen; its SHA-256 is kept, the text is not. */
    signedText: z.string().min(1).max(100_000).optional(),
    /** The discloser is paid for the use (164.508(a)(3)-(4)). */
    remuneration: z.boolean().default(false),
    provisions: z.array(provisionSchema).min(1).max(50),
  })
  .superRefine((input, refusal) => {
    const lacks = (path: string, message: string) => {
      refusal.addIssue({ code: 'custom', path: [path], message });
    };
    const { validFrom, validTo } = input;
    if (validFrom !== undefined && validTo !== undefined && !isAfter(validTo, validFrom))
      lacks('validTo', 'after validFrom');
    for (const [place, { dataFrom, dataTo }] of input.provisions.entries())
      if (dataFrom !== undefined && dataTo !== undefined && isAfter(dataFrom, dataTo))
        lacks(`provisions.${place}.dataTo`, 'not before dataFrom');
    if (input.kind === 'CONSENT') return;
    for (const name of ['recipient', 'purpose', 'information'] as const)
      if (input[name] === undefined) lacks(name, 'an authorisation says it');
    if (validTo === undefined && input.expiryEvent === undefined)
      lacks('validTo', 'an authorisation ends, on a day or by an event');
    if (input.signedText === undefined && input.documentId === undefined)
      lacks('signedText', 'an authorisation is signed: the text shown, or the paper');
  });

/** Input of `revokeConsent`. */
export const revokeConsentSchema = z.strictObject({ reason: text(500) });

/** Input of `listConsents`. */
export const listConsentsSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  after: z.uuid().optional(),
});

const shownInstant = z.iso.datetime();

/** A consent as callers see it: FHIR R4 Consent, its provisions in a flat list. */
export const consentSchema = z
  .object({
    id: z.uuid(),
    patientId: z.uuid(),
    kind: z.enum(KINDS),
    status: z.enum(['draft', 'proposed', 'active', 'rejected', 'inactive', 'entered-in-error']),
    scope: z.string(),
    category: z.string(),
    categorySystem: z.string(),
    policyUri: z.string(),
    discloserId: z.uuid().nullable(),
    recipient: z.string().nullable(),
    purpose: z.string().nullable(),
    information: z.string().nullable(),
    dateTime: shownInstant,
    validFrom: shownInstant,
    validTo: shownInstant.nullable(),
    expiryEvent: z.string().nullable(),
    grantorId: z.uuid().nullable(),
    relationshipId: z.uuid().nullable(),
    documentId: z.uuid().nullable(),
    isSigned: z.boolean(),
    revokedAt: shownInstant.nullable(),
    revokedReason: z.string().nullable(),
    part2NoticeVersion: z.string().nullable(),
    remuneration: z.boolean(),
    version: z.int(),
    provisions: z.array(
      z.object({
        id: z.uuid(),
        type: z.enum(['permit', 'deny']),
        actor: z
          .object({
            userId: z.uuid().optional(),
            organizationId: z.uuid().optional(),
            practitionerId: z.uuid().optional(),
            role: z.string().optional(),
          })
          .nullable(),
        actions: z.array(z.string()),
        purposes: z.array(z.enum(PurposeOfUse)),
        resourceTypes: z.array(z.string()),
        securityLabels: z.array(z.string()),
        dataFrom: z.iso.date().nullable(),
        dataTo: z.iso.date().nullable(),
        priority: z.int(),
      }),
    ),
  })
  .meta({ id: 'Consent' });

/** One of {@link consentSchema}. */
export type Consent = z.infer<typeof consentSchema>;
