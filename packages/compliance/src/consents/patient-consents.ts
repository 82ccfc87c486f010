import { createHash } from 'node:crypto';
import type { Actor, Transaction } from '@holovitals/database';
import { v7 as uuidV7 } from 'uuid';
import { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import { isReferenceMissing } from '../acts/store-refusals.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import {
  chartClosed,
  consentClosed,
  consentMissing,
  consentReferenceMissing,
  inputInvalid,
} from '../errors.ts';
import {
  giveConsentSchema,
  listConsentsSchema,
  revokeConsentSchema,
  type Consent,
} from './consent.schema.ts';
import {
  askConsentRights,
  isRepresentativeBy,
  shownConsent,
  WITH_PROVISIONS,
  type ConsentRights,
} from './consent.store.ts';

/** A page of consents, newest first; `next` is null on the last one. */
export interface ConsentPage {
  readonly items: readonly Consent[];
  readonly next: string | null;
}

/** The notice that goes with records disclosed under a Part 2 consent: 42 CFR 2.32 as of this day. */
const PART2_NOTICE = '2024-04-16';
/** It would end before it begins: without `validFrom` it begins now. */
const OVER_ALREADY: z.core.$ZodIssue = {
  ...{ code: 'custom', path: ['validTo'], message: 'after now', input: undefined },
};
/** A signature is one's own: of who signs on paper, the paper tells. */
const NOT_REPRESENTED: z.core.$ZodIssue = {
  ...{ code: 'custom', path: ['relationshipId'], input: undefined },
  message: 'by which the caller represents the patient',
};
const RESOURCE = { resourceType: 'PatientConsent' } as const;

/**
 * Lists the consents of a patient, newest first, ended ones too.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`
 */
