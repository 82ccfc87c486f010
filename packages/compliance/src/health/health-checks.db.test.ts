import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { healthChecks } from '../health-checks.ts';
import type { Session } from './health-check.ts';

const NOW = new Date();
const LATER = new Date(Date.UTC(NOW.getUTCFullYear() + 3, 0, 15));

let database: SchemaDatabase;
/** As the owner, as whom the migrator looks. */
let db: Database;
let session: Session;

beforeAll(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1 });
  session = {
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => ({
      rows: await db.$queryRawUnsafe<Row[]>(sql, ...values),
    }),
  };
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

async function look(now = NOW) {
  const found = [];
  for (const check of healthChecks) {
    for (const finding of await check.look(session, now)) {
      found.push({ name: check.name, ...finding });
    }
  }
  return found;
}

it('finds nothing in a database that was just made', async () => {
  expect(await look()).toEqual([]);
});

it('tells which months have no partition, and the statement that makes them', async () => {
  const [finding, ...more] = await look(LATER);
  const year = LATER.getUTCFullYear();
  // Nobody has done any upkeep for all these years.
  expect(more.map(({ name }) => name)).toEqual(['upkeep', 'upkeep', 'upkeep', 'upkeep']);
  expect(finding).toMatchObject({
    name: 'audit-months',
    severity: 'critical',
    what: `The audit log has no partition for ${year}-01, ${year}-02, ${year}-03.`,
  });
  const month = `${NOW.getUTCFullYear()}_${String(NOW.getUTCMonth() + 1).padStart(2, '0')}`;
  await db.$executeRawUnsafe(`drop table audit_partitions.audit_logs_${month}`);
  const [missing] = await look();
  expect(missing).toMatchObject({ name: 'audit-months', severity: 'critical' });
  await db.$queryRawUnsafe(`select made from (${missing?.sql?.[0] ?? ''}) as it (made)`);
  expect(await look()).toEqual([]);
});

it('is alarmed by a row in the default partition', async () => {
  await db.$executeRawUnsafe(
    `insert into audit_logs (id, "timestamp", event_type, action, outcome, agent_system, hash, key_version)
     values (gen_random_uuid(), $1::timestamptz, 'LOGIN', 'E', '0', 'test', decode(repeat('00', 32), 'hex'), 1)`,
    LATER,
  );
  expect(await look()).toMatchObject([
    {
      name: 'audit-default',
      severity: 'critical',
      what: `The default partition of the audit log holds rows of ${LATER.getUTCFullYear()}-01.`,
    },
  ]);
});

it('tells which reviews are overdue, and nothing of what they found', async () => {
  const review = { kind: 'SYSTEM_ACTIVITY', scope: 'canary', findings: ['canary'] };
  const [periodStart, periodEnd] = [new Date('2026-01-01'), new Date('2026-01-31')];
  const data = { ...review, periodStart, periodEnd };
  await db.accessReview.createMany({
    data: [
      { ...data, dueAt: new Date('2026-02-07') },
      { ...data, dueAt: new Date('2026-03-07') },
      { ...data, dueAt: new Date('2999-01-01') },
    ],
  });
  const found = (await look(new Date('2026-06-01'))).filter(({ name }) => name === 'reviews');
  expect(found).toMatchObject([
    {
      severity: 'warning',
      what: '2 review(s) of kind SYSTEM_ACTIVITY are overdue, the oldest since 2026-02-07.',
    },
  ]);
  expect(JSON.stringify(found)).not.toContain('canary');
});
