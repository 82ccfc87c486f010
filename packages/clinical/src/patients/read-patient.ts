import type { Actor } from '@holovitals/database';
import type { ClinicalContext } from '../context.ts';
import { fieldsUnknown, patientMissing } from '../errors.ts';
import { inChart } from './chart.ts';
import { patientFieldNames, patientSelection, shownPatient } from './patient-resource.ts';
import type { PatientResource } from './patient.schema.ts';

/** A patient, or the fields that were asked for, and its version. */
export interface ReadPatient {
  readonly patient: PatientResource;
  readonly version: number;
}

/**
 * Reads a patient, or the fields of it that are named with commas between, and leaves an audit row.
 * One that was merged away says where it went.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`, `CLINICAL.FIELDS_UNKNOWN`
 */
export async function readPatient(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  fields?: string,
): Promise<ReadPatient> {
  const names = chosenFields(fields);
  const event = { eventType: 'PHI_READ', action: 'R', resourceType: 'Patient' } as const;
  return await inChart(context, actor, patientId, event, async (tx) => {
    const select = { ...patientSelection(names), version: true };
    const row = await tx.patient.findUnique({ where: { id: patientId }, select });
    if (row === null) throw patientMissing();
    await context.audit(tx, actor, [
      {
        ...event,
        outcome: 'SUCCESS',
        patientId,
        resourceId: patientId,
        resourceVersion: row.version,
      },
    ]);
    const { version, ...rest } = row;
    const isAsked = names === undefined || names.includes('version');
    return { patient: shownPatient(isAsked ? row : rest), version };
  });
}

function chosenFields(fields: string | undefined): string[] | undefined {
  if (fields === undefined) return undefined;
  const names = fields.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !patientFieldNames.includes(name));
  if (unknown.length > 0) throw fieldsUnknown(unknown);
  return names;
}
