import type { Actor } from '@holovitals/database';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import {
  chartClosed,
  disclosureMissing,
  inputInvalid,
  oralStatementTooLong,
  suspensionRefused,
} from '../errors.ts';
import {
  disclosureFactsSchema,
  listDisclosuresSchema,
  suspendAccountingSchema,
  SUSPENDED_BASES,
  type Disclosure,
  type DisclosureFacts,
} from './disclosure.schema.ts';
import { askDisclosureRights, findDisclosures, shownDisclosure } from './disclosure.store.ts';
import { recordDisclosure } from './record-disclosure.ts';

/** A page of disclosures, newest first; `next` is null on the last one. */
export interface DisclosurePage {
  readonly items: readonly Disclosure[];
  readonly next: string | null;
}

const RESOURCE = { resourceType: 'Disclosure' } as const;
const DAY = 86_400_000;
/** 45 CFR 164.528(a)(2)(ii)(C). */
const ORAL_DAYS = 30;

/**
 * Records by hand what was disclosed of a patient.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`,
 *   `COMPLIANCE.DISCLOSURE_AHEAD`, `COMPLIANCE.DISCLOSURE_REFERENCE_MISSING`
 */
export async function recordPatientDisclosure(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: DisclosureFacts,
): Promise<Disclosure> {
  const parsed = disclosureFactsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('recordPatientDisclosure', parsed.error);
  const event = { eventType: 'DISCLOSURE', action: 'C', patientId, ...RESOURCE } as const;
  return await inTrail(context, actor, event, async (tx) => {
    const { mayRecord } = await askDisclosureRights(tx, patientId);
    if (!mayRecord) throw chartClosed();
    const patientIds = [patientId];
    const [id = ''] = await recordDisclosure(tx, context, actor, { patientIds, facts: given });
    return shownDisclosure(await tx.disclosure.findUniqueOrThrow({ where: { id } }));
  });
}

/**
 * Lists all disclosures of a patient, newest first, those outside the accounting and suspended ones
 * too: for the privacy officers where the chart is kept.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`
 */
export async function listDisclosures(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof listDisclosuresSchema>,
): Promise<DisclosurePage> {
  const parsed = listDisclosuresSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listDisclosures', parsed.error);
  const event = { eventType: 'PHI_READ', action: 'R', patientId, ...RESOURCE } as const;
  return await inTrail(context, actor, event, async (tx) => {
    const { mayRead, patientIds } = await askDisclosureRights(tx, patientId);
    if (!mayRead) throw chartClosed();
    const where = { patientId: { in: [...patientIds] } };
    const { rows, next } = await findDisclosures(tx, where, parsed.data);
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', recordCount: rows.length }]);
    return { items: rows.map(shownDisclosure), next };
  });
}

/**
 * Leaves a disclosure out of accountings for a while, as a law enforcement official or an agency of
 * health oversight asked, or lets it in again (45 CFR 164.528(a)(2)).
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`,
 *   `COMPLIANCE.DISCLOSURE_MISSING`, `COMPLIANCE.SUSPENSION_REFUSED`,
 *   `COMPLIANCE.ORAL_STATEMENT_TOO_LONG`
 */
export async function suspendAccounting(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  disclosureId: string,
  given: z.input<typeof suspendAccountingSchema>,
): Promise<Disclosure> {
  const parsed = suspendAccountingSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('suspendAccounting', parsed.error);
  const { statement, reason } = parsed.data;
  const until = new Date(parsed.data.until);
  const most = context.clock().getTime() + ORAL_DAYS * DAY;
  if (statement === 'ORAL' && until.getTime() > most) throw oralStatementTooLong();
  const event = {
    ...({ eventType: 'DISCLOSURE', action: 'U', patientId, ...RESOURCE } as const),
    ...{ resourceId: disclosureId, reason: `${statement}: ${reason}` },
  };
  return await inTrail(context, actor, event, async (tx) => {
    const { mayRead, mayRecord, patientIds } = await askDisclosureRights(tx, patientId);
    if (!mayRead || !mayRecord) throw chartClosed();
    const found = await tx.disclosure.findFirst({
      where: { id: disclosureId, patientId: { in: [...patientIds] } },
      select: { legalBasis: true },
    });
    if (found === null) throw disclosureMissing();
    if (!(SUSPENDED_BASES as readonly string[]).includes(found.legalBasis))
      throw suspensionRefused();
    const row = await tx.disclosure.update({
      where: { id: disclosureId },
      data: { suspendedUntil: until },
    });
    await context.audit(tx, actor, [
      { ...event, outcome: 'SUCCESS', changedFields: ['suspendedUntil'] },
    ]);
    return shownDisclosure(row);
  });
}
