import { Prisma, withActor, type Actor, type Transaction } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { actRefused, inputInvalid } from '../errors.ts';
import { majorityOf, patientRow, patientSelection, shownPatient } from './patient-resource.ts';
import { createPatientSchema, type PatientResource } from './patient.schema.ts';
import { namedPatientError, phoneticTokens } from './patient.store.ts';

/** SNOMED CT "Healthcare professional": who registers a patient begins the care team. */
const FIRST_ROLE = '223366009';

/**
 * Registers a patient of the organisation the caller acts in, who becomes the first of the care
 * team; or, with `own`, the caller's own record.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.ACT_REFUSED`, `CLINICAL.IDENTIFIER_TAKEN`,
 *   `CLINICAL.REFERENCE_MISSING`
 */
export async function createPatient(
  { db, audit }: ClinicalContext,
  actor: Actor,
  given: z.input<typeof createPatientSchema>,
): Promise<PatientResource> {
  const parsed = createPatientSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('createPatient', parsed.error);
  const { own, ...input } = parsed.data;
  const id = uuidV7();
  const tokens = await phoneticTokens(db.$codec, input);
  return await withActor(db, actor, async (tx) => {
    const { person, now } = await assertMayRegister(tx, own);
    if (own && (input.mrn ?? null) !== null) throw actRefused('give your own record a number');
    if (own && actor.userId === null) throw actRefused('register your own record with a key');
    const { organizationId } = actor;
    const data = {
      ...patientRow(input),
      id,
      namePhoneticIndex: tokens,
      majorityOn: majorityOf(input.birthDate, input.address),
      ...(own ? { userId: person } : { organizationId }),
    };
    try {
      // Without RETURNING: the row is the caller's to read only when the care team has its first.
      await tx.patient.createMany({ data: [data as Prisma.PatientCreateManyInput] });
      if (!own) {
        const member = {
          patientId: id,
          userId: person,
          role: FIRST_ROLE,
          validFrom: now,
          source: 'CLINICIAN_ENTERED',
        } as const;
        await tx.careTeamMember.createMany({ data: [member] });
      }
    } catch (error) {
      throw namedPatientError(error);
    }
    await audit(tx, actor, [
      {
        eventType: 'PHI_CREATE',
        action: 'C',
        outcome: 'SUCCESS',
        patientId: id,
        resourceType: 'Patient',
        resourceId: id,
        resourceVersion: 1,
      },
    ]);
    const made = await tx.patient.findUnique({ where: { id }, select: patientSelection() });
    // Registered with a confidentiality that is above the caller's own: undone.
    if (made === null) throw actRefused('register a patient whom you may not read');
    return shownPatient(made);
  });
}

/** Who registers, and when by the clock that the policy goes by. */
interface Registrar {
  readonly person: string;
  readonly now: Date;
}

async function assertMayRegister(tx: Transaction, own: boolean): Promise<Registrar> {
  const permission = own
    ? Prisma.sql`actor_has_permission('WRITE_OWN_RECORD', array['SELF_OR_REPRESENTATIVE'], 'PATIENT_ENTERED')`
    : Prisma.sql`actor_has_permission('WRITE_PHI', array['TREATMENT'])`;
  const [row] = await tx.$queryRaw<{ person: string | null; now: Date; isHeld: boolean }[]>(
    Prisma.sql`select actor_acting_user_id() as person, now(), ${permission} as "isHeld"`,
  );
  if (row?.isHeld !== true || row.person === null) throw actRefused('register a patient');
  return { person: row.person, now: row.now };
}
