import type { Trail } from '../audit/open-trail.ts';
import type { Session } from '../command/package-command.ts';

/** How old a new row may be by the clock of who wrote it; it spares the months before. */
const LATE_MS = 86_400_000;

/** Rows of the trail, by number: behind `after`, up to `to`, none of them before `floor`. */
export interface Stretch {
  readonly after: bigint;
  readonly to: bigint;
  readonly floor: Date;
}

/** Up to where the detectors have looked. */
export type Place = Omit<Stretch, 'to'>;

/**
 * Finds up to where the trail was watched: a row of the trail itself tells, so that whoever moves it
 * leaves a trace, and only the owner can write one. Where there is none, it begins a day back.
 */
export async function readPlace(session: Session, head: bigint, now: Date): Promise<Place> {
  const { rows } = await session.query<{ place: string }>(
    `select resource_id as place from audit_logs
     where event_type = 'INTEGRITY_CHECK' and resource_type = 'SecurityAlert' and user_id is null
     order by timestamp desc, seq desc limit 1`,
  );
  const [after, floor] = rows[0]?.place.split('@') ?? [];
  if (after !== undefined && floor !== undefined) {
    return { after: BigInt(after), floor: new Date(floor) };
  }
  const dayBack = new Date(now.getTime() - LATE_MS);
  const { rows: firsts } = await session.query<{ before: string | null }>(
    `select (min(seq) - 1)::text as before from audit_logs where timestamp >= $1::timestamptz`,
    [dayBack.toISOString()],
  );
  return { after: BigInt(firsts[0]?.before ?? head), floor: dayBack };
}

/** What a stretch holds, and where the next one begins. */
export interface Looked {
  /** Rows, without those that tell of watching alone. */
  readonly rows: number;
  readonly next: Place;
}

/** Looks how much is new in a stretch. */
export async function lookAhead(
  session: Session,
  { after, to, floor }: Stretch,
  now: Date,
): Promise<Looked> {
  const { rows } = await session.query<{ rows: number; newest: Date | null }>(
    `select count(*)::int as rows, max(logs.timestamp) as newest
     from generate_series(0, 255) as shards (shard), lateral (
       select timestamp from audit_logs
       where audit_logs.shard = shards.shard and seq > $1::bigint and seq <= $2::bigint
         and timestamp >= $3::timestamptz
         and not (event_type = 'INTEGRITY_CHECK' and resource_type is not distinct from 'SecurityAlert'
           and user_id is null)) as logs`,
    [String(after), String(to), floor.toISOString()],
  );
  const newest = Math.min(rows[0]?.newest?.getTime() ?? 0, now.getTime()) - LATE_MS;
  const next = { after: to, floor: new Date(Math.max(floor.getTime(), newest)) };
  return { rows: rows[0]?.rows ?? 0, next };
}

/** Tells in the trail up to where it was watched. */
export async function writePlace(trail: Trail, { rows, next }: Looked, raised: number) {
  await trail.record({
    ...{ eventType: 'INTEGRITY_CHECK', action: 'E', outcome: 'SUCCESS' },
    ...{ resourceType: 'SecurityAlert', resourceId: `${next.after}@${next.floor.toISOString()}` },
    ...{ recordCount: rows, reason: `looked for suspicious acts: ${raised} alert(s) raised` },
  });
}
