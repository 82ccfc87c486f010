import {
  encryptedFieldsOf,
  withActor,
  type Actor,
  type AuditEvent,
  type FieldCodec,
} from '@holovitals/database';
import type { ClinicalContext } from '../context.ts';
import { patientMissing } from '../errors.ts';

/** A row that a SQL function built as JSON, by its columns. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** The SQL functions that read one patient: see `sql/patient-records.sql` and `patient-summary.sql`. */
type Reader = 'patient_person' | 'patient_records' | 'patient_summary' | 'patient_timeline';

/**
 * Reads one patient through a SQL function, with its audit row, in one round trip; a refused attempt
 * is kept in the trail.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`
 */
export async function readAudited(
  { db, audit }: ClinicalContext,
  actor: Actor,
  patientId: string,
  reader: Reader,
  event: Pick<AuditEvent, 'resourceType' | 'resourceId'>,
  options: JsonRow = {},
): Promise<unknown> {
  const read = { eventType: 'PHI_READ', action: 'R' } as const;
  const found = await audit.read(db, actor, {
    reader,
    patientId,
    options,
    event: { ...read, ...event, outcome: 'SUCCESS' },
  });
  if (found !== null) return found;
  const { resourceType } = event;
  await withActor(db, actor, (tx) =>
    audit(tx, actor, [
      { ...read, outcome: 'MINOR_FAILURE', patientId, ...(resourceType && { resourceType }) },
    ]),
  );
  throw patientMissing();
}

/** Decrypts what is encrypted of a row. */
export async function opened(codec: FieldCodec, model: string, row: JsonRow): Promise<JsonRow> {
  let plain: Record<string, unknown> | undefined;
  for (const { name, column } of encryptedFieldsOf(model)) {
    const ciphertext = row[column];
    if (typeof ciphertext !== 'string') continue;
    plain ??= { ...row };
    plain[column] = await codec.open(model, name, String(row['id']), ciphertext);
  }
  return plain ?? row;
}
