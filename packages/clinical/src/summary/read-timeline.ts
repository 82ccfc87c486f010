import type { Actor } from '@holovitals/database';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { inputInvalid } from '../errors.ts';
import { pageOf, readCursor, type Page } from '../resources/cursor.ts';
import { formatFhirDate } from '../resources/fhir-date.ts';
import { id } from '../resources/fields.ts';
import { noticesOf } from '../records/label-notices.ts';
import { actAudited, PHI_READ } from '../patients/act-audited.ts';

/** Input of `readTimeline`. */
export const readTimelineSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
});

/** Something that happened, and the list whose row says more. */
export const timelineEntrySchema = z.object({
  list: z.enum([
    'diagnoses',
    'medications',
    'allergies',
    'immunizations',
    'procedures',
    'vital-signs',
    'results',
    'encounters',
  ]),
  id,
  /** FHIR dateTime, as precise as known. */
  at: z.string(),
  code: z.string().nullable(),
  codeSystem: z.string().nullable(),
  codeDisplay: z.string().nullable(),
  status: z.string().nullable(),
  securityLabels: z.array(z.string()),
  /** What must go with a row that is labelled so (42 CFR 2.32); absent on others. */
  notices: z.array(z.string()).optional(),
});

/** One of {@link timelineEntrySchema}. */
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/**
 * Reads what happened to a patient over all lists, latest first, with its audit row, in one round
 * trip.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.CURSOR_INVALID`, `CLINICAL.PATIENT_MISSING`
 */
export async function readTimeline(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof readTimelineSchema>,
): Promise<Page<TimelineEntry>> {
  const parsed = readTimelineSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('readTimeline', parsed.error);
  const { limit, after } = parsed.data;
  const cursor = after === undefined ? {} : readCursor(after);
  const options = { limit: limit + 1, ...cursor };
  const found = await actAudited(context, actor, patientId, {
    routine: 'patient_timeline',
    options,
    event: { ...PHI_READ, resourceType: 'Patient', resourceId: patientId },
  });
  return pageOf(
    found as (TimelineEntry & { readonly precision: string | null })[],
    limit,
    (entry) => ({ at: new Date(entry.at), id: entry.id }),
    ({ precision, ...entry }) => {
      const notices = noticesOf(entry.securityLabels);
      const shown = { ...entry, at: formatFhirDate(entry.at, precision) };
      return notices.length === 0 ? shown : { ...shown, notices };
    },
  );
}
