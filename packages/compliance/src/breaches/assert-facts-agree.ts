import type { Prisma } from '@holovitals/database';
import { factsContradict, noticeUnavoidable } from '../errors.ts';

/** The facts of an incident that rules of the schema tie to one another. */
type TiedFacts = Pick<
  Prisma.BreachIncidentGetPayload<object>,
  | 'occurredAt'
  | 'occurredUntil'
  | 'discoveredAt'
  | 'regimes'
  | 'ourRole'
  | 'status'
  | 'exception'
  | 'lowProbability'
>;

const VENDORS = ['PHR_VENDOR', 'PHR_RELATED_ENTITY', 'PHR_SERVICE_PROVIDER'];

/**
 * Tells in words what the checks of `BreachIncident` would refuse.
 *
 * @throws CodedError `COMPLIANCE.FACTS_CONTRADICT`, `COMPLIANCE.NOTICE_UNAVOIDABLE`
 */
export function assertFactsAgree(facts: TiedFacts): void {
  const { occurredAt, occurredUntil, discoveredAt, regimes, ourRole } = facts;
  const isFtc = regimes.includes('FTC');
  if (occurredAt !== null && occurredUntil !== null && occurredUntil < occurredAt) {
    throw factsContradict('It ended before it began.');
  }
  if (occurredAt !== null && discoveredAt < occurredAt) {
    throw factsContradict('It was discovered before it occurred.');
  }
  if (isFtc && (regimes.includes('HIPAA') || regimes.includes('PART2'))) {
    throw factsContradict(
      'A vendor under the FTC rule is neither covered entity nor associate (16 CFR 318.1).',
    );
  }
  if (ourRole !== 'NONE' && isFtc !== VENDORS.includes(ourRole)) {
    throw factsContradict('The roles PHR_… are those of the regime FTC, and no other has them.');
  }
  if (isFtc && (facts.exception !== null || facts.lowProbability || isNoBreach(facts.status))) {
    throw noticeUnavoidable();
  }
}

const isNoBreach = (status: TiedFacts['status']) =>
  status === 'EXCEPTION_APPLIES' || status === 'ASSESSED_LOW_PROBABILITY';
