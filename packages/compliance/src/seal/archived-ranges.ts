import { shardRangesSchema } from '../audit.schema.ts';
import type { Session } from '../command/package-command.ts';
import type { Checkpoint } from './checkpoint.ts';

/** The rows of the trail that left the database as archives. */
export interface ArchivedRanges {
  /** Whether rows of a segment have left: its tree cannot be made any more. */
  covers(checkpoint: Checkpoint): boolean;
}

/** Reads which rows the months hold that were detached. */
export async function readArchivedRanges(session: Session): Promise<ArchivedRanges> {
  const { rows } = await session.query<{ ranges: unknown }>(
    `select shard_ranges as ranges from audit_log_archives where detached_at is not null`,
  );
  const ranges = rows.flatMap(({ ranges: read }) => shardRangesSchema.parse(read));
  return {
    covers: ({ shard, firstSeq, headSeq }) =>
      ranges.some(
        (range) =>
          range.shard === shard &&
          BigInt(range.firstSeq) <= BigInt(headSeq) &&
          BigInt(range.lastSeq) >= BigInt(firstSeq),
      ),
  };
}
