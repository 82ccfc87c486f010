import type { Actor } from '@holovitals/database';
import { findActingUser } from '@holovitals/identity';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { accountTaken, actRefused, inputInvalid, referenceMissing } from '../errors.ts';
import { prismaCode } from '../resources/prisma-code.ts';
import { assertTreating, inChart } from './chart.ts';

/** Input of `linkAccount`. */
export const linkAccountSchema = z.strictObject({
  /** Address of the patient's own account, proven. */
  email: z.email().max(254),
});

/**
 * Gives a patient's own account the record: the person reads it from now on. Not the caller's own.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.PATIENT_MISSING`, `CLINICAL.PATIENT_MERGED`,
 *   `CLINICAL.ACT_REFUSED`, `CLINICAL.ACCOUNT_TAKEN`, `CLINICAL.REFERENCE_MISSING`
 */
export async function linkAccount(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof linkAccountSchema>,
): Promise<void> {
  const parsed = linkAccountSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('linkAccount', parsed.error);
  const event = { eventType: 'PERMISSION_CHANGE', action: 'C', resourceType: 'Patient' } as const;
  await inChart(context, actor, patientId, event, async (tx, chart) => {
    await assertTreating(tx, chart, 'give others the record');
    const account = await tx.user.findUnique({
      where: { email: parsed.data.email, status: 'ACTIVE' },
      select: { id: true },
    });
    if (account === null) throw referenceMissing('patient', 'The account');
    if (account.id === (await findActingUser(tx)))
      throw actRefused('take the record of another for your own');
    const row = await tx.patient.findUniqueOrThrow({
      where: { id: patientId },
      select: { userId: true, version: true },
    });
    if (row.userId !== null) throw accountTaken();
    const { version } = row;
    await tx.patient
      .update({
        where: { id: patientId, version },
        data: { userId: account.id, version: version + 1 },
        select: { id: true },
      })
      .catch((error: unknown) => {
        throw ['P2002', 'P2025'].includes(prismaCode(error) ?? '') ? accountTaken() : error;
      });
    await context.audit(tx, actor, [
      {
        ...event,
        outcome: 'SUCCESS',
        patientId,
        resourceId: patientId,
        resourceVersion: version + 1,
        previousVersion: version,
        changedFields: ['userId'],
      },
    ]);
  });
}
