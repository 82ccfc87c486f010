import type { CommandContext } from '../command/package-command.ts';
import { archivePolicyMissing } from '../errors.ts';
import { findMonthHolds } from '../holds/find-month-holds.ts';
import { isOver, longestEnd, type RetentionPeriod } from '../retention/retention-end.ts';
import { inDays, readAuditMonths, type AuditMonth } from './audit-months.ts';

/** Calendar years that audit rows are kept at least, whatever a policy says. */
const LEAST_YEARS = 7;

/** What is to become of the months of the audit log. */
export interface JudgedMonths {
  readonly due: readonly { readonly month: AuditMonth; readonly retainUntil: Date }[];
  /** Over, and kept all the same. */
  readonly kept: readonly KeptMonth[];
  /** The day from which the next month is due; null where no month stands. */
  readonly nextDue: string | null;
  readonly policyIds: readonly string[];
}

/** A month that stays, and why. */
export interface KeptMonth {
  readonly partition: string;
  readonly why: string;
}

/**
 * Judges each month of the audit log: due once its last row's retention is over by every active
 * policy, and by seven calendar years. 45 CFR 164.316(b)(2)(i) asks for six.
 *
 * @throws CodedError `COMPLIANCE.ARCHIVE_POLICY_MISSING`
 */
export async function judgeMonths(
  context: Pick<CommandContext, 'session' | 'now'>,
): Promise<JudgedMonths> {
  const policies = await readPolicies(context);
  const policyIds = policies.map(({ id }) => id);
  const judged = (await readAuditMonths(context)).map((month) => ({
    month,
    retainUntil: longestEnd(month.end, [...policies, { days: 1, years: LEAST_YEARS }]),
  }));
  const over = judged.filter(({ retainUntil }) => isOver(retainUntil, context.now));
  const next = judged.find(({ retainUntil }) => !isOver(retainUntil, context.now));
  const due: JudgedMonths['due'][number][] = [];
  const kept: KeptMonth[] = [];
  for (const { month, retainUntil } of over) {
    const why = await findObstacle(context, month, policyIds);
    if (why === null) due.push({ month, retainUntil });
    else kept.push({ partition: month.partition, why });
  }
  const nextDay = next === undefined ? null : new Date(next.retainUntil.getTime() + 86_400_000);
  return { due, kept, policyIds, nextDue: nextDay === null ? null : inDays(nextDay) };
}

async function readPolicies({ session }: Pick<CommandContext, 'session'>) {
  const { rows } = await session.query<RetentionPeriod & { id: string; action: string }>(
    `select id, retention_period_days as days, retention_years as years, action
     from data_retention_policies where data_type = 'AUDIT_LOG' and is_active order by id`,
  );
  if (rows.length === 0 || rows.some(({ action }) => action !== 'ARCHIVE')) {
    throw archivePolicyMissing();
  }
  return rows;
}

async function findObstacle(
  { session }: Pick<CommandContext, 'session'>,
  month: AuditMonth,
  policyIds: readonly string[],
): Promise<string | null> {
  if (!month.isWhole) return 'Its bounds are not those of the month that it is named for.';
  if (!month.isAttached && month.manifest === null) {
    return 'It stands detached, and no archive of it is recorded.';
  }
  if (month.manifest?.isVerified === false) return 'Its archive was never read back.';
  return describeHolds(await findMonthHolds(session, month, policyIds));
}

/** Why holds keep a month; null where there are none. */
export function describeHolds(holds: readonly string[]): string | null {
  return holds.length === 0 ? null : `A legal hold covers rows of it: ${holds.join(', ')}.`;
}
