import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../create-client.ts';
import { createSchemaDatabase, type SchemaDatabase } from '../testing/index.ts';
import { heldKey } from './key-encryption-key.ts';
import { openKeyRing } from './key-ring.ts';

const encryptionKey = randomBytes(32);

let database: SchemaDatabase;
let owner: pg.Client;

beforeEach(async () => {
  database = await createSchemaDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});

afterEach(async () => {
  await owner.end();
  await database.drop();
});

async function keyRows() {
  const { rows } = await owner.query<{ alias: string; uses: number }>(
    'select alias, uses_reserved::float as uses from encryption_keys order by alias, version',
  );
  return rows;
}

async function rotate() {
  await owner.query(
    `update encryption_keys set status = 'DEACTIVATED' where alias = 'data';
     insert into encryption_keys
       (id, alias, version, purpose, algorithm, status, wrapped_key, activated_at, updated_at)
     select gen_random_uuid(), alias, 2, purpose, algorithm, 'ACTIVE', wrapped_key, now(), now()
     from encryption_keys where alias = 'data'`,
  );
}

describe('the key ring', () => {
  it('makes the keys once, whoever is first', async () => {
    const rings = Array.from({ length: 8 }, () =>
      openKeyRing(database.appUrl, heldKey(encryptionKey)),
    );
    const loaded = await Promise.all(rings.map((ring) => ring.load()));
    expect(await keyRows()).toHaveLength(3);
    expect(new Set(loaded.map(({ data }) => Buffer.from(data.key).toString('hex'))).size).toBe(1);
    expect(
      new Set(loaded.map(({ blindIndex }) => Buffer.from(blindIndex).toString('hex'))).size,
    ).toBe(1);
  });

  it('refuses another ENCRYPTION_KEY, and writes nothing', async () => {
    await openKeyRing(database.appUrl, heldKey(encryptionKey)).load();
    await owner.query(
      `alter table encryption_keys disable trigger user;
       delete from encryption_keys where alias = 'audit-mac';
       alter table encryption_keys enable trigger user`,
    );
    const before = await keyRows();
    const other = createClient({
      url: database.appUrl,
      encryptionKey: randomBytes(32).toString('base64'),
    });
    try {
      const wrong = { code: 'DATABASE.ENCRYPTION_KEY_WRONG' };
      await expect(other.$codec.ready()).rejects.toMatchObject(wrong);
      const write = other.user.create({ data: { email: 'a@example.org', phoneCiphertext: '1' } });
      await expect(write).rejects.toMatchObject(wrong);
      expect(await owner.query('select from users')).toMatchObject({ rowCount: 0 });
      expect(await keyRows()).toEqual(before);
    } finally {
      await other.$disconnect();
    }
  });

  it('refuses encrypted fields without a key, and leaves the rest alone', async () => {
    const db = createClient({ url: database.appUrl });
    try {
      expect(await db.role.count()).toBe(4);
      const user = await db.user.create({ data: { email: 'b@example.org' } });
      const write = db.user.update({ where: { id: user.id }, data: { phoneCiphertext: '1' } });
      await expect(write).rejects.toMatchObject({ code: 'DATABASE.ENCRYPTION_KEY_MISSING' });
    } finally {
      await db.$disconnect();
    }
  });

  it('counts the uses of the data key, and stops at the limit', async () => {
    const ring = openKeyRing(database.appUrl, heldKey(encryptionKey));
    await Promise.all(Array.from({ length: 50 }, () => ring.reserve(100)));
    const uses = (await keyRows()).find(({ alias }) => alias === 'data')?.uses;
    expect(uses).toBe(2 ** 14);
    await owner.query(`update encryption_keys set uses_reserved = 4294967296 where alias = 'data'`);
    await expect(ring.reserve(2 ** 20)).rejects.toMatchObject({
      code: 'DATABASE.ENCRYPTION_KEY_EXHAUSTED',
    });
  });

  it('takes up a new version in the middle of a block, once it asks again', async () => {
    const [rare, eager] = [
      openKeyRing(database.appUrl, heldKey(encryptionKey)),
      openKeyRing(database.appUrl, heldKey(encryptionKey), 0),
    ];
    await Promise.all([rare.reserve(1), eager.reserve(1)]);
    await rotate();
    const taken = await Promise.all(Array.from({ length: 20 }, () => eager.reserve(1)));
    expect(new Set(taken.map(({ data }) => data.version))).toEqual(new Set([2]));
    expect((await rare.reserve(1)).data.version).toBe(1);
    const { rows } = await owner.query<{ uses: number }>(
      `select uses_reserved::float as uses from encryption_keys where alias = 'data' and version = 2`,
    );
    expect(rows).toEqual([{ uses: 2 ** 15 }]);
  });

  it('encrypts inside a transaction that holds the only connection of the pool', async () => {
    const db = createClient({
      url: database.appUrl,
      maxConnections: 1,
      encryptionKey: encryptionKey.toString('hex'),
    });
    try {
      const user = await db.$transaction((tx) =>
        tx.user.create({ data: { email: 'c@example.org', phoneCiphertext: '+1' } }),
      );
      expect(user.phoneCiphertext).toBe('+1');
    } finally {
      await db.$disconnect();
    }
  });

  it('reads values that a later key wrote', async () => {
    const url = database.appUrl;
    const hex = encryptionKey.toString('hex');
    const [reader, writer] = [
      createClient({ url, encryptionKey: hex }),
      createClient({ url, encryptionKey: hex }),
    ];
    try {
      await reader.$codec.ready();
      await rotate();
      const { id } = await writer.user.create({
        data: { email: 'd@example.org', phoneCiphertext: '+2' },
      });
      expect(await reader.user.findUnique({ where: { id } })).toMatchObject({
        phoneCiphertext: '+2',
      });
    } finally {
      await Promise.all([reader.$disconnect(), writer.$disconnect()]);
    }
  });
});
