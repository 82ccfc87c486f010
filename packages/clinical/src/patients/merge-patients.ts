import { Prisma, withActor, type Actor, type Transaction } from '@holovitals/database';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { actRefused, inputInvalid, mergeRefused, patientMissing } from '../errors.ts';
import { id, text } from '../resources/fields.ts';

/** Input of `mergePatients`. */
export const mergePatientsSchema = z.strictObject({
  /** The patient who stays. */
  intoId: id,
  reason: text(500),
});

/** Input of `unmergePatient`. */
export const unmergePatientSchema = z.strictObject({ reason: text(500) });

interface Candidate {
  readonly id: string;
  readonly organizationId: string | null;
  readonly mergedIntoId: string | null;
  readonly version: number;
  readonly mayMerge: boolean;
}

/**
 * Links two records of one person: the first leads to the second from now on, and its rows are read
 * with the second's. No row moves; `unmergePatient` undoes it. FHIR Patient.link, replaced-by.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.PATIENT_MISSING`, `CLINICAL.ACT_REFUSED`,
 *   `CLINICAL.MERGE_REFUSED`
 */
export async function mergePatients(
  { db, audit, clock }: ClinicalContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof mergePatientsSchema>,
): Promise<void> {
  const parsed = mergePatientsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('mergePatients', parsed.error);
  const { intoId, reason } = parsed.data;
  if (intoId === patientId) throw mergeRefused('A patient is not merged into itself.');
  await withActor(db, actor, async (tx) => {
    const [from, into] = await lockBoth(tx, patientId, intoId);
    if (from.mergedIntoId !== null || into.mergedIntoId !== null) {
      throw mergeRefused('One of them was merged already.');
    }
    if (from.organizationId !== into.organizationId) {
      throw mergeRefused('They are patients of different organisations.');
    }
    const mergedAt = clock();
    const earlier = await tx.patient.findMany({
      where: { mergedIntoId: patientId },
      select: { id: true, version: true },
    });
    // What was merged into the first goes along, so that one step always leads to who stays.
    for (const row of [...earlier, from]) {
      await tx.patient.update({
        where: { id: row.id },
        data: { mergedIntoId: intoId, mergedAt, active: false, version: row.version + 1 },
        select: { id: true },
      });
    }
    await tx.patient.update({
      where: { id: intoId },
      data: { version: into.version + 1 },
      select: { id: true },
    });
    const changed = [...earlier, from, into];
    await audit(
      tx,
      actor,
      changed.map((row) => mergeEvent(row, reason)),
    );
  });
}

/**
 * Undoes a merge: the record stands for itself again.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.PATIENT_MISSING`, `CLINICAL.ACT_REFUSED`,
 *   `CLINICAL.MERGE_REFUSED`
 */
export async function unmergePatient(
  { db, audit }: ClinicalContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof unmergePatientSchema>,
): Promise<void> {
  const parsed = unmergePatientSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('unmergePatient', parsed.error);
  await withActor(db, actor, async (tx) => {
    const row = await lockForMerge(tx, patientId);
    if (row.mergedIntoId === null) throw mergeRefused('The patient was not merged.');
    await tx.patient.update({
      where: { id: patientId },
      data: { mergedIntoId: null, mergedAt: null, active: true, version: row.version + 1 },
      select: { id: true },
    });
    await audit(tx, actor, [mergeEvent(row, parsed.data.reason)]);
  });
}

/** Locks both in one order, so that two merges of the same patients cannot wait for each other. */
async function lockBoth(tx: Transaction, fromId: string, intoId: string) {
  const found = new Map<string, Candidate>();
  for (const each of [fromId, intoId].sort()) found.set(each, await lockForMerge(tx, each));
  return [found.get(fromId), found.get(intoId)] as [Candidate, Candidate];
}

async function lockForMerge(tx: Transaction, patientId: string): Promise<Candidate> {
  const [seen] = await tx.$queryRaw<{ mayMerge: boolean }[]>(Prisma.sql`
    select may_access_patient(id, 'MERGE_PATIENTS', null) as "mayMerge"
    from patients where id = ${patientId}::uuid`);
  if (seen === undefined) throw patientMissing();
  const [row] = await tx.$queryRaw<Candidate[]>(Prisma.sql`
    select id, organization_id as "organizationId", merged_into_id as "mergedIntoId", version
    from patients where id = ${patientId}::uuid for update`);
  if (row === undefined || !seen.mayMerge) throw actRefused('merge patients');
  return row;
}

function mergeEvent({ id: patientId, version }: Pick<Candidate, 'id' | 'version'>, reason: string) {
  return {
    eventType: 'PATIENT_MERGE',
    action: 'U',
    outcome: 'SUCCESS',
    patientId,
    resourceType: 'Patient',
    resourceId: patientId,
    resourceVersion: version + 1,
    previousVersion: version,
    changedFields: ['mergedIntoId'],
    reason,
  } as const;
}
