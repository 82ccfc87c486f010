import { randomUUID } from 'node:crypto';
import { anonymous, withActor, type Database } from '@holovitals/database';
import { createAuditSink } from '../src/index.ts';

/** A month of the audit log that a test made. */
export interface TestMonth {
  readonly partition: string;
  readonly table: string;
  readonly start: Date;
}

/** The first day of the month that is so many months before this one. */
export function monthBefore(months: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1));
}

/** Makes the partition of a month. */
export async function makeMonth(db: Database, start: Date): Promise<TestMonth> {
  const day = start.toISOString().slice(0, 10);
  await db.$queryRawUnsafe(`select made from ensure_audit_partitions('${day}', 1) as it (made)`);
  const partition = `audit_logs_${day.slice(0, 7).replace('-', '_')}`;
  return { partition, table: `audit_partitions.${partition}`, start };
}

/** Adds rows over the whole month, of 4 shards, with texts that COPY must escape. */
export async function addAuditRows(db: Database, { start }: TestMonth, rows: number) {
  const [patientId, userId] = [randomUUID(), randomUUID()];
  await db.$executeRawUnsafe(
    `insert into audit_logs (id, shard, "timestamp", event_type, action, outcome, user_id, patient_id,
       reason, ip, changed_fields, hash, key_version)
     select gen_random_uuid(), n % 4, $1::timestamptz + n * interval '28 days' / $2::int, 'PHI_READ', 'R', '0',
       $3::uuid, $4::uuid, case when n % 3 = 0 then E'a\\tb\\nc\\\\d "é\u2028' end, '2001:db8::1',
       array['a,b', 'c"d'], sha256(n::text::bytea), 1
     from generate_series(1, $2::int) as n`,
    ...[start, rows, userId, patientId],
  );
  return { patientId, userId };
}

/** Writes rows as the platform does: with their keyed hashes, spread over the shards. */
export async function writeTrail(
  db: Database,
  rows: number,
  beforeCommit?: () => Promise<void>,
): Promise<void> {
  const facts = { ip: '2001:db8:0::1', userAgent: 'Mozilla "5"', requestId: 'r-1', source: 'test' };
  const actor = { ...anonymous(facts), userId: randomUUID(), organizationId: randomUUID() };
  const audit = createAuditSink(db.$codec);
  await withActor(db, actor, async (tx) => {
    await audit(
      tx,
      actor,
      Array.from({ length: rows }, (_, n) => ({
        eventType: 'PHI_UPDATE',
        action: 'U',
        outcome: n % 2 === 0 ? 'SUCCESS' : 'MINOR_FAILURE',
        patientId: randomUUID(),
        resourceType: 'Patient',
        resourceId: String(n),
        resourceVersion: 2,
        previousVersion: 1,
        reason: `a\tb\n"é\u2028 ${n}`,
        queryHash: Buffer.alloc(32, n),
        changedFields: ['a,b', 'c"d', ''],
      })),
    );
    await beforeCommit?.();
  });
}
