import type { Actor } from '@holovitals/database';
import type { ClinicalContext } from '../context.ts';
import { shownPatientJson } from '../patients/patient-resource.ts';
import { actAudited, PHI_READ, type JsonRow } from '../patients/act-audited.ts';
import type { PatientResource } from '../patients/patient.schema.ts';
import { allergies, NO_KNOWN_ALLERGY } from '../records/kinds/allergies.ts';
import { diagnoses } from '../records/kinds/diagnoses.ts';
import { encounters } from '../records/kinds/encounters.ts';
import { familyHistory } from '../records/kinds/family-history.ts';
import { immunizations } from '../records/kinds/immunizations.ts';
import { medications } from '../records/kinds/medications.ts';
import { procedures } from '../records/kinds/procedures.ts';
import { results } from '../records/kinds/results.ts';
import { vitalSigns } from '../records/kinds/vital-signs.ts';
import type { RecordKind } from '../records/record-kind.ts';
import { finishedRows, type RecordResource } from '../records/record-resource.ts';

/** The lists of a summary, by name, and what their rows are. */
export const summaryLists = {
  problems: diagnoses,
  allergies,
  medications,
  vitalSigns,
  results,
  immunizations,
  procedures,
  encounters,
  familyHistory,
} as const satisfies Record<string, RecordKind>;

type SummaryList = keyof typeof summaryLists;

/** One who treats the patient today. */
export interface CareTeamEntry {
  readonly id: string;
  readonly role: string;
  readonly teamName: string | null;
  readonly practitionerId: string | null;
  readonly userId: string | null;
  readonly organizationId: string | null;
}

/** What a clinician asks first, in one answer. */
export type PatientSummary = Readonly<Record<SummaryList, readonly RecordResource[]>> & {
  readonly patient: PatientResource;
  /** Whether somebody asked and no allergy is known; false where nothing was asked. */
  readonly noKnownAllergies: boolean;
  readonly careTeam: readonly CareTeamEntry[];
};

type StoredSummary = Readonly<Record<SummaryList, readonly JsonRow[]>> & {
  readonly patient: JsonRow;
  readonly careTeam: readonly CareTeamEntry[];
};

/**
 * Reads the summary of a patient, with its audit row, in one round trip.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`
 */
export async function readSummary(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
): Promise<PatientSummary> {
  const stored = (await actAudited(context, actor, patientId, {
    routine: 'patient_summary',
    event: { ...PHI_READ, resourceType: 'Patient', resourceId: patientId },
  })) as StoredSummary;
  const { $codec } = context.db;
  const summary = {} as Record<SummaryList, RecordResource[]>;
  for (const [name, kind] of Object.entries(summaryLists) as [SummaryList, RecordKind][]) {
    summary[name] = await finishedRows($codec, kind, stored[name]);
  }
  return {
    patient: shownPatientJson(await $codec.openRow('Patient', stored.patient)),
    noKnownAllergies: summary.allergies.some(({ code }) => code === NO_KNOWN_ALLERGY),
    ...summary,
    careTeam: stored.careTeam,
  };
}
