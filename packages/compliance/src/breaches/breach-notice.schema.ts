import { NoticeAudience, NotificationChannel } from '@holovitals/database';
import { z } from 'zod';
import { noticeContentSchema, stateSchema } from '../breach.schema.ts';
import { day, instant } from './in-time.ts';

const SUBSTITUTES = [
  'WEB_SITE',
  'PRINT_MEDIA',
  'BROADCAST_MEDIA',
  'TELEPHONE',
  'EMAIL',
  'OTHER_WRITTEN',
] as const;
const MOST_AT_ONCE = 1000;
const noticeIds = z.array(z.uuid()).min(1).max(MOST_AT_ONCE);

/** Input of `addIndividuals`. */
export const addIndividualsSchema = z.strictObject({
  /** Patients whose charts the organisation keeps. */
  patientIds: z.array(z.uuid()).min(1).max(MOST_AT_ONCE),
  /** Next of kin are told where the patient has died (45 CFR 164.404(d)(1)(ii)). */
  audience: z.enum(['INDIVIDUAL', 'NEXT_OF_KIN']).default('INDIVIDUAL'),
  /** To be told by telephone as well, because misuse may be imminent (164.404(d)(3)). */
  urgent: z.boolean().default(false),
});

/** Input of `addNotice`. */
export const addNoticeSchema = z.discriminatedUnion('audience', [
  /** Prominent media outlets of a State (164.406). */
  z.strictObject({ audience: z.literal('MEDIA'), state: stateSchema }),
  /** The Secretary of Health and Human Services (164.408). */
  z.strictObject({ audience: z.literal('SECRETARY') }),
  /** The Federal Trade Commission (16 CFR 318.5(c)). */
  z.strictObject({ audience: z.literal('FTC') }),
  /** The covered entity or vendor, by its associate (164.410, 16 CFR 318.3(b)). */
  z.strictObject({ audience: z.literal('COVERED_ENTITY') }),
  /** An authority of a State, by the day that its law sets. */
  z.strictObject({ audience: z.literal('STATE_AUTHORITY'), state: stateSchema, dueOn: day }),
]);

/** Input of `recordSent`. */
export const recordSentSchema = z.strictObject({
  noticeIds,
  sentAt: instant,
  /** First-class mail unless the individual agreed to electronic notice; individuals have one. */
  method: z.enum(NotificationChannel).optional(),
  /** As sent; notices to individuals and media have it (164.404(c)(1), 164.406(c)). */
  content: noticeContentSchema.optional(),
});

/** Input of `recordReturned`. */
export const recordReturnedSchema = z.strictObject({ noticeIds, returnedAt: instant });

/** Input of `recordSubstitute` (45 CFR 164.404(d)(2)). */
export const recordSubstituteSchema = z.strictObject({
  noticeIds,
  givenAt: instant,
  /** From ten individuals without address: web site, or print or broadcast media. */
  method: z.enum(SUBSTITUTES),
});

/** Input of `listNotices`. */
export const listNoticesSchema = z.object({
  audience: z.enum(NoticeAudience).optional(),
  /** Waiting `to-send`, `sent`, come back and not yet replaced (`returned`), or all of them. */
  state: z.enum(['to-send', 'sent', 'returned', 'all']).default('all'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  after: z.uuid().optional(),
});

/** A notice of a breach, or an individual who is to have one (45 CFR 164.404-410). */
export const breachNoticeSchema = z
  .object({
    id: z.uuid(),
    audience: z.enum(NoticeAudience),
    patientId: z.uuid().nullable(),
    state: z.string().nullable(),
    method: z.enum(NotificationChannel).nullable(),
    urgent: z.boolean(),
    dueOn: day,
    sentAt: z.iso.datetime().nullable(),
    returnedAt: z.iso.datetime().nullable(),
    substituteNoticeAt: z.iso.datetime().nullable(),
    substituteMethod: z.enum(SUBSTITUTES).nullable(),
    /** The five elements as sent; null before, and where the audience has a form of its own. */
    content: noticeContentSchema.nullable(),
  })
  .meta({ id: 'BreachNotice' });

/** One of {@link breachNoticeSchema}. */
export type BreachNotice = z.infer<typeof breachNoticeSchema>;

/** A notice that the law asks for, and whether it was given. */
export const breachDutySchema = z
  .object({
    audience: z.enum(NoticeAudience),
    state: z.string().nullable(),
    dueOn: day,
    isMet: z.boolean(),
  })
  .meta({ id: 'BreachDuty' });

/** One of {@link breachDutySchema}. */
export type BreachDuty = z.infer<typeof breachDutySchema>;
