import type { Detector, Finding } from './detector.ts';
import { distanceBetween, type Locate } from './locations.ts';

const HOUR_MS = 3_600_000;
/** Two acts are thought to be at least so far apart: clocks differ. */
const LEAST_MS = 60_000;
/** Networks of telephones reach the internet far from who carries them. */
const LEAST_KM = 300;

/** A finding with the addresses of its first and its last act. */
interface Move extends Finding {
  readonly from: string;
  readonly to: string;
}

/** Somebody at two places between which nobody travels so fast. */
export const travelDetectors: readonly Detector[] = [
  {
    name: 'impossible-travel',
    summary: 'acted from two places between which one cannot travel in that time',
    // Kilometres an hour: an airliner makes 900.
    ...{ severity: 'HIGH', seconds: 12 * 3600, threshold: 1000 },
    sql: `
      select arrived.user_id::text as subject, arrived.organization_id as "organizationId",
        arrived.user_id as "userId", null::uuid as "patientId", 0 as observed,
        left_at.timestamp as "firstSeenAt", arrived.timestamp as "lastSeenAt",
        array[left_at.id, arrived.id] as "auditLogIds",
        array_remove(array[left_at.session_id, arrived.session_id], null) as "sessionIds",
        array_remove(array[left_at.api_key_id, arrived.api_key_id], null) as "apiKeyIds",
        '{}'::uuid[] as "patientIds", host(left_at.ip) as "from", host(arrived.ip) as "to"
      from (
        select distinct on (user_id, ip) * from fresh
        where user_id is not null and ip is not null and outcome = '0'
        order by user_id, ip, timestamp) as arrived
      cross join rule, lateral (
        select logs.id, logs.timestamp, logs.ip, logs.session_id, logs.api_key_id
        from audit_logs as logs
        where logs.user_id = arrived.user_id and logs.timestamp <= arrived.timestamp
          and logs.timestamp > arrived.timestamp - rule.period
          and logs.ip <> arrived.ip and logs.outcome = '0'
        order by logs.timestamp desc limit 1) as left_at`,
    judge: (finding, threshold, locate) => judgeMove(finding as Move, threshold, locate),
  },
];

function judgeMove(move: Move, threshold: number, locate: Locate): Finding | null {
  const [from, to] = [locate(move.from), locate(move.to)];
  if (from === null || to === null) return null;
  const ms = Math.max(LEAST_MS, move.lastSeenAt.getTime() - move.firstSeenAt.getTime());
  const km = distanceBetween(from, to);
  const observed = Math.round(km / (ms / HOUR_MS));
  return km >= LEAST_KM && observed > threshold ? { ...move, observed } : null;
}
