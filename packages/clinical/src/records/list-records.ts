import { manifestModels, type Actor } from '@holovitals/database';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { fieldsUnknown } from '../errors.ts';
import { actAudited, PHI_READ, type JsonRow } from '../patients/act-audited.ts';
import { pageOf, readCursor, type Page } from '../resources/cursor.ts';
import { columnsOf } from '../resources/resource-codec.ts';
import { shapeOf } from '../resources/resource-shape.ts';
import type { RecordPlace } from './correct-record.ts';
import type { RecordKind } from './record-kind.ts';
import { routineOf } from './record.store.ts';
import { shownRow, shownRows, type RecordResource } from './record-resource.ts';
import { fieldNamesOf } from './record-schemas.ts';

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
  const found = (await actAudited(context, actor, patientId, {
    routine: 'patient_records',
    options: { ...listOptions(kind, names), limit: limit + 1, history, ...after },
    event: { ...PHI_READ, resourceType: kind.model },
  })) as (JsonRow & { readonly id: string })[];
  const shown = await shownRows(context.db.$codec, kind, found);
  const rows = found.map((row, index) => ({
    id: row.id,
    at: new Date(String(row[orderOf(kind)])),
    resource: only(shown[index] ?? {}, [...names, 'notices']),
  }));
  return pageOf(
    rows,
    limit,
    ({ at, id }) => ({ at, id }),
    ({ resource }) => resource,
  );
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
  const row = (await actAudited(context, actor, patientId, {
    routine: routineOf(kind, 'read'),
    options: { record: recordId },
    event: { ...PHI_READ, resourceType: kind.model, resourceId: recordId },
    noun: kind.noun,
  })) as JsonRow;
  const record = await shownRow(context.db.$codec, kind, row);
  return { record, supersededById: (row['superseded_by_id'] as string | null) ?? null };
}

/** What tells the SQL function which list to read, and what of it. */
function listOptions(kind: RecordKind, names: readonly string[]) {
  const { columns, decimals } = columnsOf(kind.model, names);
  const order = orderOf(kind);
  return {
    table: manifestModels().get(kind.model)?.table,
    // Its labels tell which notices must go with a row, whatever was asked for.
    columns: [...new Set([...columns, order, 'security_labels'])],
    decimals,
    order,
    ...kind.where,
  };
}

function orderOf({ model, orderedBy }: RecordKind): string {
  return shapeOf(model).get(orderedBy)?.column ?? orderedBy;
}

/**
 * The fields that a caller asks for; all of them where it names none.
 *
 * @throws CodedError `CLINICAL.FIELDS_UNKNOWN`
 */
function chosenFields(kind: RecordKind, fields: string | undefined): readonly string[] {
  const known = fieldNamesOf(kind);
  if (fields === undefined) return known;
  const names = fields.split(',').map((name) => name.trim());
  if (!names.every((name) => known.includes(name))) throw fieldsUnknown(names, known);
  return ['id', ...names];
}

function only(resource: RecordResource, names: readonly string[]): RecordResource {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => names.includes(name)));
}
