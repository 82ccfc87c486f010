import { randomBytes } from 'node:crypto';
import {
  createClient,
  findKeyEncryptionKey,
  planRotation,
  requireKeyEncryptionKey,
  rotateKey,
  type Database,
} from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openTrail } from './open-trail.ts';

let database: SchemaDatabase;
let db: Database;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1 });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await db.$disconnect();
  await database.drop();
});

const sessionOf = (client: Pick<Database, '$queryRawUnsafe'>) => ({
  query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => ({
    rows: await client.$queryRawUnsafe<Row[]>(sql, ...values),
  }),
});

const open = () => openTrail({ session: sessionOf(db), url: database.url }, null);

const event = { eventType: 'KEY_OPERATION', action: 'U', outcome: 'SUCCESS' } as const;

async function versions() {
  const rows = await db.auditLog.findMany({
    orderBy: { seq: 'asc' },
    select: { keyVersion: true },
  });
  return rows.map(({ keyVersion }) => keyVersion);
}

async function rotate() {
  const order = { alias: 'audit-mac', reason: 'COMPROMISE' } as const;
  const plan = await planRotation(sessionOf(db), order);
  const kek = requireKeyEncryptionKey(process.env);
  await db.$transaction((tx) => rotateKey(sessionOf(tx), kek, { ...order, plan }));
}

it('takes up a key that was rotated, however long it goes on, within a minute', async () => {
  vi.stubEnv('ENCRYPTION_KEY', randomBytes(32).toString('hex'));
  const trail = await open();
  await trail.record(event);
  await rotate();
  await trail.record(event, event);
  const now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now + 60_001);
  await trail.record(event);
  expect(await versions()).toEqual([1, 1, 1, 2]);
});

it('needs the key-encryption key of the database, and writes nothing without', async () => {
  vi.stubEnv('ENCRYPTION_KEY', '');
  expect(findKeyEncryptionKey(process.env)).toBeUndefined();
  await expect(open()).rejects.toMatchObject({ code: 'DATABASE.ENCRYPTION_KEY_MISSING' });
  vi.stubEnv('ENCRYPTION_KEY', randomBytes(32).toString('hex'));
  await open();
  vi.stubEnv('ENCRYPTION_KEY', randomBytes(32).toString('hex'));
  await expect(open()).rejects.toMatchObject({ code: 'DATABASE.ENCRYPTION_KEY_WRONG' });
  expect(await versions()).toEqual([]);
});
