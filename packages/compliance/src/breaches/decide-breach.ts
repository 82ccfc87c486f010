import type { Actor, Prisma } from '@holovitals/database';
import type { z } from 'zod';
import { inTrail } from '../acts/in-trail.ts';
import type { ComplianceContext } from '../audit/list-accesses.ts';
import {
  breachStateRefused,
  factsContradict,
  factorsMissing,
  inputInvalid,
  noticeUnavoidable,
  oralDelayTooLong,
} from '../errors.ts';
import {
  assessBreachSchema,
  decideBreachSchema,
  delayNoticesSchema,
  type Breach,
} from './breach-incident.schema.ts';
import { lockBreach, shownBreach } from './breach-incident.store.ts';

type Row = Awaited<ReturnType<typeof lockBreach>>;
type Changes = Prisma.BreachIncidentUncheckedUpdateInput;

const DAY = 86_400_000;
const ORAL_DAYS = 30;
const COLUMNS = {
  nature: 'factorNature',
  recipient: 'factorRecipient',
  acquired: 'factorAcquired',
  mitigated: 'factorMitigated',
} as const;
type Factor = keyof typeof COLUMNS;
const FACTORS = Object.keys(COLUMNS) as Factor[];

/**
 * Records what is found of the four factors (45 CFR 164.402(2)), one by one or together, while it is
 * not decided.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.BREACH_MISSING`,
 *   `COMPLIANCE.BREACH_STATE_REFUSED`, `IDENTITY.NOT_PERMITTED`
 */
export async function assessBreach(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof assessBreachSchema>,
): Promise<Breach> {
  const parsed = assessBreachSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('assessBreach', parsed.error);
  const factors = parsed.data;
  return await change(context, actor, id, undefined, ({ status }) => {
    if (status !== 'DETECTED' && status !== 'INVESTIGATING') throw breachStateRefused(status);
    const found = FACTORS.filter((factor) => factors[factor] !== undefined);
    return {
      status: 'INVESTIGATING',
      ...Object.fromEntries(found.map((factor) => [COLUMNS[factor], factors[factor]])),
    };
  });
}

/**
 * Decides what an incident is. It is presumed to be a breach: "low probability" takes all four factors
 * (45 CFR 164.402(2)), and the FTC rule knows neither that nor the exceptions. A decision may change
 * until the first notice is sent.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.BREACH_MISSING`,
 *   `COMPLIANCE.BREACH_STATE_REFUSED`, `COMPLIANCE.FACTORS_MISSING`,
 *   `COMPLIANCE.NOTICE_UNAVOIDABLE`, `IDENTITY.NOT_PERMITTED`
 */
export async function decideBreach(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof decideBreachSchema>,
): Promise<Breach> {
  const parsed = decideBreachSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('decideBreach', parsed.error);
  const input = parsed.data;
  return await change(context, actor, id, input.reason, (row) => {
    const decided = decisionOf(input);
    if (!UNDECIDED.includes(row.status) || row.status === decided.status) {
      throw breachStateRefused(row.status);
    }
    if (input.decision === 'BREACH') return decided;
    if (row.regimes.includes('FTC')) throw noticeUnavoidable();
    const missing = FACTORS.filter((factor) => row[COLUMNS[factor]] === null);
    if (decided.lowProbability && missing.length > 0) throw factorsMissing(missing);
    return decided;
  });
}

/** From these states an incident is decided, or decided otherwise: nobody has been told of it yet. */
const UNDECIDED: readonly Row['status'][] = [
  'DETECTED',
  'INVESTIGATING',
  'EXCEPTION_APPLIES',
  'ASSESSED_LOW_PROBABILITY',
  'CONFIRMED',
];

function decisionOf(input: z.infer<typeof decideBreachSchema>) {
  switch (input.decision) {
    case 'BREACH':
      return { status: 'CONFIRMED', exception: null, lowProbability: false } as const;
    case 'LOW_PROBABILITY':
      return {
        ...({ status: 'ASSESSED_LOW_PROBABILITY', exception: null } as const),
        lowProbability: true,
      };
    case 'EXCEPTION':
      return {
        ...({ status: 'EXCEPTION_APPLIES', exception: input.exception } as const),
        lowProbability: false,
      };
  }
}

/**
 * Delays the notices because a law-enforcement official stated that they would impede an investigation
 * (45 CFR 164.412, 16 CFR 318.4(d)): as long as a written statement says, 30 days at most after an
 * oral one. A day that falls before the end of the delay moves to it. A later statement replaces it.
 *
 * @throws CodedError `COMPLIANCE.INPUT_INVALID`, `COMPLIANCE.BREACH_MISSING`,
 *   `COMPLIANCE.BREACH_STATE_REFUSED`, `COMPLIANCE.ORAL_DELAY_TOO_LONG`,
 *   `COMPLIANCE.FACTS_CONTRADICT`, `IDENTITY.NOT_PERMITTED`
 */
export async function delayNotices(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  given: z.input<typeof delayNoticesSchema>,
): Promise<Breach> {
  const parsed = delayNoticesSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('delayNotices', parsed.error);
  const { basis, official } = parsed.data;
  const [holdStatedOn, holdUntil] = [new Date(parsed.data.statedOn), new Date(parsed.data.until)];
  if (basis === 'ORAL' && holdUntil.getTime() > holdStatedOn.getTime() + ORAL_DAYS * DAY) {
    throw oralDelayTooLong();
  }
  if (holdUntil < holdStatedOn) throw factsContradict('The delay ends before it was stated.');
  return await change(context, actor, id, undefined, ({ status }) => {
    if (status === 'NOTIFIED' || status === 'CLOSED') throw breachStateRefused(status);
    return { holdBasis: basis, holdStatedOn, holdUntil, holdOfficial: official };
  });
}

async function change(
  context: ComplianceContext,
  actor: Actor,
  id: string,
  reason: string | undefined,
  changesOf: (row: Row) => Changes,
): Promise<Breach> {
  const event = {
    ...({ eventType: 'PHI_UPDATE', action: 'U' } as const),
    ...{ resourceType: 'BreachIncident', resourceId: id },
    ...(reason !== undefined && { reason }),
  };
  return await inTrail(context, actor, event, async (tx) => {
    const changes = changesOf(await lockBreach(tx, actor.organizationId, id));
    const row = await tx.breachIncident.update({ where: { id }, data: changes });
    const changedFields = Object.keys(changes);
    await context.audit(tx, actor, [{ ...event, outcome: 'SUCCESS', changedFields }]);
    return shownBreach(row);
  });
}
