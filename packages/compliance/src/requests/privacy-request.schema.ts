import { NotificationChannel, PurposeOfUse } from '@holovitals/database';
import { z } from 'zod';
import { instant } from '../breaches/in-time.ts';
import { filing, shownRequest, text } from './request.schema.ts';

const KINDS = [
  'RESTRICTION',
  'SELF_PAY_RESTRICTION',
  'CONFIDENTIAL_COMMUNICATION',
  'OPT_OUT',
  'COMPLAINT',
] as const;
const DISPOSITIONS = [
  'AGREED',
  'PARTLY_AGREED',
  'REFUSED',
  'SUBSTANTIATED',
  'UNSUBSTANTIATED',
] as const;
const ENDED_BY = ['PATIENT_WRITTEN', 'PATIENT_ORAL', 'ENTITY'] as const;

/** The kinds that close purposes once they are agreed to: 45 CFR 164.522(a), 164.510. */
export const CLOSING_KINDS: readonly string[] = ['RESTRICTION', 'SELF_PAY_RESTRICTION', 'OPT_OUT'];

/** Input of `filePrivacyRequest`: 45 CFR 164.522(a)-(b), 164.510, 164.530(d). */
export const filePrivacyRequestSchema = z
  .strictObject({
    ...filing,
    kind: z.enum(KINDS),
    /** What is asked for, in the patient's words. */
    details: text(10_000),
    /** HL7 v3-PurposeOfUse: what the record may not be used for. */
    restrictedPurposes: z.array(z.enum(PurposeOfUse)).max(15).default([]),
    /** To whom nothing may be disclosed. */
    recipient: text(500).optional(),
    /** The health plan that must not learn of what was paid out of pocket. */
    coverageId: z.uuid().optional(),
    /** When it was paid in full: from then a SELF_PAY_RESTRICTION must be agreed to. */
    paidInFullAt: instant.optional(),
    /** How, and where, the patient wants to be reached. */
    channel: z.enum(NotificationChannel).optional(),
    address: text(1000).optional(),
  })
  .superRefine(({ kind, restrictedPurposes, channel, address, ...input }, refusal) => {
    const lacks = (path: string, message: string) => {
      refusal.addIssue({ code: 'custom', path: [path], message });
    };
    if (CLOSING_KINDS.includes(kind) === (restrictedPurposes.length === 0))
      lacks('restrictedPurposes', 'a restriction and an opt-out close purposes; nothing else does');
    if (kind === 'CONFIDENTIAL_COMMUNICATION' && channel === undefined && address === undefined)
      lacks('channel', 'a channel or an address');
    if (kind !== 'SELF_PAY_RESTRICTION' && input.paidInFullAt !== undefined)
      lacks('paidInFullAt', 'of a SELF_PAY_RESTRICTION alone');
  });

/** Input of `answerPrivacyRequest`. */
export const answerPrivacyRequestSchema = z
  .strictObject({
    disposition: z.enum(DISPOSITIONS),
    /** From when it holds; now where it is left out. */
    effectiveFrom: instant.optional(),
    effectiveTo: instant.optional(),
    /** Of those asked for, what is agreed to in part. */
    restrictedPurposes: z.array(z.enum(PurposeOfUse)).min(1).max(15).optional(),
  })
  .superRefine(({ disposition, effectiveFrom, effectiveTo, restrictedPurposes }, refusal) => {
    const isAgreed = disposition === 'AGREED' || disposition === 'PARTLY_AGREED';
    const lacks = (path: string, message: string) => {
      refusal.addIssue({ code: 'custom', path: [path], message });
    };
    if (!isAgreed && (effectiveFrom ?? effectiveTo) !== undefined)
      lacks('effectiveFrom', 'of what is agreed to alone');
    if (disposition !== 'PARTLY_AGREED' && restrictedPurposes !== undefined)
      lacks('restrictedPurposes', 'of what is agreed to in part alone');
    if (
      effectiveTo !== undefined &&
      effectiveFrom !== undefined &&
      Date.parse(effectiveTo) < Date.parse(effectiveFrom)
    )
      lacks('effectiveTo', 'not before effectiveFrom');
  });

/** Input of `endPrivacyRequest`: who ends what was agreed to, and how (164.522(a)(2)). */
export const endPrivacyRequestSchema = z.strictObject({ by: z.enum(ENDED_BY) });

/** A restriction, channel, opt-out or complaint as its patient and the officers see it. */
export const privacyRequestSchema = z
  .object({
    ...shownRequest,
    kind: z.enum(KINDS),
    details: z.string(),
    restrictedPurposes: z.array(z.enum(PurposeOfUse)),
    recipient: z.string().nullable(),
    coverageId: z.uuid().nullable(),
    paidInFullAt: z.iso.datetime().nullable(),
    channel: z.enum(NotificationChannel).nullable(),
    address: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
    decidedById: z.uuid().nullable(),
    disposition: z.enum(DISPOSITIONS).nullable(),
    effectiveFrom: z.iso.datetime().nullable(),
    effectiveTo: z.iso.datetime().nullable(),
    terminatedBy: z.enum(ENDED_BY).nullable(),
  })
  .meta({ id: 'PrivacyRequest' });

/** One of {@link privacyRequestSchema}. */
export type PrivacyRequest = z.infer<typeof privacyRequestSchema>;
