import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../create-client.ts';
import { makeSigningKey, readAuditKeys } from '../encryption/audit-keys.ts';
import { openKeyRing } from '../encryption/key-ring.ts';
import { heldKey } from '../encryption/key-encryption-key.ts';
import { createSchemaDatabase, type SchemaDatabase } from '../testing/index.ts';
import { countValues } from './count-values.ts';
import { listKeys } from './list-keys.ts';
import { planRotation, rotateKey, type RotationReason } from './rotate-key.ts';

const encryptionKey = heldKey(randomBytes(32));

let database: SchemaDatabase;
let owner: pg.Client;

beforeEach(async () => {
  database = await createSchemaDatabase();
  owner = await connect();
});

afterEach(async () => {
  await owner.end();
  await database.drop();
});

async function connect() {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return client;
}

const ringOf = () => openKeyRing(database.appUrl, encryptionKey, 0);

async function rotate(alias: string, reason: RotationReason = 'REQUESTED') {
  const plan = await planRotation(owner, { alias, reason });
  await owner.query('begin');
  const rotated = await rotateKey(owner, encryptionKey, { plan, reason }).catch(
    async (error: unknown) => {
      await owner.query('rollback');
      throw error;
    },
  );
  await owner.query('commit');
  return rotated;
}

describe('rotating a key', () => {
  it('lets the new version write and the old one read', async () => {
    const ring = ringOf();
    const before = await ring.load();
    await rotate('data');
    const after = await ring.load();
    expect(after.data.version).toBe(2);
    expect(after.dataVersions.get(1)?.key).toEqual(before.data.key);
    expect(after.dataVersions.get(2)?.key).not.toEqual(before.data.key);
    expect(after.blindIndex).toEqual(before.blindIndex);
    expect(await listKeys(owner)).toMatchObject([
      { alias: 'audit-mac', version: 1, status: 'ACTIVE' },
      { alias: 'blind-index', version: 1, status: 'ACTIVE' },
      { alias: 'data', version: 1, status: 'DEACTIVATED', successor: 2 },
      { alias: 'data', version: 2, status: 'ACTIVE', successor: null },
    ]);
  });

  it('marks the old version as compromised where that is the reason', async () => {
    await ringOf().load();
    await rotate('audit-mac', 'COMPROMISE');
    expect(await listKeys(owner)).toContainEqual(
      expect.objectContaining({ alias: 'audit-mac', version: 1, status: 'COMPROMISED' }),
    );
  });

  it('is heeded by a process that only reads the audit key', async () => {
    const ring = ringOf();
    const db = createClient({ url: database.appUrl, encryptionKey });
    try {
      await ring.load();
      await rotate('audit-mac');
      expect((await db.$codec.auditKey()).version).toBe(2);
      expect((await ring.load()).auditMac.version).toBe(2);
    } finally {
      await db.$disconnect();
    }
  });

  it('keeps every signing key, to verify what it signed', async () => {
    await ringOf().load();
    const first = await makeSigningKey(owner, encryptionKey);
    const { id } = await rotate('audit-signing');
    const { signers, signer } = await readAuditKeys(owner, encryptionKey);
    expect(signer?.id).toBe(id);
    expect([...signers.keys()]).toEqual([first.id, id]);
    const { rows } = await owner.query<{ spki: Buffer }>(
      'select public_key as spki from encryption_keys where id = $1',
      [id],
    );
    expect(rows[0]?.spki).toEqual(signer?.publicKey.export({ format: 'der', type: 'spki' }));
  });

  it('goes from a suspended version, and from one that reached its limit', async () => {
    await ringOf().load();
    await owner.query(
      `update encryption_keys set status = 'SUSPENDED', uses_reserved = 4294967296 where alias = 'data'`,
    );
    await expect(ringOf().reserve(1)).rejects.toMatchObject({
      code: 'DATABASE.ENCRYPTION_KEY_EXHAUSTED',
    });
    await rotate('data', 'USES_EXHAUSTED');
    expect((await ringOf().reserve(1)).data.version).toBe(2);
  });

  it.each([
    ['blind-index', 'DATABASE.KEY_NOT_ROTATABLE'],
    ['no-such-key', 'DATABASE.KEY_UNKNOWN'],
  ])('refuses %s', async (alias, code) => {
    await ringOf().load();
    await expect(rotate(alias)).rejects.toMatchObject({ code });
  });

  it('adds nothing under another ENCRYPTION_KEY', async () => {
    await ringOf().load();
    const plan = await planRotation(owner, { alias: 'data', reason: 'REQUESTED' });
    await owner.query('begin');
    const other = heldKey(randomBytes(32));
    await expect(rotateKey(owner, other, { plan, reason: 'REQUESTED' })).rejects.toMatchObject({
      code: 'DATABASE.ENCRYPTION_KEY_WRONG',
    });
    await owner.query('rollback');
    expect(await listKeys(owner)).toHaveLength(3);
  });

  it('lets one of two win that are at work at once, or planned the same', async () => {
    await ringOf().load();
    const rival = await connect();
    try {
      const plan = await planRotation(owner, { alias: 'data', reason: 'REQUESTED' });
      const order = { plan, reason: 'REQUESTED' } as const;
      await Promise.all([owner.query('begin'), rival.query('begin')]);
      await rotateKey(owner, encryptionKey, order);
      await expect(rotateKey(rival, encryptionKey, order)).rejects.toMatchObject({
        code: 'DATABASE.KEYS_BUSY',
      });
      await Promise.all([owner.query('commit'), rival.query('rollback')]);
      await rival.query('begin');
      await expect(rotateKey(rival, encryptionKey, order)).rejects.toMatchObject({
        code: 'DATABASE.KEY_ROTATED',
      });
    } finally {
      await rival.end();
    }
    expect((await listKeys(owner)).filter(({ alias }) => alias === 'data')).toHaveLength(2);
  });
});

