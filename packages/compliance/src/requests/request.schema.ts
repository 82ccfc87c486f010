import { RequestStatus } from '@holovitals/database';
import { z } from 'zod';
import { instant } from '../breaches/in-time.ts';

export const text = (length: number) => z.string().trim().min(1).max(length);

/** What every request says when it is filed. */
export const filing = {
  /** When it reached the organisation; officers say it of what came on paper. Now where left out. */
  receivedAt: instant.optional(),
};

/** Input of the lists of one patient's requests. */
export const listRequestsSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  after: z.uuid().optional(),
});

/** Input of the extension of a request's time: why, in words the patient is told. */
export const extendRequestSchema = z.strictObject({ reason: text(1000) });

export const status = z.enum(RequestStatus);

/** What the law wants a patient to be told of a denial. */
export const denialSchema = z
  .object({
    ground: z.string(),
    /** Why, in plain words. */
    basis: z.string(),
    /** What the patient may do about it, and where. */
    rights: z.array(z.string()),
  })
  .meta({ id: 'RequestDenial' });

/** What all requests of patients show. */
export const shownRequest = {
  id: z.uuid(),
  patientId: z.uuid(),
  /** Who must answer. */
  organizationId: z.uuid(),
  /** Who asked by an account; null where it came on paper. */
  requestedById: z.uuid().nullable(),
  status,
  receivedAt: z.iso.datetime(),
};

/** What those with a time limit show: days where the organisation is. */
export const shownClock = {
  receivedOn: z.iso.date(),
  dueAt: z.iso.date(),
  extendedAt: z.iso.datetime().nullable(),
  extensionReason: z.string().nullable(),
  /** The day that counts where the time was extended. */
  extendedDueAt: z.iso.date().nullable(),
};
