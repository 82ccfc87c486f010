import { inDays } from '../archive/audit-months.ts';
import type { Session } from '../command/package-command.ts';
import type { OwedReview } from './review-task.ts';
import type { Window } from './window.ts';

/** Reviews that the Security Rule and the guide ask people for, at regular times. */
export const owedReviews: readonly OwedReview[] = [
  {
    name: 'activity-review',
    period: 'weekly',
    kind: 'SYSTEM_ACTIVITY',
    summary: 'review audit log and security alerts (45 CFR 164.308(a)(1)(ii)(D))',
    facts: countActivity,
  },
  {
    name: 'slow-queries',
    period: 'quarterly',
    kind: 'UPKEEP',
    summary: 'review slow queries with `pnpm migrator slow`, and mend the worst',
  },
  {
    name: 'retention-policies',
    period: 'annually',
    kind: 'UPKEEP',
    summary: 'review the retention policies and their legal basis (45 CFR 164.316(b)(2))',
  },
  {
    name: 'access-rights',
    period: 'annually',
    kind: 'ACCESS_RIGHTS',
    summary: 'review roles and who holds them (45 CFR 164.308(a)(4)(ii)(C))',
  },
  {
    name: 'contingency-test',
    period: 'annually',
    kind: 'CONTINGENCY_TEST',
    summary:
      'restore a backup elsewhere, and go through the contingency plan (164.308(a)(7)(ii)(D))',
  },
  {
    name: 'risk-analysis',
    period: 'annually',
    kind: 'RISK_ANALYSIS',
    summary: 'go through the risks and their treatment (45 CFR 164.308(a)(1)(ii)(A)-(B))',
  },
  {
    name: 'security-evaluation',
    period: 'annually',
    kind: 'SECURITY_EVALUATION',
    summary: 'evaluate all safeguards (45 CFR 164.308(a)(8))',
  },
];

async function countActivity(session: Session, { first, last }: Window): Promise<string> {
  const { rows } = await session.query<Record<string, number>>(
    `select count(*) filter (where event_type = 'LOGIN_FAILED')::float8 as "failed log-ins",
       count(*) filter (where event_type = 'EMERGENCY_START')::float8 as "break-glass episodes",
       count(*) filter (where event_type = 'PHI_EXPORT')::float8 as exports,
       count(*) filter (where event_type = 'PERMISSION_CHANGE')::float8 as "permission changes",
       (select count(*)::float8 from security_alerts where resolved_at is null) as "open alerts"
     from audit_logs
     where event_type in ('LOGIN_FAILED', 'EMERGENCY_START', 'PHI_EXPORT', 'PERMISSION_CHANGE')
       and "timestamp" >= $1::date and "timestamp" < $2::date + 1`,
    [inDays(first), inDays(last)],
  );
  return Object.entries(rows[0] ?? {})
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}
