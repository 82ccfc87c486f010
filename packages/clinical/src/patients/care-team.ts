import type { Actor } from '@holovitals/database';
import { z } from 'zod';
import type { ClinicalContext } from '../context.ts';
import { inputInvalid, memberOverlaps, recordMissing, referenceMissing } from '../errors.ts';
import { code, id, instant, readPeriod, text } from '../resources/fields.ts';
import { isOverlap, prismaCode } from '../resources/prisma-code.ts';
import { assertTreating, inChart } from './chart.ts';

/** Input of `addCareTeamMember`: one of a practitioner, an account, an organisation. */
export const addCareTeamMemberSchema = z
  .strictObject({
    practitionerId: id.nullish(),
    userId: id.nullish(),
    organizationId: id.nullish(),
    /** Role in the team: SNOMED CT or NUCC code. */
    role: code,
    teamName: text(200).nullish(),
    validFrom: instant.optional(),
    validTo: instant.nullish(),
  })
  .refine(
    ({ practitionerId, userId, organizationId }) =>
      [practitionerId, userId, organizationId].filter((each) => (each ?? null) !== null).length ===
      1,
    { message: 'exactly one of practitionerId, userId, organizationId', path: ['userId'] },
  );

/** Input of `endCareTeamMember`. */
export const endCareTeamMemberSchema = z.strictObject({ reason: text(200) });

/** A member of the care team as callers see it. */
export const careTeamMemberSchema = z.object({
  id,
  practitionerId: id.nullable(),
  userId: id.nullable(),
  organizationId: id.nullable(),
  role: z.string(),
  teamName: z.string().nullable(),
  validFrom: z.iso.datetime(),
  validTo: z.iso.datetime().nullable(),
  endedReason: z.string().nullable(),
});

/** One of {@link careTeamMemberSchema}. */
export type CareTeamMemberResource = z.infer<typeof careTeamMemberSchema>;

const SELECTED = {
  id: true,
  practitionerId: true,
  userId: true,
  organizationId: true,
  role: true,
  teamName: true,
  validFrom: true,
  validTo: true,
  endedReason: true,
} as const;
const RESOURCE = { resourceType: 'CareTeamMember' } as const;

/** Lists who treats the patient, and who did. Fails with `CLINICAL.PATIENT_MISSING`. */
export async function listCareTeam(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
): Promise<CareTeamMemberResource[]> {
  const event = { eventType: 'PHI_READ', action: 'R', ...RESOURCE } as const;
  return await inChart(context, actor, patientId, event, async (tx, { patientIds }) => {
    const rows = await tx.careTeamMember.findMany({
      where: { patientId: { in: [...patientIds] } },
      orderBy: { id: 'asc' },
      take: 1000,
      select: SELECTED,
    });
    await context.audit(tx, actor, [
      { ...event, outcome: 'SUCCESS', patientId, recordCount: rows.length },
    ]);
    return rows.map(shown);
  });
}

/**
 * Brings a practitioner, an account or an organisation into the care team: it opens the record.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.PATIENT_MISSING`, `CLINICAL.PATIENT_MERGED`,
 *   `CLINICAL.ACT_REFUSED`, `CLINICAL.REFERENCE_MISSING`, `CLINICAL.MEMBER_OVERLAPS`, `CLINICAL.PERIOD_INVALID`
 */
export async function addCareTeamMember(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof addCareTeamMemberSchema>,
): Promise<CareTeamMemberResource> {
  const parsed = addCareTeamMemberSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('addCareTeamMember', parsed.error);
  const { validFrom, validTo, ...input } = parsed.data;
  const period = readPeriod({ validFrom, validTo }, context.clock());
  const event = { eventType: 'PERMISSION_CHANGE', action: 'C', ...RESOURCE } as const;
  return await inChart(context, actor, patientId, event, async (tx, chart) => {
    await assertTreating(tx, chart, 'bring others into the care team');
    const row = await tx.careTeamMember
      .create({
        data: {
          patientId,
          role: input.role,
          practitionerId: input.practitionerId ?? null,
          userId: input.userId ?? null,
          organizationId: input.organizationId ?? null,
          teamName: input.teamName ?? null,
          ...period,
          source: 'CLINICIAN_ENTERED',
        },
        select: SELECTED,
      })
      .catch((error: unknown) => {
        if (prismaCode(error) === 'P2003') throw referenceMissing('care team member', 'The member');
        throw isOverlap(error) ? memberOverlaps() : error;
      });
    await context.audit(tx, actor, [
      { ...event, outcome: 'SUCCESS', patientId, resourceId: row.id },
    ]);
    return shown(row);
  });
}

/**
 * Ends a membership now: the record closes to the member.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.PATIENT_MISSING`, `CLINICAL.ACT_REFUSED`,
 *   `CLINICAL.RECORD_MISSING`
 */
export async function endCareTeamMember(
  context: ClinicalContext,
  actor: Actor,
  patientId: string,
  memberId: string,
  given: z.input<typeof endCareTeamMemberSchema>,
): Promise<void> {
  const parsed = endCareTeamMemberSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('endCareTeamMember', parsed.error);
  const event = { eventType: 'PERMISSION_CHANGE', action: 'D', ...RESOURCE } as const;
  await inChart(context, actor, patientId, event, async (tx, chart) => {
    await assertTreating(tx, chart, 'end a membership');
    const now = context.clock();
    const member = await tx.careTeamMember.findFirst({
      where: { id: memberId, patientId, OR: [{ validTo: null }, { validTo: { gt: now } }] },
      select: { validFrom: true },
    });
    if (member === null) throw recordMissing('care team member');
    // One that has not begun ends as soon as it begins: a period is never empty.
    const end = Math.max(now.getTime(), member.validFrom.getTime() + 1);
    await tx.careTeamMember.update({
      where: { id: memberId },
      data: { validTo: new Date(end), endedReason: parsed.data.reason },
      select: { id: true },
    });
    await context.audit(tx, actor, [
      {
        ...event,
        outcome: 'SUCCESS',
        patientId,
        resourceId: memberId,
        changedFields: ['validTo'],
        reason: parsed.data.reason,
      },
    ]);
  });
}

type Row = Omit<CareTeamMemberResource, 'validFrom' | 'validTo'> & {
  readonly validFrom: Date;
  readonly validTo: Date | null;
};

function shown({ validFrom, validTo, ...row }: Row): CareTeamMemberResource {
  return { ...row, validFrom: validFrom.toISOString(), validTo: validTo?.toISOString() ?? null };
}
