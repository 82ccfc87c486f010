import type { HealthCheck, HealthFinding, Session } from './health-check.ts';

/** Whether what people must look at was looked at in time. */
export const reviewChecks: readonly HealthCheck[] = [{ name: 'reviews', look: lookAtReviews }];

interface Overdue {
  readonly kind: string;
  readonly count: number;
  readonly since: string;
}

/** 45 CFR 164.308(a)(1)(ii)(D) wants activity reviewed regularly, (a)(8) the whole evaluated. */
async function lookAtReviews(session: Session, now: Date): Promise<HealthFinding[]> {
  const { rows: there } = await session.query<{ isThere: boolean }>(
    `select to_regclass('public.access_reviews') is not null as "isThere"`,
  );
  if (there[0]?.isThere !== true) return [];
  const { rows } = await session.query<Overdue>(
    `select kind, count(*)::int as count, min(due_at)::text as since from access_reviews
     where completed_at is null and due_at < ($1::timestamptz at time zone 'UTC')::date
     group by kind order by since, kind`,
    [now.toISOString()],
  );
  return rows.map(({ kind, count, since }) => ({
    severity: 'warning',
    what: `${count} review(s) of kind ${kind} are overdue, the oldest since ${since}.`,
    why: 'The Security Rule asks for them at regular times (45 CFR 164.308), and for proof.',
    fix: 'Let the reviewer complete them, or name another.',
  }));
}
