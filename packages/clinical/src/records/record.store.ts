import { manifestModels, StatementRefused, type Actor } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import type { ClinicalContext } from '../context.ts';
import { referenceMissing } from '../errors.ts';
import { actAudited, type ChartAct, type JsonRow } from '../patients/act-audited.ts';
import type { RecordKind } from './record-kind.ts';

/** What can be done with one row of a list: see `sql/record-acts.sql`. */
type RowAct = 'read' | 'open' | 'write' | 'enter_in_error';

/** Name of the SQL function that does it. */
export function routineOf({ model }: RecordKind, act: RowAct): string {
  return `${manifestModels().get(model)?.table ?? ''}_${act}`;
}

/** What is written of a row, and how it stands in the audit trail. */
export interface WrittenRecord {
  readonly patientId: string;
  /** Fields of the row. */
  readonly row: JsonRow;
  /** The row that this one corrects. */
  readonly corrects?: string;
  readonly event: Omit<ChartAct['event'], 'resourceId'>;
  readonly act: string;
}

/**
 * Adds a row; answers it as it is stored.
 *
 * @throws CodedError `CLINICAL.REFERENCE_MISSING`, and those of `actAudited`
 */
export async function insertRecord(
  context: ClinicalContext,
  actor: Actor,
  kind: RecordKind,
  { patientId, row, corrects, event, act }: WrittenRecord,
): Promise<JsonRow> {
  const id = uuidV7();
  const made = { ...row, id };
  const stored = await context.db.$newRow(kind.model, made, new Date());
  try {
    return (await actAudited(context, actor, patientId, {
      routine: routineOf(kind, 'write'),
      options: { row: stored, ...(corrects !== undefined && { record: corrects }) },
      event: { ...event, resourceId: id },
      noun: kind.noun,
      act,
    })) as JsonRow;
  } catch (error) {
    throw namedReference(error, kind);
  }
}

const FOREIGN_KEY_VIOLATION = '23503';

/** A foreign key that finds nothing, as the field that holds it; the driver's text stays behind. */
function namedReference(error: unknown, { noun, model }: RecordKind): unknown {
  if (!(error instanceof StatementRefused) || error.code !== FOREIGN_KEY_VIOLATION) return error;
  const [field] = (manifestModels().get(model)?.fields ?? [])
    .filter(({ column }) => /.+_id$/.test(column) && column !== 'patient_id')
    .filter(({ column }) => error.constraint?.includes(`_${column}_`))
    .sort((one, other) => other.column.length - one.column.length);
  return referenceMissing(noun, field?.name ?? 'A reference');
}
