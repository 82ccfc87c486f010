import type { Actor, AuditEvent } from '@holovitals/database';
import type { ClinicalContext } from '../context.ts';
import { assertWritable, inChart } from '../patients/chart.ts';
import { selectionOf } from '../resources/resource-codec.ts';
import { checkRecord } from './check-record.ts';
import type { RecordKind } from './record-kind.ts';
import { fieldNamesOf } from './record-schemas.ts';
import { insertRecord } from './record.store.ts';
import { shownRecord, writtenRow, type RecordResource } from './record-resource.ts';

/**
 * Adds a row to a list of the record, and its audit row, in one transaction.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.RECORD_INVALID`, `CLINICAL.UNIT_UNKNOWN`,
 *   `CLINICAL.PATIENT_MISSING`, `CLINICAL.PATIENT_MERGED`, `CLINICAL.ACT_REFUSED`,
 *   `CLINICAL.REFERENCE_MISSING`
 */
export async function addRecord(
  context: ClinicalContext,
  actor: Actor,
  kind: RecordKind,
  patientId: string,
  given: unknown,
): Promise<RecordResource> {
  const { input, row } = await checkRecord(kind, given);
  const event = {
    eventType: 'PHI_CREATE',
    action: 'C',
    resourceType: kind.model,
  } as const satisfies Partial<AuditEvent>;
  return await inChart(context, actor, patientId, event, async (tx, chart) => {
    const { source } = await assertWritable(tx, chart, `add a ${kind.noun}`, writtenRow(input));
    const data = {
      recordedAt: context.clock(),
      ...row,
      source,
      patientId,
      enteredById: actor.userId,
    };
    const added = await insertRecord(tx, kind, data, selectionOf(kind.model, fieldNamesOf(kind)));
    await context.audit(tx, actor, [
      { ...event, outcome: 'SUCCESS', patientId, resourceId: added.id, resourceVersion: 1 },
    ]);
    return shownRecord(kind, added);
  });
}
