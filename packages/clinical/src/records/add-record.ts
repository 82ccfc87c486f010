import type { Actor } from '@holovitals/database';
import type { ClinicalContext } from '../context.ts';
import { checkRecord } from './check-record.ts';
import type { RecordKind } from './record-kind.ts';
import { insertRecord } from './record.store.ts';
import { shownRow, type RecordResource } from './record-resource.ts';

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
  const row = await checkRecord(kind, given);
  const added = await insertRecord(context, actor, kind, {
    patientId,
    row: { recordedAt: context.clock(), ...row },
    event: {
      eventType: 'PHI_CREATE',
      action: 'C',
      resourceType: kind.model,
      resourceVersion: 1,
    },
    act: `add a ${kind.noun}`,
  });
  return await shownRow(context.db.$codec, kind, added);
}
