import pg from 'pg';
import { describeBlockers, findBlockers, inUnits } from '../../connection/find-blockers.ts';
import { found, type HealthFinding } from '../finding.ts';
import { ask, type HealthCheck, type Observation, type Sight } from '../health-check.ts';
import { redactQuery } from '../redact-query.ts';

const LONG_SECONDS = 300;
const VERY_LONG_SECONDS = 3_600;
const IDLE_SECONDS = 60;
const BLOCKED_LONG_SECONDS = 60;
const MOST_BLOCKED = 20;

/** What sessions of this database keep open, and who waits for whom. */
export const sessionChecks: readonly HealthCheck[] = [
  { name: 'transactions', look: lookAtTransactions },
  { name: 'prepared-transactions', look: lookAtPrepared },
  { name: 'blocked-sessions', look: lookAtBlocked },
];

const HIDDEN = 'What sessions of other roles do is shown to members of pg_read_all_stats.';

interface Transaction {
  readonly pid: number;
  readonly role: string;
  readonly application: string;
  readonly state: string | null;
  readonly openSeconds: number;
  /** Since its last statement began or ended. */
  readonly stateSeconds: number;
}

async function lookAtTransactions(sight: Sight): Promise<Observation> {
  const transactions = await ask<Transaction>(
    sight,
    `select pid, usename as role, coalesce(application_name, '') as application, state,
       extract(epoch from clock_timestamp() - xact_start)::float8 as "openSeconds",
       extract(epoch from clock_timestamp() - state_change)::float8 as "stateSeconds"
     from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
       and backend_type = 'client backend'
     order by xact_start, pid`,
  );
  return {
    findings: transactions.flatMap(judgeTransaction),
    measures: [
      {
        name: 'longest_transaction_seconds',
        unit: 'seconds',
        help: 'Age of the oldest open transaction.',
        value: transactions[0]?.openSeconds ?? 0,
      },
    ],
    unseen: sight.seesSessions ? undefined : HIDDEN,
  };
}

/** Judges an open transaction; one that does nothing is worse than one that works. */
export function judgeTransaction(transaction: Transaction): HealthFinding[] {
  const { pid, role, application, state, openSeconds, stateSeconds } = transaction;
  const isIdle = state?.startsWith('idle in transaction') === true && stateSeconds > IDLE_SECONDS;
  if (!isIdle && openSeconds <= LONG_SECONDS) return [];
  const severity = openSeconds > VERY_LONG_SECONDS ? 'critical' : 'warning';
  const who = `Session ${pid} of role ${role}${application === '' ? '' : ` (${application})`}`;
  const open = `has a transaction open for ${inUnits(openSeconds * 1_000)}`;
  const end = `SELECT pg_terminate_backend(${pid})`;
  if (!isIdle) return [found('TRANSACTION_LONG', severity, `${who} ${open}.`, [end])];
  const idle = `and has done nothing for ${inUnits(stateSeconds * 1_000)}`;
  return [
    found('TRANSACTION_IDLE', severity, `${who} ${open}, ${idle}.`, [
      end,
      `ALTER ROLE ${pg.escapeIdentifier(role)} SET idle_in_transaction_session_timeout = '1min'`,
    ]),
  ];
}

interface Prepared {
  readonly name: string;
  readonly role: string;
  readonly seconds: number;
}

async function lookAtPrepared(sight: Sight): Promise<Observation> {
  const prepared = await ask<Prepared>(
    sight,
    `select gid as name, owner as role,
       extract(epoch from clock_timestamp() - prepared)::float8 as seconds
     from pg_prepared_xacts where database = current_database() order by prepared, gid`,
  );
  const old = prepared.filter(({ seconds }) => seconds > LONG_SECONDS);
  return {
    findings: old.map(({ name, role, seconds }) =>
      found(
        'TRANSACTION_PREPARED',
        seconds > VERY_LONG_SECONDS ? 'critical' : 'warning',
        `A transaction that role ${role} prepared waits since ${inUnits(seconds * 1_000)}.`,
        [`ROLLBACK PREPARED ${pg.escapeLiteral(name)}`],
      ),
    ),
    measures: [
      {
        name: 'prepared_transactions',
        help: 'Transactions that no session has.',
        value: prepared.length,
      },
    ],
  };
}

interface Waiting {
  readonly pid: number;
  readonly role: string | null;
  readonly query: string | null;
  readonly seconds: number | null;
}

async function lookAtBlocked(sight: Sight): Promise<Observation> {
  const waiting = await ask<Waiting>(
    sight,
    `select pid, usename as role, nullif(query, '<insufficient privilege>') as query,
       extract(epoch from clock_timestamp() - state_change)::float8 as seconds
     from pg_stat_activity
     where pid in (select pid from pg_locks where not granted) and pid <> pg_backend_pid()
       and datname = current_database()
     order by state_change nulls last, pid`,
  );
  const findings: HealthFinding[] = [];
  for (const session of waiting.slice(0, MOST_BLOCKED)) {
    findings.push(...(await tellOfBlocked(sight, session)));
  }
  return {
    findings,
    measures: [
      { name: 'blocked_sessions', help: 'Sessions that wait for a lock.', value: waiting.length },
    ],
    unseen: sight.seesSessions ? undefined : HIDDEN,
  };
}

async function tellOfBlocked(sight: Sight, session: Waiting): Promise<HealthFinding[]> {
  const { pid, role, query, seconds } = session;
  const blockers = await findBlockers(sight.client, pid);
  if (blockers.length === 0) return [];
  const text = query === null ? null : await redactQuery(query);
  const since = seconds === null ? '' : ` for ${inUnits(seconds * 1_000)}`;
  const doing = text === null || text === '' ? '' : ` with: ${text}`;
  return [
    found(
      'SESSION_BLOCKED',
      (seconds ?? 0) > BLOCKED_LONG_SECONDS ? 'critical' : 'warning',
      `Session ${pid}${role === null ? '' : ` of role ${role}`} waits${since}${doing}. ${describeBlockers(blockers)}`,
      blockers
        .filter(({ kind }) => kind === 'session')
        .map((blocker) => `SELECT pg_terminate_backend(${blocker.pid})`),
    ),
  ];
}
