import { isOver } from '../retention/retention-end.ts';
import { owedReviews } from '../upkeep/owed-reviews.ts';
import { scopeOf } from '../upkeep/review-task.ts';
import { windowAt, type Period } from '../upkeep/window.ts';
import type { HealthCheck, HealthFinding, Session } from './health-check.ts';

/** Whether regular upkeep was begun in time, and audit months left in time. */
export const upkeepChecks: readonly HealthCheck[] = [
  { name: 'upkeep', look: lookAtUpkeep },
  { name: 'audit-archive', look: lookAtArchive },
];

const PERIODS: readonly Period[] = ['weekly', 'monthly', 'quarterly', 'annually'];
const NAMES = { weekly: 'weekly', monthly: 'monthly', quarterly: 'quarterly', annually: 'annual' };
const MONTH_MS = 31 * 86_400_000;

/**
 * Upkeep is overdue when neither this period nor the one before it has begun any. A new database owes
 * nothing before it has lived through both.
 */
async function lookAtUpkeep(session: Session, now: Date): Promise<HealthFinding[]> {
  const { rows: there } = await session.query<{ isThere: boolean }>(
    `select to_regclass('public.access_reviews') is not null
       and to_regclass('public._prisma_migrations') is not null as "isThere"`,
  );
  if (there[0]?.isThere !== true) return [];
  const { rows } = await session.query<{ scope: string | null; last: string | null }>(
    `select scope, max(created_at)::text as last from access_reviews
     where scope like 'upkeep: %' group by scope
     union all select 'retention', max(started_at)::text from retention_executions
     union all select null, min(finished_at)::text from _prisma_migrations`,
  );
  const lastOf = (scope: string | null) => rows.find((row) => row.scope === scope)?.last ?? null;
  const born = lastOf(null) ?? now.toISOString();
  return PERIODS.flatMap((period) => {
    const scopes =
      period === 'monthly'
        ? ['retention']
        : owedReviews.filter((review) => review.period === period).map(scopeOf);
    const since = scopes.map((scope) => lastOf(scope) ?? born).sort(byTime)[0] ?? born;
    if (new Date(since) >= windowAt(period, now, 1).first) return [];
    return [
      {
        severity: 'warning',
        what: `The ${NAMES[period]} upkeep was not begun since ${since.slice(0, 10)}.`,
        why: 'Nobody looks at what it would show, and there is no proof that somebody did (45 CFR 164.308, 164.316(b)).',
        fix: `Run \`pnpm migrator maintain ${period}\`, and let people do what it asks for.`,
      } as const,
    ];
  });
}

function byTime(a: string, b: string): number {
  return new Date(a).getTime() - new Date(b).getTime();
}

async function lookAtArchive(session: Session, now: Date): Promise<HealthFinding[]> {
  const { rows: there } = await session.query<{ isThere: boolean }>(
    `select to_regclass('public.data_retention_policies') is not null as "isThere"`,
  );
  if (there[0]?.isThere !== true) return [];
  const { rows } = await session.query(
    `select from data_retention_policies where data_type = 'AUDIT_LOG' and is_active limit 1`,
  );
  if (rows.length === 0) return [];
  const { judgeMonths } = await import('../archive/judge-months.ts');
  const { due } = await judgeMonths({ session, now });
  const late = due.filter(({ retainUntil }) =>
    isOver(new Date(retainUntil.getTime() + MONTH_MS), now),
  );
  if (late.length === 0) return [];
  return [
    {
      severity: 'warning',
      what: `${late.length} month(s) of the audit log should have been archived more than a month ago, from ${late[0]?.month.partition ?? ''} on.`,
      why: 'They are kept longer than the policy says, and every backup carries them along.',
      fix: 'Run `pnpm migrator archive`.',
    },
  ];
}
