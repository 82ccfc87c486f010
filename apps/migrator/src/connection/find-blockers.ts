import type pg from 'pg';

/** Who keeps a session waiting. */
export interface Blocker {
  /** The process in the server; 0 for a prepared transaction, which has none. */
  readonly pid: number;
  readonly kind: 'session' | 'autovacuum' | 'autovacuum-wraparound' | 'prepared';
  readonly application: string | null;
  readonly role: string | null;
  /** `active`, `idle in transaction`; null where the server hides it from this role. */
  readonly state: string | null;
  /** Milliseconds since its transaction began; null where it is hidden. */
  readonly openMs: number | null;
}

/** Finds who keeps a session of the server waiting, and who stands before it in the queue. */
export async function findBlockers(client: pg.Client, pid: number): Promise<Blocker[]> {
  const { rows } = await client.query<Blocker>(
    `select b.pid, nullif(a.application_name, '') as application, a.usename as role, a.state,
            (extract(epoch from clock_timestamp() - a.xact_start) * 1000)::float8 as "openMs",
            case when b.pid = 0 then 'prepared'
                 when a.usesysid is not null or a.pid is null then 'session'
                 when a.query like '%(to prevent wraparound)%' then 'autovacuum-wraparound'
                 else 'autovacuum' end as kind
     from (select distinct unnest(pg_blocking_pids($1)) as pid) b left join pg_stat_activity a using (pid)
     order by a.xact_start nulls last, b.pid`,
    [pid],
  );
  return rows;
}

/** Tells of those who block, without a word of what they run: its text may hold values. */
export function describeBlockers(blockers: readonly Blocker[]): string {
  if (blockers.length === 0) return 'Who held it was not seen.';
  const shown = blockers.slice(0, 5).map(describe).join(', ');
  const more = blockers.length > 5 ? `, and ${blockers.length - 5} more` : '';
  return `Held by ${shown}${more}.`;
}

/** The one act that ends the waiting. */
export function wayPast(blockers: readonly Blocker[]): string {
  const sessions = blockers.filter(({ kind }) => kind === 'session').map(({ pid }) => pid);
  if (sessions.length > 0) {
    const calls = sessions.map((pid) => `pg_terminate_backend(${pid})`).join(', ');
    return `End what holds it, such as by \`select ${calls};\`, or let it end, and run the command again.`;
  }
  if (blockers.some(({ kind }) => kind === 'prepared')) {
    return 'Commit or roll back the transactions that `pg_prepared_xacts` lists, and run the command again.';
  }
  if (blockers.some(({ kind }) => kind === 'autovacuum')) {
    return 'Autovacuum yields to a statement that waits longer than `deadlock_timeout` (1 s unless set): give a `--lock-timeout` above it.';
  }
  if (blockers.length > 0) {
    return 'Let that vacuum end, which does not yield, and run the command again.';
  }
  return 'Run the command again when the table is used less, or with more `--lock-attempts`.';
}

const KINDS = {
  session: 'session',
  autovacuum: 'autovacuum',
  'autovacuum-wraparound': 'an autovacuum that prevents wraparound',
  prepared: 'a prepared transaction',
} as const;

function describe({ pid, kind, application, role, state, openMs }: Blocker): string {
  const parts = [
    application,
    role !== null && `role ${role}`,
    state ?? (kind === 'session' && 'its state is hidden from this role'),
    openMs !== null && `open for ${inUnits(openMs)}`,
  ].filter((part): part is string => typeof part === 'string');
  const name = pid === 0 ? KINDS[kind] : `${KINDS[kind]} ${pid}`;
  return parts.length === 0 ? name : `${name} (${parts.join(', ')})`;
}

/** A time with a unit: `840 ms`, `12.5 s`, `7 min`, `3 h`. */
export function inUnits(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