export async function listConsents(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof listConsentsSchema>,
): Promise<ConsentPage> {
  const parsed = listConsentsSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listConsents', parsed.error);
  const { limit, after } = parsed.data;
  const event = { eventType: 'PHI_READ', action: 'R', patientId, ...RESOURCE } as const;
  return await inTrail(context, actor, event, async (tx) => {
    const { mayRead, patientIds } = await askConsentRights(tx, patientId);
    if (!mayRead) throw chartClosed();
    const rows = await tx.patientConsent.findMany({
      where: {
        patientId: { in: [...patientIds] },
        ...(after !== undefined && { id: { lt: after } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
      include: WITH_PROVISIONS,
    });
    const items = rows.slice(0, limit).map(shownConsent);
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', recordCount: items.length }]);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}

/**
 * Gives a consent or an authorisation for a patient; it acts from the next statement on.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`,
 *   `COMPLIANCE.CONSENT_CLOSED`, `COMPLIANCE.CONSENT_REFERENCE_MISSING`
 */
export async function giveConsent(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof giveConsentSchema>,
): Promise<Consent> {
  const parsed = giveConsentSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('giveConsent', parsed.error);
  const { provisions, signedText, validFrom, validTo, ...input } = parsed.data;
  const event = { eventType: 'CONSENT_CHANGE', action: 'C', patientId, ...RESOURCE } as const;
  return await inTrail(context, actor, event, async (tx) => {
    const rights = await assertManaged(tx, patientId);
    const grantorId = rights.isOwn ? rights.userId : null;
    await assertRepresents(tx, patientId, grantorId, input.relationshipId);
    const now = context.clock();
    if (validFrom === undefined && validTo !== undefined && new Date(validTo) <= now) {
      throw inputInvalid('giveConsent', new z.ZodError([OVER_ALREADY]));
    }
    const id = uuidV7();
    try {
      await tx.patientConsent.create({
        data: {
          ...{ id, patientId, status: 'ACTIVE', dateTime: now, kind: input.kind },
          scope: input.scope,
          category: input.category,
          policyUri: input.policyUri,
          discloserId: input.discloserId ?? null,
          recipient: input.recipient ?? null,
          purpose: input.purpose ?? null,
          information: input.information ?? null,
          expiryEvent: input.expiryEvent ?? null,
          relationshipId: input.relationshipId ?? null,
          documentId: input.documentId ?? null,
          remuneration: input.remuneration,
          validFrom: validFrom === undefined ? now : new Date(validFrom),
          validTo: validTo === undefined ? null : new Date(validTo),
          grantorId,
          signatureHash: signedText === undefined ? null : sha256(signedText),
          part2NoticeVersion: input.kind === 'PART2_CONSENT' ? PART2_NOTICE : null,
        },
        select: { id: true },
      });
      await tx.consentGrant.createMany({
        data: provisions.map(({ type, actor: whom, dataFrom, dataTo, ...provision }) => ({
          ...provision,
          ...{ id: uuidV7(), consentId: id, patientId, permit: type === 'permit' },
          actorUserId: whom?.userId ?? null,
          actorOrganizationId: whom?.organizationId ?? null,
          actorPractitionerId: whom?.practitionerId ?? null,
          actorRole: whom?.role ?? null,
          dataFrom: dataFrom === undefined ? null : new Date(dataFrom),
          dataTo: dataTo === undefined ? null : new Date(dataTo),
        })),
      });
    } catch (error) {
      throw isReferenceMissing(error) ? consentReferenceMissing() : error;
    }
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', resourceId: id }]);
    const where = { id };
    return shownConsent(
      await tx.patientConsent.findUniqueOrThrow({ where, include: WITH_PROVISIONS }),
    );
  });
}

/**
 * Revokes a consent (45 CFR 164.508(b)(5), 42 CFR 2.31(a)(6)): from the next statement on it permits
 * and denies nothing.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.CHART_CLOSED`,
 *   `COMPLIANCE.CONSENT_CLOSED`, `COMPLIANCE.CONSENT_MISSING`
 */
export async function revokeConsent(
  context: ComplianceContext,
  actor: Actor,
  patientId: string,
  consentId: string,
  given: z.input<typeof revokeConsentSchema>,
): Promise<Consent> {
  const parsed = revokeConsentSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('revokeConsent', parsed.error);
  const event = {
    ...({ eventType: 'CONSENT_CHANGE', action: 'U', patientId, ...RESOURCE } as const),
    ...{ resourceId: consentId, reason: parsed.data.reason },
  };
  return await inTrail(context, actor, event, async (tx) => {
    await assertManaged(tx, patientId);
    const { count } = await tx.patientConsent.updateMany({
      where: { id: consentId, patientId, status: 'ACTIVE' },
      data: {
        status: 'INACTIVE',
        revokedAt: context.clock(),
        revokedReason: parsed.data.reason,
        version: { increment: 1 },
      },
    });
    if (count === 0) throw consentMissing();
    const where = { id: consentId };
    const row = await tx.patientConsent.findUniqueOrThrow({ where, include: WITH_PROVISIONS });
    await context.audit(tx, actor, [
      {
        ...{ ...event, outcome: 'SUCCESS', changedFields: ['status', 'revokedAt'] },
        ...{ resourceVersion: row.version, previousVersion: row.version - 1 },
      },
    ]);
    return shownConsent(row);
  });
}

async function assertManaged(tx: Transaction, patientId: string): Promise<ConsentRights> {
  const rights = await askConsentRights(tx, patientId);
  if (!rights.mayManage) throw rights.mayRead ? consentClosed() : chartClosed();
  return rights;
}

async function assertRepresents(
  tx: Transaction,
  patientId: string,
  grantorId: string | null,
  relationshipId: string | undefined,
): Promise<void> {
  if (relationshipId === undefined) return;
  if (grantorId !== null && (await isRepresentativeBy(tx, patientId, relationshipId, grantorId)))
    return;
  throw inputInvalid('giveConsent', new z.ZodError([NOT_REPRESENTED]));
}

function sha256(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text, 'utf8').digest());
}
