import { Prisma, withActor, type Actor } from '@holovitals/database';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { patientSchema } from './patient.schema.ts';

/** A record that is the caller's own, or of whom the caller represents. */
export const ownPatientSchema = patientSchema
  .pick({ id: true, family: true, given: true, birthDate: true, mergedIntoId: true })
  .extend({ relationship: z.enum(['SELF', 'REPRESENTATIVE']) });

/** One of {@link ownPatientSchema}. */
export type OwnPatient = z.infer<typeof ownPatientSchema>;

/** Lists the records that are the caller's own, and of those whom the caller represents. */
export async function listOwnPatients(
  { db, audit }: ClinicalContext,
  actor: Actor,
): Promise<OwnPatient[]> {
  return await withActor(db, actor, async (tx) => {
    const ids = await tx.$queryRaw<{ id: string; isSelf: boolean }[]>(Prisma.sql`
      select id, user_id is not distinct from actor_acting_user_id() as "isSelf" from patients
      where (user_id = actor_acting_user_id() or id in (
        select patient_id from patient_relationships
        where related_user_id = actor_acting_user_id() and is_personal_representative))
        and may_access_patient(id, null, 'READ_OWN_RECORD')
      order by id limit 200`);
    const rows = await tx.patient.findMany({
      where: { id: { in: ids.map(({ id }) => id) } },
      orderBy: { id: 'asc' },
      select: { id: true, family: true, given: true, birthDate: true, mergedIntoId: true },
    });
    await audit(
      tx,
      actor,
      rows.map(({ id }) => ({
        eventType: 'PHI_READ' as const,
        action: 'R' as const,
        outcome: 'SUCCESS' as const,
        patientId: id,
        resourceType: 'Patient',
        resourceId: id,
      })),
    );
    return rows.map((row) => ({
      ...row,
      relationship: ids.some(({ id, isSelf }) => id === row.id && isSelf)
        ? 'SELF'
        : 'REPRESENTATIVE',
    }));
  });
}