describe('a suspended version', () => {
  it('opens nothing until it is active again', async () => {
    const ring = ringOf();
    await ring.load();
    await rotate('data');
    await owner.query(`alter table encryption_keys disable trigger encryption_keys_states`);
    const set = (status: string) =>
      owner.query(
        `update encryption_keys set status = $1::key_status where alias = 'data' and version = 1`,
        [status],
      );
    for (const status of ['SUSPENDED', 'PRE_ACTIVATION']) {
      await set(status);
      expect([...(await ring.load()).dataVersions.keys()]).toEqual([2]);
    }
    await set('DEACTIVATED');
    expect([...(await ring.load()).dataVersions.keys()]).toEqual([1, 2]);
  });
});

describe('counting values', () => {
  it('tells them by table, column and version, and what is no ciphertext by 0', async () => {
    const db = createClient({ url: database.url, encryptionKey });
    try {
      const phone = (email: string) =>
        db.user.create({ data: { email, phoneCiphertext: '+1' }, select: { id: true } });
      expect(await countValues(owner)).toEqual([]);
      await phone('a@example.org');
      await phone('b@example.org');
      await rotate('data');
      const later = createClient({ url: database.url, encryptionKey });
      await later.user.create({ data: { email: 'c@example.org', phoneCiphertext: '+2' } });
      await later.$disconnect();
      await db.user.create({ data: { email: 'd@example.org' } });
      const { id } = await phone('e@example.org');
      await owner.query(`update users set phone_ciphertext = 'plain' where id = $1`, [id]);
    } finally {
      await db.$disconnect();
    }
    const place = { table: 'users', column: 'phone_ciphertext' };
    expect(await countValues(owner)).toEqual([
      { ...place, version: 0, values: 1 },
      { ...place, version: 1, values: 2 },
      { ...place, version: 2, values: 1 },
    ]);
  });
});
