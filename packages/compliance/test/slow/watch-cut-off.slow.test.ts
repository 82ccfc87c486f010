/** @module-tag slow */
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { killWhileBlocked } from '../kill-while-blocked.ts';
import { KEYS, runMigrator } from '../run-migrator.ts';
import { openWard, type Ward } from '../suspicions.ts';

let database: SchemaDatabase;
let db: Database;
let blocker: Database;
let ward: Ward;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 3, encryptionKey: KEYS.encryption });
  blocker = createClient({ url: database.url, maxConnections: 1 });
  ward = await openWard(db);
});

afterEach(async () => {
  await db.$disconnect();
  await blocker.$disconnect();
  await database.drop();
});

async function watch() {
  const { code, stdout, stderr } = await runMigrator(database, ['audit', 'watch', '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as { rows: number; raised: number; repeated: number };
}

/** Somebody opens a restricted chart without any part in the care: two alerts. */
async function snoop(): Promise<string> {
  const [by, patientId] = [await ward.person(), await ward.patient({ confidentiality: 'V' })];
  await ward.act({ at: new Date(), by, patientId, resourceType: 'Patient', resourceId: patientId });
  return by;
}

it('killed between its alerts and its place, it raises each once and none is lost', async () => {
  await snoop();
  for (let kill = 0; kill < 3; kill += 1) {
    await killWhileBlocked(
      database,
      { watcher: db, blocker },
      // The place is the one row of the trail that watching writes, after the alerts.
      { lock: 'lock table audit_logs in share mode', args: ['audit', 'watch'] },
    );
    expect(await db.securityAlert.count()).toBe(0);
    await snoop();
  }
  expect(await watch()).toEqual({ rows: 4, raised: 8, repeated: 0 });
  expect(await watch()).toEqual({ rows: 0, raised: 0, repeated: 0 });
  const alerts = await db.securityAlert.findMany();
  expect(alerts.map(({ count }) => count)).toEqual(Array.from({ length: 8 }, () => 1));
});

it('does not pass by what was begun earlier and committed later', async () => {
  const late = await ward.person();
  const patientId = await ward.patient({ confidentiality: 'R' });
  let running: ReturnType<typeof watch> | undefined;
  await blocker.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(
        `insert into audit_logs (id, shard, timestamp, event_type, action, outcome, user_id, organization_id,
           patient_id, resource_type, resource_id, hash, key_version)
         values (gen_random_uuid(), 3, now(), 'PHI_READ', 'R', '0', $1::uuid, $2::uuid, $3::uuid, 'Patient', $3,
           sha256('late'), 1)`,
        ...[late, ward.organizationId, patientId],
      );
      const early = await snoop();
      running = watch();
      // It waits for this transaction, which has the lower number.
      await expect
        .poll(
          () =>
            db.$queryRaw`select from pg_stat_activity
              where application_name = 'migrator' and datname = current_database() and query like '%pg_locks%'`,
          { timeout: 60_000, interval: 20 },
        )
        .not.toEqual([]);
      expect(await db.securityAlert.count({ where: { userId: early } })).toBe(0);
    },
    { timeout: 120_000 },
  );
  expect(await running).toMatchObject({ rows: 2, raised: 4 });
  expect(await db.securityAlert.count({ where: { userId: late } })).toBe(2);
});
