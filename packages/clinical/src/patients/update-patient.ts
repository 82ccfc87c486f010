import type { Actor } from '@holovitals/database';
import type { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { inputInvalid, patientMissing, versionConflict } from '../errors.ts';
import { assertDemographicsWritable, inChart } from './chart.ts';
import { prismaCode } from '../resources/prisma-code.ts';
import { majorityOf, patientRow, patientSelection, shownPatient } from './patient-resource.ts';
import { updatePatientSchema, type PatientResource } from './patient.schema.ts';
import { namedPatientError, phoneticTokens } from './patient.store.ts';

/**
 * Changes what is known of a patient, if nobody else did since the version that the caller read.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.PATIENT_MISSING`, `CLINICAL.PATIENT_MERGED`,
 *   `CLINICAL.ACT_REFUSED`, `CLINICAL.VERSION_CONFLICT`, `CLINICAL.IDENTIFIER_TAKEN`,
 *   `CLINICAL.REFERENCE_MISSING`
 */
export async function updatePatient(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  version: number,
  given: z.input<typeof updatePatientSchema>,
): Promise<PatientResource> {
  const parsed = updatePatientSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('updatePatient', parsed.error);
  const changes = parsed.data;
  const event = { eventType: 'PHI_UPDATE', action: 'U', resourceType: 'Patient' } as const;
  return await inChart(context, actor, patientId, event, async (tx, chart) => {
    await assertDemographicsWritable(tx, chart);
    const row = await tx.patient.findUnique({
      where: { id: patientId },
      select: patientSelection(),
    });
    if (row === null) throw patientMissing();
    const before = shownPatient(row);
    const after = { ...before, ...changes };
    const data = {
      ...patientRow(changes),
      majorityOn: majorityOf(after.birthDate, after.address),
      namePhoneticIndex: await phoneticTokens(context.db.$codec, after),
      version: version + 1,
    };
    const updated = await tx.patient
      .update({
        where: { id: patientId, version },
        data: data,
        select: patientSelection(),
      })
      .catch((error: unknown) => {
        throw prismaCode(error) === 'P2025' ? versionConflict() : namedPatientError(error);
      });
    await context.audit(tx, actor, [
      {
        ...event,
        outcome: 'SUCCESS',
        patientId,
        resourceId: patientId,
        resourceVersion: version + 1,
        previousVersion: version,
        changedFields: Object.keys(changes),
      },
    ]);
    return shownPatient(updated);
  });
}
