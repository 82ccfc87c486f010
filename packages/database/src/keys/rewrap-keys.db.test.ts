import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../create-client.ts';
import { makeSigningKey, readAuditKeys } from '../encryption/audit-keys.ts';
import {
  heldKey,
  requireKeyEncryptionKey,
  type KeyEncryptionKey,
} from '../encryption/key-encryption-key.ts';
import { openKeyRing } from '../encryption/key-ring.ts';
import {
  createSchemaDatabase,
  startKeyService,
  type SchemaDatabase,
  type TestKeyService,
} from '../testing/index.ts';
import { listKeys } from './list-keys.ts';
import { rewrapKeys, tryRewrapping } from './rewrap-keys.ts';
import { planRotation, rotateKey } from './rotate-key.ts';

const held = heldKey(randomBytes(32));

let database: SchemaDatabase;
let owner: pg.Client;
let service: TestKeyService;

beforeEach(async () => {
  [database, service] = await Promise.all([createSchemaDatabase(), startKeyService('one', 'two')]);
  for (const [name, value] of Object.entries(service.environment)) vi.stubEnv(name, value);
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([owner.end(), service.close()]);
  await database.drop();
});

const serviceKey = (id: string) =>
  requireKeyEncryptionKey({ ...service.environment, ENCRYPTION_KMS_KEY_ID: id });

const ringOf = (kek: KeyEncryptionKey) => openKeyRing(database.appUrl, kek, 0);

async function inTransaction<T>(work: () => Promise<T>): Promise<T> {
  await owner.query('begin');
  try {
    const result = await work();
    await owner.query('commit');
    return result;
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}

const rewrap = (from: KeyEncryptionKey, to: KeyEncryptionKey) =>
  inTransaction(() => rewrapKeys(owner, { from, to }));

const rotate = async (kek: KeyEncryptionKey) => {
  const plan = await planRotation(owner, { alias: 'data', reason: 'REQUESTED' });
  await inTransaction(() => rotateKey(owner, kek, { plan, reason: 'REQUESTED' }));
};

async function stored() {
  const { rows } = await owner.query<Record<string, unknown>>(
    'select * from encryption_keys order by alias, version',
  );
  return rows;
}

const keks = async () => (await listKeys(owner)).filter(({ purpose }) => purpose === 'KEK');

describe('wrapping keys anew', () => {
  it('changes what opens the keys, and no key: held, at a service, at another, held again', async () => {
    const before = await ringOf(held).load();
    await rotate(held);
    const signing = await makeSigningKey(owner, held);
    const last = heldKey(randomBytes(32));
    const stations = [held, serviceKey('one'), serviceKey('two'), last];
    for (const [at, to] of stations.slice(1).entries()) {
      const from = stations[at] ?? held;
      expect(await tryRewrapping(owner, { from, to })).toHaveLength(5);
      expect(await rewrap(from, to)).toHaveLength(5);
      const after = await ringOf(to).load();
      expect(after.dataVersions.get(1)?.key).toEqual(before.data.key);
      expect(after.data.version).toBe(2);
      expect(after.blindIndex).toEqual(before.blindIndex);
      expect((await readAuditKeys(owner, to)).signer?.id).toBe(signing.id);
      await expect(ringOf(from).load()).rejects.toMatchObject({
        code: 'DATABASE.ENCRYPTION_KEY_WRONG',
      });
    }
    expect(await keks()).toMatchObject([
      { version: 1, status: 'DEACTIVATED', successor: 2 },
      { version: 2, status: 'DEACTIVATED', successor: null },
    ]);
    await rotate(last);
    expect((await ringOf(last).load()).data.version).toBe(3);
  });

  it('names the key of the service at the keys that it wraps, first and later ones', async () => {
    const kek = serviceKey('one');
    await Promise.all([ringOf(kek).load(), ringOf(kek).load(), ringOf(kek).load()]);
    await rotate(kek);
    await makeSigningKey(owner, kek);
    const rows = await stored();
    const named = rows.find(({ purpose }) => purpose === 'KEK');
    expect(named).toMatchObject({ external_ref: 'one', wrapped_key: null, status: 'ACTIVE' });
    const others = rows.filter((row) => row !== named);
    expect(others).toHaveLength(5);
    expect(new Set(others.map((row) => row['kek_id']))).toEqual(new Set([named?.['id']]));
  });

  it('leaves everything as it was where a key does not open, or the service fails', async () => {
    await ringOf(held).load();
    const before = await stored();
    await expect(rewrap(heldKey(randomBytes(32)), serviceKey('one'))).rejects.toMatchObject({
      code: 'DATABASE.ENCRYPTION_KEY_WRONG',
    });
    await expect(rewrap(held, serviceKey('three'))).rejects.toMatchObject({
      code: 'DATABASE.KEY_SERVICE_UNAVAILABLE',
    });
    expect(await stored()).toEqual(before);
    await tryRewrapping(owner, { from: held, to: serviceKey('one') });
    expect(await stored()).toEqual(before);
  });

  it('proves what was stored before it is committed', async () => {
    await ringOf(held).load();
    const before = await stored();
    const to = heldKey(randomBytes(32));
    const forgetful = { ...to, wrap: () => to.wrap(randomBytes(32), { alias: 'x', version: 1 }) };
    await expect(rewrap(held, forgetful)).rejects.toThrow('another key than it is');
    expect(await stored()).toEqual(before);
  });

  it('lets one of two win, and a process that runs go on through it and an outage', async () => {
    const kek = serviceKey('one');
    const db = createClient({ url: database.appUrl, encryptionKey: kek });
    const ring = ringOf(kek);
    const rival = new pg.Client({ connectionString: database.url });
    await rival.connect();
    try {
      await ring.load();
      const asked = service.calls.length;
      await ring.load();
      expect(service.calls).toHaveLength(asked);
      await inTransaction(async () => {
        await rewrapKeys(owner, { from: kek, to: held });
        await expect(rewrapKeys(rival, { from: kek, to: held })).rejects.toMatchObject({
          code: 'DATABASE.KEYS_BUSY',
        });
      });
      service.mode = 'down';
      expect((await ring.reserve(1)).data.version).toBe(1);
      await expect(db.$codec.ready()).rejects.toMatchObject({
        code: 'DATABASE.KEY_SERVICE_UNAVAILABLE',
      });
    } finally {
      await Promise.all([rival.end(), db.$disconnect()]);
    }
  });
});
