import type { HealthCheck, HealthFinding, Session } from './health-check.ts';

const MONTHS_AHEAD = 2;

/** Whether the audit log has a place for each row that is to come. */
export const auditChecks: readonly HealthCheck[] = [
  { name: 'audit-default', look: lookAtDefault },
  { name: 'audit-months', look: lookAtMonths },
  { name: 'audit-seal', look: lookAtSeal },
  { name: 'audit-watch', look: lookAtWatch },
];

/** A row in the default partition belongs to a month that nobody made: it bars that month. */
async function lookAtDefault(session: Session): Promise<HealthFinding[]> {
  const { rows: partitions } = await session.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_partitioned_table p join pg_class c on c.oid = p.partdefid
     join pg_namespace n on n.oid = c.relnamespace
     where p.partrelid = to_regclass('public.audit_logs')`,
  );
  const found: HealthFinding[] = [];
  for (const { name } of partitions) {
    const { rows } = await session.query<{ months: string | null }>(
      `select string_agg(distinct to_char("timestamp" at time zone 'UTC', 'YYYY-MM'), ', ') as months from ${name}`,
    );
    const months = rows[0]?.months ?? null;
    if (months === null) continue;
    found.push({
      severity: 'critical',
      what: `The default partition of the audit log holds rows of ${months}.`,
      why: 'Those months cannot be made beside them, sealed or archived.',
      fix: 'Detach the default partition, attach it as that month, make a new default, and see why the month was missing.',
    });
  }
  return found;
}

async function lookAtMonths(session: Session, now: Date): Promise<HealthFinding[]> {
  const { rows } = await session.query<{ month: string; isPresent: boolean }>(
    `select to_char(month, 'YYYY-MM') as month, step = 0 as "isPresent"
     from generate_series(0, $2::int) step
     cross join lateral (select date_trunc('month', $1::timestamptz at time zone 'UTC') + make_interval(months => step) as month) m
     where to_regclass('public.audit_logs') is not null and not exists (
       select from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = to_regclass('public.audit_logs') and c.relname = 'audit_logs_' || to_char(month, 'YYYY_MM'))
     order by step`,
    [now.toISOString(), MONTHS_AHEAD],
  );
  if (rows.length === 0) return [];
  return [
    {
      severity: rows.some(({ isPresent }) => isPresent) ? 'critical' : 'warning',
      what: `The audit log has no partition for ${rows.map(({ month }) => month).join(', ')}.`,
      why: 'Its rows land in the default partition, and bar that month from then on.',
      fix: 'Run `pnpm migrator deploy`, or the statement, as the owner; and let one of them run daily.',
      sql: [
        "SELECT ensure_audit_partitions(date_trunc('month', now() AT TIME ZONE 'UTC')::date, 13)",
      ],
    },
  ];
}

/** Where sealing was begun and rows have waited for an hour, the sealer no longer runs. */
async function lookAtSeal(session: Session, now: Date): Promise<HealthFinding[]> {
  const { rows: tables } = await session.query<{ isThere: boolean }>(
    `select to_regclass('public.audit_logs') is not null as "isThere"`,
  );
  if (tables[0]?.isThere !== true) return [];
  const { rows } = await session.query(
    `select from audit_logs
     where "timestamp" < $1::timestamptz - interval '1 hour'
       and "timestamp" > (select max(closed_at) from audit_checkpoints) limit 1`,
    [now.toISOString()],
  );
  if (rows.length === 0) return [];
  return [
    {
      severity: 'warning',
      what: 'Rows of the audit trail have waited for more than an hour to be sealed.',
      why: 'Until they are, whoever owns the database can take away the last of them unseen.',
      fix: 'Let `pnpm migrator audit seal --every 1` run beside the database.',
    },
  ];
}

/** Where watching was begun and rows have waited for a day, the watcher no longer runs. */
async function lookAtWatch(session: Session, now: Date): Promise<HealthFinding[]> {
  const { rows: tables } = await session.query<{ isThere: boolean }>(
    `select to_regclass('public.audit_logs') is not null as "isThere"`,
  );
  if (tables[0]?.isThere !== true) return [];
  const { rows } = await session.query(
    `select from (
       select timestamp from audit_logs
       where event_type = 'INTEGRITY_CHECK' and resource_type = 'SecurityAlert' and user_id is null
       order by timestamp desc limit 1) as watched
     where exists (select from audit_logs where audit_logs.timestamp > watched.timestamp
       and audit_logs.timestamp < $1::timestamptz - interval '1 day')`,
    [now.toISOString()],
  );
  if (rows.length === 0) return [];
  return [
    {
      severity: 'warning',
      what: 'Nobody has looked for suspicious acts in the audit trail for more than a day.',
      why: 'Information system activity is to be reviewed regularly (45 CFR 164.308(a)(1)(ii)(D)).',
      fix: 'Let `pnpm migrator audit watch --every 60` run beside the database.',
    },
  ];
}
