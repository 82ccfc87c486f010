import { recordKinds } from '@holovitals/clinical';
import { manifestModels, Prisma, type Actor } from '@holovitals/database';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { chartClosed, inputInvalid } from '../errors.ts';
import { explainAccessSchema, type AccessExplanation } from './explain-access.schema.ts';

/**
 * Explains rule by rule why somebody may reach a patient's record, or may not: the caller, or for
 * officers another. It tells nothing of the record.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`
 */
export async function explainAccess(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof explainAccessSchema>,
): Promise<AccessExplanation> {
  const parsed = explainAccessSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('explainAccess', parsed.error);
  const { list, recordId, ...input } = parsed.data;
  const options = { ...input, record: recordId, table: list && tableOf(list) };
  const event = {
    ...({ eventType: 'PHI_READ', action: 'R', patientId } as const),
    ...{ resourceType: 'Patient', resourceId: patientId },
  };
  return await inTrail(context, actor, event, async (tx) => {
    const [row] = await tx.$queryRaw<{ answer: AccessExplanation | null }[]>(Prisma.sql`
      select access_explanation(${patientId}::uuid, ${JSON.stringify(options)}::jsonb) as answer`);
    if (row === undefined || row.answer === null) throw chartClosed();
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS' }]);
    return row.answer;
  });
}

/** The table that holds a list of the record. */
export function tableOf(list: string): string | undefined {
  const kind = recordKinds.find((each) => each.list === list);
  return kind && manifestModels().get(kind.model)?.table;
}
