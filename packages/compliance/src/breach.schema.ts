import { z } from 'zod';

/** The States and what counts as one: 45 CFR 160.103 with the territories, USPS abbreviations. */
const STATES =
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP'.split(
    ' ',
  );

/** A State, by its USPS abbreviation. */
export const stateSchema = z.enum(STATES);

/**
 * `BreachIncident.affectedByState`: residents affected by State. The media rule counts them one
 * State at a time (45 CFR 164.406, 16 CFR 318.5(b)).
 *
 * @example
 * affectedByStateSchema.parse({ CA: 501, NV: 12 });
 */
export const affectedByStateSchema = z.partialRecord(
  stateSchema,
  z.int().min(0).max(2_147_483_647),
);

/** What `affectedByStateSchema` accepts. */
export type AffectedByState = z.infer<typeof affectedByStateSchema>;

const element = z.string().trim().min(1).max(10_000);

/**
 * `BreachNotification.content`: the five elements of 45 CFR 164.404(c)(1)(A)-(E), as sent, in plain
 * language; 16 CFR 318.6 asks for the same and for the identity of whoever acquired the information.
 */
export const noticeContentSchema = z.strictObject({
  /** What happened, with the day of the breach and of its discovery, where known. */
  whatHappened: element,
  /** The types of information involved, such as name, diagnosis, account number; never its values. */
  informationInvolved: z.array(z.string().trim().min(1).max(200)).min(1).max(50),
  /** What individuals should do to protect themselves. */
  stepsToTake: element,
  /** What is done to investigate, to limit the harm, and against a repetition. */
  whatWeAreDoing: element,
  /** How to ask: a toll-free number, an e-mail address, a web site or a postal address. */
  contact: z
    .strictObject({
      tollFreePhone: z.string().trim().min(1).max(50).optional(),
      email: z.email().max(254).optional(),
      webSite: z
        .url({ protocol: /^https$/ })
        .max(2000)
        .optional(),
      postalAddress: z.string().trim().min(1).max(500).optional(),
    })
    .refine((contact) => Object.values(contact).some((value) => value !== undefined), {
      message: 'one way to ask is required',
    }),
  /** Third parties that acquired the information, where known: 16 CFR 318.6(a). */
  acquiredBy: z.string().trim().min(1).max(1000).optional(),
});

/** What `noticeContentSchema` accepts. */
export type NoticeContent = z.infer<typeof noticeContentSchema>;
