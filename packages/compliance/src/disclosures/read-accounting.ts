import type { Actor } from '@holovitals/database';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { accountingPeriodRefused, chartClosed, inputInvalid } from '../errors.ts';
import { readAccountingSchema, type Accounting } from './disclosure.schema.ts';
import { accounted, askAccountingPeriod, findDisclosures } from './disclosure.store.ts';

/**
 * Reads the accounting of disclosures: who got what of the record and what for, six years back at
 * most. Left out are what 45 CFR 164.528(a)(1) leaves out, and what is suspended at an official's
 * request while that lasts ((a)(2)); of a series the whole is one line ((b)(3)). For the patient, a
 * representative, and the privacy officers where the chart is kept.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`,
 *   `COMPLIANCE.ACCOUNTING_PERIOD_REFUSED`
 */
export async function readAccounting(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof readAccountingSchema>,
): Promise<Accounting> {
  const parsed = readAccountingSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('readAccounting', parsed.error);
  const { from, to, ...page } = parsed.data;
  const now = context.clock();
  const event = {
    ...({ eventType: 'PHI_READ', action: 'R', patientId } as const),
    resourceType: 'Disclosure',
  };
  return await inTrail(context, actor, event, async (tx) => {
    const period = await askAccountingPeriod(tx, patientId, { from, to, now });
    if (period?.isOpen !== true) throw chartClosed();
    if (period.from > period.to) throw accountingPeriodRefused();
    const { rows, next } = await findDisclosures(
      tx,
      {
        patientId: { in: [...period.patientIds] },
        isAccountable: true,
        disclosedAt: { lt: period.end },
        AND: [
          { OR: [{ suspendedUntil: null }, { suspendedUntil: { lte: now } }] },
          {
            OR: [
              { disclosedAt: { gte: period.begin } },
              { recurringLast: { gte: new Date(period.from) } },
            ],
          },
        ],
      },
      page,
    );
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', recordCount: rows.length }]);
    return { patientId, from: period.from, to: period.to, items: rows.map(accounted), next };
  });
}
