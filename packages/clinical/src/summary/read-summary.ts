import {
  encryptedFieldsOf,
  withActor,
  type Actor,
  type AuditEvent,
  type FieldCodec,
} from '@holovitals/database';
import type { ClinicalContext } from '../context.ts';
import { patientMissing } from '../errors.ts';
import { shownPatient } from '../patients/patient-resource.ts';
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
import { shownJson, type RecordResource } from '../records/record-resource.ts';
import { rowFromColumns } from '../resources/resource-codec.ts';

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

type Json = Readonly<Record<string, unknown>>;
type StoredSummary = Readonly<Record<SummaryList, readonly Json[]>> & {
  readonly patient: Json;
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
  const stored = (await readAudited(context, actor, patientId, 'patient_summary')) as StoredSummary;
  const { $codec } = context.db;
  const lists = await Promise.all(
    Object.entries(summaryLists).map(async ([name, kind]) => {
      const rows = stored[name as SummaryList];
      const shown = rows.map(async (row) => shownJson(kind, await opened($codec, kind.model, row)));
      return [name, await Promise.all(shown)] as const;
    }),
  );
  const summary = Object.fromEntries(lists) as Record<SummaryList, RecordResource[]>;
  const patient = rowFromColumns('Patient', await opened($codec, 'Patient', stored.patient));
  return {
    patient: shownPatient(patient),
    noKnownAllergies: summary.allergies.some(({ code }) => code === NO_KNOWN_ALLERGY),
    ...summary,
    careTeam: stored.careTeam,
  };
}

/** Reads through a function of `patient-summary.sql`; a refused attempt is kept in the trail. */
export async function readAudited(
  { db, audit }: ClinicalContext,
  actor: Actor,
  patientId: string,
  reader: 'patient_summary' | 'patient_timeline',
  options: Json = {},
): Promise<unknown> {
  const attempt = { eventType: 'PHI_READ', action: 'R', resourceType: 'Patient' } as const;
  const event: AuditEvent = { ...attempt, outcome: 'SUCCESS', resourceId: patientId };
  const found = await audit.read(db, actor, { reader, patientId, options, event });
  if (found !== null) return found;
  await withActor(db, actor, (tx) =>
    audit(tx, actor, [{ ...attempt, outcome: 'MINOR_FAILURE', patientId }]),
  );
  throw patientMissing();
}

/** Decrypts what is encrypted of a row. */
async function opened(codec: FieldCodec, model: string, row: Json): Promise<Json> {
  const plain: Record<string, unknown> = { ...row };
  for (const { name, column } of encryptedFieldsOf(model)) {
    const ciphertext = row[column];
    if (typeof ciphertext === 'string') {
      plain[column] = await codec.open(model, name, String(row['id']), ciphertext);
    }
  }
  return plain;
}
