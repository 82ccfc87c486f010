import type { Actor, AuditSink, Transaction } from '@holovitals/database';
import { findActingUser, sessionInvalid } from '@holovitals/identity';
import { v7 as uuidV7 } from 'uuid';
import { isReferenceMissing } from '../acts/store-refusals.ts';
import { disclosureAhead, disclosureReferenceMissing, inputInvalid } from '../errors.ts';
import {
  disclosureFactsSchema,
  UNACCOUNTED_BASES,
  type DisclosureFacts,
} from './disclosure.schema.ts';

/** What was disclosed, and of whom. */
export interface DisclosureToRecord {
  /** One row and one audit row for each. */
  readonly patientIds: readonly string[];
  readonly facts: DisclosureFacts;
  /** The export that made it. */
  readonly sourceJobId?: string;
}

/**
 * Records in the transaction of an export, a share or a call to an outside model that a part of the
 * record was disclosed, with its audit rows; without them the act does not happen. Answers the ids, in
 * the order of the patients. Whether it stands in the accounting follows from its basis (45 CFR
 * 164.528(a)(1), 42 CFR 2.25).
 *
 * @example
 * await recordDisclosure(tx, context, actor, { patientIds: [id], facts });
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.DISCLOSURE_AHEAD`,
 *   `COMPLIANCE.DISCLOSURE_REFERENCE_MISSING`
 */
export async function recordDisclosure(
  tx: Transaction,
  { audit, clock }: { readonly audit: AuditSink; readonly clock: () => Date },
  actor: Actor,
  { patientIds, facts, sourceJobId }: DisclosureToRecord,
): Promise<string[]> {
  const parsed = disclosureFactsSchema.safeParse(facts);
  if (!parsed.success) throw inputInvalid('recordDisclosure', parsed.error);
  const { disclosedAt, series, ...known } = parsed.data;
  const disclosedById = await findActingUser(tx);
  if (disclosedById === null) throw sessionInvalid();
  const now = clock();
  const at = disclosedAt === undefined ? now : new Date(disclosedAt);
  if (at > now) throw disclosureAhead();
  const isUnaccounted = (UNACCOUNTED_BASES as readonly string[]).includes(known.legalBasis);
  const rows = patientIds.map((patientId) => ({
    ...known,
    recipientAddress: known.recipientAddress ?? null,
    recipientId: known.recipientId ?? null,
    consentId: known.consentId ?? null,
    ...{ id: uuidV7(), patientId, disclosedAt: at, disclosedById },
    isPart2: known.isPart2 || known.legalBasis === 'PART2_CONSENT',
    isAccountable: !isUnaccounted,
    sourceJobId: sourceJobId ?? null,
    ...(series !== undefined && {
      recurringFirst: new Date(series.first),
      recurringLast: new Date(series.last),
      recurringFrequency: series.frequency,
    }),
  }));
  try {
    await tx.disclosure.createMany({ data: rows });
  } catch (error) {
    throw isReferenceMissing(error) ? disclosureReferenceMissing() : error;
  }
  await audit(
    tx,
    actor,
    rows.map(({ id, patientId }) => ({
      ...({ eventType: 'DISCLOSURE', action: 'C', outcome: 'SUCCESS' } as const),
      ...{ patientId, resourceType: 'Disclosure', resourceId: id },
    })),
  );
  return rows.map(({ id }) => id);
}
