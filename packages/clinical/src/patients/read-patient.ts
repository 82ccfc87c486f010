import type { Actor } from '@holovitals/database';
import type { ClinicalContext } from '../context.ts';
import { fieldsUnknown } from '../errors.ts';
import { patientFieldNames, shownPatientJson } from './patient-resource.ts';
import type { PatientResource } from './patient.schema.ts';
import { actAudited, PHI_READ, type JsonRow } from './act-audited.ts';

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
  const found = await actAudited(context, actor, patientId, {
    routine: 'patient_person',
    event: { ...PHI_READ, resourceType: 'Patient', resourceId: patientId },
  });
  const patient = shownPatientJson(await context.db.$codec.openRow('Patient', found as JsonRow));
  const shown = Object.entries(patient).filter(([name]) => names?.includes(name) ?? true);
  return { patient: Object.fromEntries(shown), version: patient.version ?? 1 };
}

function chosenFields(fields: string | undefined): string[] | undefined {
  if (fields === undefined) return undefined;
  const names = fields.split(',').map((name) => name.trim());
  if (!names.every((name) => patientFieldNames.includes(name)))
    throw fieldsUnknown(names, patientFieldNames);
  return ['id', ...names];
}
