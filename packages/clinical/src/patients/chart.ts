import {
  Prisma,
  withActor,
  type Actor,
  type AuditEvent,
  type Transaction,
} from '@holovitals/database';
import { isCodedError } from '@holovitals/errors';
import type { ClinicalContext } from '../context.ts';
import { actRefused, patientMerged, patientMissing } from '../errors.ts';

/** A patient whose record the caller may read. */
export interface Chart {
  readonly patientId: string;
  /** The patient and the records that are merged with it: one person. */
  readonly patientIds: readonly string[];
  readonly mergedIntoId: string | null;
}

/**
 * Opens the record of a patient in one transaction. A patient who may not be seen is one who is not
 * there; the attempt is kept in the audit trail.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`
 */
export async function inChart<T>(
  { db, audit }: ClinicalContext,
  actor: Actor,
  patientId: string,
  event: Pick<AuditEvent, 'eventType' | 'action' | 'resourceType'>,
  work: (tx: Transaction, chart: Chart) => Promise<T>,
): Promise<T> {
  try {
    return await withActor(db, actor, async (tx) => {
      const chart = await findChart(tx, patientId);
      if (chart === null) throw patientMissing();
      return await work(tx, chart);
    });
  } catch (error) {
    if (isRefusal(error)) {
      await withActor(db, actor, (tx) =>
        audit(tx, actor, [{ ...event, outcome: 'MINOR_FAILURE', patientId }]),
      );
    }
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return (
    isCodedError(error) &&
    (error.code === 'CLINICAL.PATIENT_MISSING' || error.code === 'CLINICAL.ACT_REFUSED')
  );
}

async function findChart(tx: Transaction, patientId: string): Promise<Chart | null> {
  const [chart] = await tx.$queryRaw<Chart[]>(Prisma.sql`
    select id as "patientId", linked_patients(id) as "patientIds", merged_into_id as "mergedIntoId"
    from patients where id = ${patientId}::uuid`);
  return chart ?? null;
}

/**
 * Refuses to change what identifies a patient, or belongs to the chart, to whom neither treats the
 * patient nor keeps the own record alone.
 *
 * @throws CodedError `CLINICAL.ACT_REFUSED`, `CLINICAL.PATIENT_MERGED`
 */
export async function assertDemographicsWritable(
  tx: Transaction,
  { patientId, mergedIntoId }: Chart,
): Promise<void> {
  // A row that the policy does not let this caller change cannot be locked either.
  const rows = await tx.$queryRaw<unknown[]>(
    Prisma.sql`select id from patients where id = ${patientId}::uuid for update`,
  );
  if (rows.length === 0) throw actRefused('change this patient');
  if (mergedIntoId !== null) throw patientMerged(mergedIntoId);
}

/**
 * Refuses what only who treats the patient may do.
 *
 * @throws CodedError `CLINICAL.ACT_REFUSED`, `CLINICAL.PATIENT_MERGED`
 */
export async function assertTreating(
  tx: Transaction,
  { patientId, mergedIntoId }: Chart,
  act: string,
): Promise<void> {
  const [row] = await tx.$queryRaw<{ mayWrite: boolean }[]>(
    Prisma.sql`select may_access_patient(${patientId}::uuid, 'WRITE_PHI', null) as "mayWrite"`,
  );
  if (row?.mayWrite !== true) throw actRefused(act);
  if (mergedIntoId !== null) throw patientMerged(mergedIntoId);
}
