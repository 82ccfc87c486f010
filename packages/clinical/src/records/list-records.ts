import type { Actor } from '@holovitals/database';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { fieldsUnknown, recordMissing } from '../errors.ts';
import { inChart } from '../patients/chart.ts';
import { pageOf, readCursor, type Page } from '../resources/cursor.ts';
import { selectionOf } from '../resources/resource-codec.ts';
import type { RecordPlace } from './correct-record.ts';
import type { RecordKind } from './record-kind.ts';
import { shownRecord, type RecordResource } from './record-resource.ts';
import { fieldNamesOf } from './record-schemas.ts';
import { findRecord, findRecords } from './record.store.ts';

/** Input of `listRecords`, as a query string. */
export const listRecordsSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
  /** Also rows that were corrected or entered in error. */
  history: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
  /** Names of the fields to show, with commas between. */
  fields: z.string().max(2000).optional(),
});

/**
 * Reads a page of a list of the record, newest first, with that of every record merged into it, and
 * leaves an audit row.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`, `CLINICAL.CURSOR_INVALID`, `CLINICAL.FIELDS_UNKNOWN`
 */
export async function listRecords(
  context: ClinicalContext,
  actor: Actor,
  kind: RecordKind,
  patientId: string,
  query: z.output<typeof listRecordsSchema>,
): Promise<Page<RecordResource>> {
  const { limit, history, fields } = query;
  const after = query.after === undefined ? undefined : readCursor(query.after);
  const names = chosenFields(kind, fields);
  const event = { eventType: 'PHI_READ', action: 'R', resourceType: kind.model } as const;
  return await inChart(context, actor, patientId, event, async (tx, chart) => {
    const select = selectionOf(kind.model, names);
    const rows = await findRecords(tx, kind, chart, { limit, after, history, select });
    const page = pageOf(
      rows,
      limit,
      (row) => ({ at: row[kind.orderedBy] as Date, id: row.id }),
      (row) => only(shownRecord(kind, row), names),
    );
    await context.audit(tx, actor, [
      { ...event, outcome: 'SUCCESS', patientId, recordCount: page.items.length },
    ]);
    return page;
  });
}

/** A row, and the one that corrects it. */
export interface FoundRecord {
  readonly record: RecordResource;
  readonly supersededById: string | null;
}

/**
 * Reads one row of the record, whatever became of it, and leaves an audit row.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`, `CLINICAL.RECORD_MISSING`
 */
export async function readRecord(
  context: ClinicalContext,
  actor: Actor,
  kind: RecordKind,
  { patientId, recordId }: RecordPlace,
): Promise<FoundRecord> {
  const event = { eventType: 'PHI_READ', action: 'R', resourceType: kind.model } as const;
  return await inChart(context, actor, patientId, event, async (tx, chart) => {
    const found = await findRecord(tx, kind, chart, recordId, selectionOf(kind.model));
    if (found === null) throw recordMissing(kind.noun);
    const { supersededBy, version } = found as {
      supersededBy?: { id: string } | null;
      version?: number;
    };
    await context.audit(tx, actor, [
      {
        ...event,
        outcome: 'SUCCESS',
        patientId,
        resourceId: recordId,
        resourceVersion: version ?? 1,
      },
    ]);
    return { record: shownRecord(kind, found), supersededById: supersededBy?.id ?? null };
  });
}

/**
 * The fields that a caller asks for; all of them where it names none.
 *
 * @throws CodedError `CLINICAL.FIELDS_UNKNOWN`
 */
function chosenFields(kind: RecordKind, fields: string | undefined): string[] {
  const known = fieldNamesOf(kind);
  if (fields === undefined) return known;
  const names = fields.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw fieldsUnknown(unknown);
  return ['id', ...names];
}

function only(resource: RecordResource, names: readonly string[]): RecordResource {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => names.includes(name)));
}
