import { withActor, type Prisma, type Actor } from '@holovitals/database';
import { actorHasPermission, notPermitted } from '@holovitals/identity';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { isReferenceMissing } from '../acts/store-refusals.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { agreementEnded, agreementPartyMissing, inputInvalid } from '../errors.ts';
import {
  listAgreementsSchema,
  recordAgreementSchema,
  subprocessorsSchema,
  terminateAgreementSchema,
  type Agreement,
} from './agreement.schema.ts';

const MANAGES = 'MANAGE_AGREEMENTS';
const RESOURCE = { resourceType: 'LegalAgreement' } as const;

/**
 * Records an agreement of the organisation acted in. Under one that permits it, health information may
 * go to the other party from the next statement on, while it is in effect.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.AGREEMENT_PARTY_MISSING`,
 *   `IDENTITY.NOT_PERMITTED`
 */
export async function recordAgreement(
  { db, audit }: ComplianceContext,
  actor: Actor,
  given: z.input<typeof recordAgreementSchema>,
): Promise<Agreement> {
  const parsed = recordAgreementSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('recordAgreement', parsed.error);
  const { signedAt, effectiveFrom, effectiveTo, counterpartyId, counterpartyRole, ...input } =
    parsed.data;
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, MANAGES))) throw notPermitted(MANAGES);
    const row = await tx.legalAgreement
      .create({
        data: {
          ...{ ...input, id: uuidV7(), organizationId: actor.organizationId },
          counterpartyId: counterpartyId ?? null,
          counterpartyRole: counterpartyRole ?? null,
          signedAt: signedAt === undefined ? null : new Date(signedAt),
          effectiveFrom: new Date(effectiveFrom),
          effectiveTo: effectiveTo === undefined ? null : new Date(effectiveTo),
        },
      })
      .catch((error: unknown) => {
        throw isReferenceMissing(error) ? agreementPartyMissing() : error;
      });
    await audit(tx, actor, [
      {
        eventType: 'PERMISSION_CHANGE',
        action: 'C',
        outcome: 'SUCCESS',
        ...RESOURCE,
        resourceId: row.id,
      },
    ]);
    return shown(row);
  });
}

/**
 * Terminates an agreement of the organisation acted in, now (45 CFR 164.504(e)(1)(iii)).
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.AGREEMENT_ENDED`, `IDENTITY.NOT_PERMITTED`
 */
export async function terminateAgreement(
  { db, audit, clock }: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof terminateAgreementSchema>,
): Promise<Agreement> {
  const parsed = terminateAgreementSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('terminateAgreement', parsed.error);
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, MANAGES))) throw notPermitted(MANAGES);
    const [row] = await tx.legalAgreement.updateManyAndReturn({
      where: {
        ...{ id, organizationId: actor.organizationId, terminatedAt: null },
        effectiveFrom: { lte: clock() },
      },
      data: { terminatedAt: clock() },
    });
    if (row === undefined) throw agreementEnded();
    await audit(tx, actor, [
      {
        ...({
          eventType: 'PERMISSION_CHANGE',
          action: 'U',
          outcome: 'SUCCESS',
          ...RESOURCE,
        } as const),
        ...{ resourceId: id, reason: parsed.data.reason, changedFields: ['terminatedAt'] },
      },
    ]);
    return shown(row);
  });
}

/** A page of agreements, newest first; `next` is null on the last one. */
export interface AgreementPage {
  readonly items: readonly Agreement[];
  readonly next: string | null;
}

/**
 * Lists the agreements the organisation acted in is a party to, newest first, ended ones too.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `IDENTITY.NOT_PERMITTED`
 */
export async function listAgreements(
  { db }: ComplianceContext,
  actor: Actor,
  given: z.input<typeof listAgreementsSchema>,
): Promise<AgreementPage> {
  const parsed = listAgreementsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listAgreements', parsed.error);
  const { type, limit, after } = parsed.data;
  const { organizationId } = actor;
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, MANAGES))) throw notPermitted(MANAGES);
    const rows = await tx.legalAgreement.findMany({
      where: {
        patientId: null,
        OR: [{ organizationId }, ...(organizationId ? [{ counterpartyId: organizationId }] : [])],
        ...(type !== undefined && { type }),
        ...(after !== undefined && { id: { lt: after } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    const items = rows.slice(0, limit).map(shown);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}

function shown(row: Prisma.LegalAgreementGetPayload<object>): Agreement {
  const day = (date: Date) => date.toISOString().slice(0, 10);
  return {
    ...{ id: row.id, type: row.type, title: row.title, version: row.version },
    ...{ organizationId: row.organizationId, counterpartyId: row.counterpartyId },
    counterpartyRole: row.counterpartyRole,
    signedAt: row.signedAt?.toISOString() ?? null,
    effectiveFrom: day(row.effectiveFrom),
    effectiveTo: row.effectiveTo === null ? null : day(row.effectiveTo),
    terminatedAt: row.terminatedAt?.toISOString() ?? null,
    subprocessors: subprocessorsSchema.parse(row.subprocessors),
    phiPermitted: row.phiPermitted,
  };
}
