import pg from 'pg';
import { inUnits } from '../../connection/find-blockers.ts';
import { inBytes } from '../../plan/amounts.ts';
import { found, type HealthFinding, type Severity } from '../finding.ts';
import { ask, type HealthCheck, type Observation, type Sight } from '../health-check.ts';

const BEHIND_SECONDS = 60;
const FAR_BEHIND_SECONDS = 900;
const BEHIND_BYTES = 1024 ** 3;
const KEPT_BYTES = 1024 ** 3;
const MUCH_KEPT_BYTES = 10 * 1024 ** 3;

/** Whether replicas follow their primary. */
export const replicationChecks: readonly HealthCheck[] = [
  { name: 'replicas', look: lookAtReplicas },
  { name: 'replay', look: lookAtReplay },
  { name: 'slots', look: lookAtSlots },
];

interface Replica {
  readonly name: string;
  readonly state: string | null;
  readonly seconds: number;
  readonly bytes: number | null;
}

/** A replica may feed others, and is then their primary. */
async function lookAtReplicas(sight: Sight): Promise<Observation> {
  const replicas = await ask<Replica>(
    sight,
    `select coalesce(nullif(application_name, ''), host(client_addr), 'pid ' || pid) as name, state,
       coalesce(extract(epoch from replay_lag), 0)::float8 as seconds,
       pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_receive_lsn()
         else pg_current_wal_lsn() end, replay_lsn)::float8 as bytes
     from pg_stat_replication order by name, pid`,
  );
  const hidden = replicas.some(({ state }) => state === null);
  return {
    findings: replicas.flatMap(judgeReplica),
    measures: [
      { name: 'replicas', help: 'Replicas and other readers of the log.', value: replicas.length },
      ...replicas.flatMap(({ name, seconds, bytes }, index) => {
        const labels = { replica: name, index: String(index) };
        return [
          {
            name: 'replica_lag_seconds',
            unit: 'seconds' as const,
            help: 'Time until a replica replayed what was written.',
            value: seconds,
            labels,
          },
          ...(bytes === null
            ? []
            : [
                {
                  name: 'replica_lag_bytes',
                  unit: 'bytes' as const,
                  help: 'Log that a replica has not replayed.',
                  value: bytes,
                  labels,
                },
              ]),
        ];
      }),
    ],
    unseen: hidden ? 'How far replicas are is shown to members of pg_monitor.' : undefined,
  };
}

function judgeReplica({ name, seconds, bytes }: Replica): HealthFinding[] {
  const isBehind = seconds > BEHIND_SECONDS || (bytes ?? 0) > BEHIND_BYTES;
  if (!isBehind) return [];
  const severity = seconds > FAR_BEHIND_SECONDS ? 'critical' : 'warning';
  const amount = `${inUnits(seconds * 1_000)}, ${inBytes(bytes ?? 0)} of log`;
  return [found('REPLICA_BEHIND', severity, `Replica ${name} is behind by ${amount}.`)];
}

async function lookAtReplay(sight: Sight): Promise<Observation> {
  if (!sight.isReplica) return { findings: [], measures: [] };
  const [row] = await ask<{ seconds: number | null; receives: boolean; isPaused: boolean }>(
    sight,
    `select case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
         else extract(epoch from clock_timestamp()
           - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time())) end::float8 as seconds,
       pg_is_wal_replay_paused() as "isPaused",
       exists (select from pg_stat_wal_receiver where pid is not null)
         or current_setting('primary_conninfo', true) = '' as receives`,
  );
  return judgeReplay(row?.seconds ?? 0, row?.receives ?? true, row?.isPaused);
}

/** Judges a replica by its own account. */
export function judgeReplay(seconds: number, receives: boolean, isPaused = false): Observation {
  const severity: Severity = seconds > FAR_BEHIND_SECONDS ? 'critical' : 'warning';
  return {
    findings: [
      ...(receives
        ? []
        : [found('REPLICA_UNREACHED', 'critical', 'This replica has no link to its primary.')]),
      ...(seconds > BEHIND_SECONDS
        ? [
            found(
              'REPLICA_BEHIND',
              severity,
              `This replica is behind by ${inUnits(seconds * 1_000)}${isPaused ? ', for replaying is paused' : ''}.`,
              isPaused ? ['SELECT pg_wal_replay_resume()'] : [],
            ),
          ]
        : []),
    ],
    measures: [
      {
        name: 'replay_lag_seconds',
        unit: 'seconds',
        help: 'How old what this replica shows is.',
        value: seconds,
      },
    ],
  };
}

interface Slot {
  readonly name: string;
  readonly active: boolean;
  readonly status: string | null;
  readonly bytes: number | null;
}

async function lookAtSlots(sight: Sight): Promise<Observation> {
  const slots = await ask<Slot>(
    sight,
    `select slot_name as name, active, wal_status as status,
       pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
         else pg_current_wal_lsn() end, restart_lsn)::float8 as bytes
     from pg_replication_slots where not temporary order by slot_name`,
  );
  return {
    findings: slots.flatMap(judgeSlot),
    measures: slots.map(({ name, bytes }) => ({
      name: 'slot_kept_bytes',
      unit: 'bytes' as const,
      help: 'Log that a replication slot keeps.',
      value: Math.max(bytes ?? 0, 0),
      labels: { slot: name },
    })),
  };
}

function judgeSlot({ name, active, status, bytes }: Slot): HealthFinding[] {
  const kept = bytes ?? 0;
  const isLost = status === 'unreserved' || status === 'lost';
  if (!isLost && (active || kept < KEPT_BYTES)) return [];
  const severity = isLost || kept > MUCH_KEPT_BYTES ? 'critical' : 'warning';
  const drop = `SELECT pg_drop_replication_slot(${pg.escapeLiteral(name)})`;
  return [
    found(
      'SLOT_KEEPS_LOG',
      severity,
      `Slot ${name} ${active ? 'is read too slowly' : 'has no reader'}, and keeps ${inBytes(kept)} of log.`,
      [drop],
    ),
  ];
}
