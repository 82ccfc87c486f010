/** @module-tag slow */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addPerson } from '../add-person.ts';
import { KEYS, runMigrator } from '../run-migrator.ts';

let database: SchemaDatabase;
let db: Database;
let blocker: Database;
let folder: string;

beforeAll(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 2, encryptionKey: KEYS.encryption });
  blocker = createClient({ url: database.url, maxConnections: 1 });
  folder = mkdtempSync(path.join(os.tmpdir(), 'retention-'));
});

afterAll(async () => {
  await db.$disconnect();
  await blocker.$disconnect();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

it('keeps from its moment on what a hold covers that is placed during a run', async () => {
  const officer = await addPerson(db, 'officer@example.org', 'OWNER');
  await db.$executeRawUnsafe(
    `insert into training_records (id, user_id, kind, course, version, assigned_at, completed_at, created_at, updated_at)
     select gen_random_uuid(), $1::uuid, 'TRAINING', 'course ' || n, '1', t, t, t, t
     from generate_series(1, 50) n, lateral (select now() - interval '7 years' as t) as times`,
    officer,
  );
  const args = ['retention', 'run', '--approved-by', officer, '--dir', folder, '--json'];
  let running: ReturnType<typeof runMigrator> | undefined;
  let placing: Promise<unknown> | undefined;
  await blocker.$transaction(
    async (tx) => {
      // In the third of five batches.
      await tx.$queryRaw`select id from training_records
        where id = (select id from training_records order by id offset 25 limit 1) for update`;
      running = runMigrator(database, [...args, '--batch', '10']);
      const waits = (event: string) =>
        expect
          .poll(
            () =>
              db.$queryRaw`select from pg_stat_activity where datname = current_database()
                and wait_event_type = 'Lock' and wait_event = ${event}`,
            { timeout: 60_000, interval: 20 },
          )
          .not.toEqual([]);
      await waits('transactionid');
      const hold = { name: 'h', matter: 'm', scopeType: 'User', scopeId: officer };
      placing = db.legalHold.create({ data: { ...hold, placedById: officer } });
      placing.catch(() => undefined);
      await waits('relation');
    },
    { timeout: 120_000 },
  );
  await placing;
  const { code, stdout } = (await running) ?? { code: -1, stdout: '' };
  expect(code).toBe(0);
  const { policies } = JSON.parse(stdout) as {
    policies: { policy: string; archived: number; heldBack: number }[];
  };
  expect(policies.find(({ policy }) => policy === 'COMPLIANCE_DOCUMENTS')).toMatchObject({
    ...{ archived: 30, heldBack: 20 },
  });
  expect(await db.trainingRecord.count()).toBe(20);
});
