import { withActor, type Prisma, type Actor, type Transaction } from '@holovitals/database';
import { actorHasPermission, findActingUser, notPermitted } from '@holovitals/identity';
import { v7 as uuidV7 } from 'uuid';
import { z } from 'zod';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import { inputInvalid, ownTraining, traineeMissing, trainingMissing } from '../errors.ts';
import {
  assignTrainingSchema,
  completeTrainingSchema,
  listTrainingSchema,
  type Training,
} from './training.schema.ts';

const MANAGES = 'MANAGE_TRAINING';
const RESOURCE = { resourceType: 'TrainingRecord' } as const;

/**
 * Assigns a training to a member of the workforce of the organisation acted in. Past its due day it
 * closes the member's rights to the records of others, until it is completed.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.TRAINEE_MISSING`, `IDENTITY.NOT_PERMITTED`
 */
export async function assignTraining(
  { db, audit, clock }: ComplianceContext,
  actor: Actor,
  given: z.input<typeof assignTrainingSchema>,
): Promise<Training> {
  const parsed = assignTrainingSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('assignTraining', parsed.error);
  const { dueAt, ...input } = parsed.data;
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, MANAGES))) throw notPermitted(MANAGES);
    const trainee = await tx.user.findFirst({
      where: { id: input.userId, ...memberOf(actor, clock()) },
      select: { id: true },
    });
    if (trainee === null) throw traineeMissing();
    const row = await tx.trainingRecord.create({
      data: {
        ...{ ...input, id: uuidV7(), kind: 'TRAINING', assignedAt: clock() },
        dueAt: dueAt === undefined ? null : new Date(dueAt),
      },
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
 * Records that somebody else completed a training, now; once.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.TRAINING_MISSING`,
 *   `COMPLIANCE.OWN_TRAINING`, `IDENTITY.NOT_PERMITTED`
 */
export async function completeTraining(
  { db, audit, clock }: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof completeTrainingSchema>,
): Promise<Training> {
  const parsed = completeTrainingSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('completeTraining', parsed.error);
  const { score, expiresAt } = parsed.data;
  const now = clock();
  if (expiresAt !== undefined && new Date(expiresAt) <= now) {
    throw inputInvalid('completeTraining', new z.ZodError([EXPIRED_ALREADY]));
  }
  return await withActor(db, actor, async (tx) => {
    if (!(await actorHasPermission(tx, MANAGES))) throw notPermitted(MANAGES);
    const where = { id, kind: 'TRAINING', completedAt: null, user: memberOf(actor, now) };
    const found = await tx.trainingRecord.findFirst({ where, select: { userId: true } });
    if (found === null) throw trainingMissing();
    if (found.userId === (await findActingUser(tx))) throw ownTraining();
    const [row] = await tx.trainingRecord.updateManyAndReturn({
      where: { id, completedAt: null },
      data: {
        completedAt: now,
        score: score ?? null,
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      },
    });
    if (row === undefined) throw trainingMissing();
    await audit(tx, actor, [
      {
        ...({
          eventType: 'PERMISSION_CHANGE',
          action: 'U',
          outcome: 'SUCCESS',
          ...RESOURCE,
        } as const),
        ...{ resourceId: id, changedFields: ['completedAt', 'score', 'expiresAt'] },
      },
    ]);
    return shown(row);
  });
}

const EXPIRED_ALREADY: z.core.$ZodIssue = {
  ...{ code: 'custom', path: ['expiresAt'], message: 'after now', input: undefined },
};

/** A page of trainings, newest first; `next` is null on the last one. */
export interface TrainingPage {
  readonly items: readonly Training[];
  readonly next: string | null;
}

/**
 * Lists trainings, newest first: those of the organisation's people for who manages them, else the own.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`
 */
export async function listTraining(
  { db, clock }: ComplianceContext,
  actor: Actor,
  given: z.input<typeof listTrainingSchema>,
): Promise<TrainingPage> {
  const parsed = listTrainingSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('listTraining', parsed.error);
  const { userId, state, limit, after } = parsed.data;
  return await withActor(db, actor, async (tx) => {
    const rows = await tx.trainingRecord.findMany({
      where: {
        ...{ kind: 'TRAINING', user: await trainees(tx, actor, clock()) },
        ...(userId !== undefined && { userId }),
        ...(state === 'open' && { completedAt: null }),
        ...(after !== undefined && { id: { lt: after } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    const items = rows.slice(0, limit).map(shown);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  });
}

async function trainees(tx: Transaction, actor: Actor, now: Date): Promise<Prisma.UserWhereInput> {
  return (await actorHasPermission(tx, MANAGES))
    ? memberOf(actor, now)
    : { id: (await findActingUser(tx)) ?? '' };
}

/** Who holds a role in the organisation acted in now; of the platform where it is none. */
function memberOf({ organizationId }: Actor, now: Date): Prisma.UserWhereInput {
  return {
    userRoles: {
      some: {
        ...{ organizationId, revokedAt: null, validFrom: { lte: now } },
        OR: [{ validTo: null }, { validTo: { gt: now } }],
      },
    },
  };
}

function shown(row: Prisma.TrainingRecordGetPayload<object>): Training {
  return {
    ...{ id: row.id, userId: row.userId, course: row.course ?? '', version: row.version ?? '' },
    assignedAt: row.assignedAt.toISOString(),
    dueAt: row.dueAt?.toISOString().slice(0, 10) ?? null,
    completedAt: row.completedAt?.toISOString() ?? null,
    score: row.score,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}
