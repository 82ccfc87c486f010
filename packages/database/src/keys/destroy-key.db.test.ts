import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type Database } from '../create-client.ts';
import { heldKey } from '../encryption/key-encryption-key.ts';
import { createSchemaDatabase, type SchemaDatabase } from '../testing/index.ts';
import { destroyKey, planDestruction, rewriteKeyTable } from './destroy-key.ts';
import { reencryptValues } from './reencrypt-values.ts';
import { planRotation, rotateKey } from './rotate-key.ts';
import type { KeyWork } from './key-session.ts';

/** Tests beside this one hold transactions of their own. */
const PATIENCE_MS = 20_000;
const encryptionKey = heldKey(randomBytes(32));

let database: SchemaDatabase;
let owner: pg.Client;
let db: Database;

beforeEach(async () => {
  database = await createSchemaDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  db = newClient();
});

afterEach(async () => {
  await db.$disconnect();
  await owner.end();
  await database.drop();
});

const newClient = () => createClient({ url: database.url, maxConnections: 2, encryptionKey });
const work = (): KeyWork => ({ session: owner, progress: () => undefined, inTransaction });

async function inTransaction<T>(_: string, inside: () => Promise<T>): Promise<T> {
  await owner.query('begin');
  try {
    const result = await inside();
    await owner.query('commit');
    return result;
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}

const addUser = (email: string) =>
  db.user.create({ data: { email, phoneCiphertext: '+1' }, select: { id: true } });

async function rotate() {
  const plan = await planRotation(owner, { alias: 'data', reason: 'REQUESTED' });
  await inTransaction('', () => rotateKey(owner, encryptionKey, { plan, reason: 'REQUESTED' }));
  await db.$disconnect();
  db = newClient();
}

/** As if the rotation had been an hour ago. */
const later = () =>
  owner.query(`update encryption_keys set activated_at = activated_at - interval '1 hour'`);

async function destroy(version: number, mayLose = false) {
  const plan = await planDestruction(work(), version);
  await inTransaction('', () => destroyKey(owner, { plan, mayLose, reason: 'over' }));
}

describe('destroying a key', () => {
  it('takes the material away, also out of the file, and leaves the rest readable', async () => {
    const { id } = await addUser('a@example.org');
    const { rows } = await owner.query<{ wrapped: Buffer }>(
      `select wrapped_key as wrapped from encryption_keys where alias = 'data'`,
    );
    await rotate();
    await reencryptValues(work(), encryptionKey, { table: null, batch: 100 });
    await later();
    await destroy(1);
    expect(await rewriteKeyTable(owner, PATIENCE_MS)).toBe(true);
    const { rows: left } = await owner.query<{ status: string; wrapped: Buffer | null }>(
      `select status, wrapped_key as wrapped, destroy_reason as reason from encryption_keys
       where alias = 'data' order by version`,
    );
    expect(left).toMatchObject([
      { status: 'DESTROYED', wrapped: null, reason: 'over' },
      { status: 'ACTIVE', wrapped: expect.any(Buffer) as Buffer },
    ]);
    expect(await isInFile(rows[0]?.wrapped)).toBe(false);
    expect(await isInFile(left[1]?.wrapped ?? undefined)).toBe(true);
    expect(await db.user.findUnique({ where: { id } })).toMatchObject({ phoneCiphertext: '+1' });
  });

  it.each([
    { at: 'here', holder: 'begin isolation level repeatable read; select 1', end: 'commit' },
    { at: 'here', holder: 'begin; select pg_current_xact_id()', end: 'rollback' },
    { at: 'elsewhere', holder: 'begin; select pg_current_xact_id()', end: 'rollback' },
  ])('says that the file may hold it while a transaction is open $at: $holder', async (row) => {
    await addUser('a@example.org');
    const { rows } = await owner.query<{ wrapped: Buffer }>(
      `select wrapped_key as wrapped from encryption_keys where alias = 'data'`,
    );
    await rotate();
    await reencryptValues(work(), encryptionKey, { table: null, batch: 100 });
    await later();
    const there = new URL(database.superuserUrl);
    there.pathname = '/postgres';
    const connectionString = row.at === 'here' ? database.appUrl : there.href;
    const reader = new pg.Client({ connectionString });
    await reader.connect();
    try {
      await reader.query(row.holder);
      await destroy(1);
      expect(await rewriteKeyTable(owner, 0)).toBe(false);
      expect(await isInFile(rows[0]?.wrapped)).toBe(true);
      await reader.query(row.end);
      expect(await rewriteKeyTable(owner, PATIENCE_MS)).toBe(true);
      expect(await isInFile(rows[0]?.wrapped)).toBe(false);
    } finally {
      await reader.end();
    }
  });

  it('refuses while values are under it, and shreds them where that is meant', async () => {
    const lost = await addUser('a@example.org');
    await rotate();
    const kept = await addUser('b@example.org');
    await later();
    await expect(destroy(1)).rejects.toMatchObject({
      code: 'DATABASE.KEY_IN_USE',
      details: { values: [{ table: 'users', column: 'phone_ciphertext', values: 1 }] },
    });
    await destroy(1, true);
    await db.$disconnect();
    db = newClient();
    const read = (id: string) => db.user.findUnique({ where: { id } });
    for (let time = 0; time < 2; time += 1) {
      await expect(read(lost.id)).rejects.toMatchObject({ code: 'DATABASE.CIPHERTEXT_REFUSED' });
    }
    expect(await read(kept.id)).toMatchObject({ phoneCiphertext: '+1' });
  });

  it('counts a row that names the key', async () => {
    const { id: userId } = await addUser('a@example.org');
    const [key] = await db.encryptionKey.findMany({
      where: { alias: 'data' },
      select: { id: true },
    });
    const data = { userId, method: 'EMAIL', keyId: key?.id ?? null } as const;
    await db.user2FA.create({ data, select: { id: true } });
    await db.user.update({ where: { id: userId }, data: { phoneCiphertext: null } });
    await rotate();
    await later();
    await expect(destroy(1)).rejects.toMatchObject({
      code: 'DATABASE.KEY_IN_USE',
      details: { values: [], references: [{ table: 'user_2fas', rows: 1 }] },
    });
  });

  it('refuses an active one, a destroyed one, one that is not there, and one just rotated', async () => {
    await addUser('a@example.org');
    const refused = (version: number, code: string) =>
      expect(destroy(version, true)).rejects.toMatchObject({ code });
    await refused(1, 'DATABASE.KEY_STATE_REFUSED');
    await refused(9, 'DATABASE.KEY_UNKNOWN');
    await rotate();
    await refused(1, 'DATABASE.KEY_STILL_WRITES');
    await later();
    await destroy(1, true);
    await refused(1, 'DATABASE.KEY_STATE_REFUSED');
  });

  it('waits for who still writes, and counts what they wrote', async () => {
    await addUser('a@example.org');
    await rotate();
    await reencryptValues(work(), encryptionKey, { table: null, batch: 100 });
    await later();
    const writer = new pg.Client({ connectionString: database.url });
    await writer.connect();
    try {
      await writer.query('begin');
      await writer.query(`update users set phone_ciphertext = 'hv1.1.AAAA'`);
      const refused = expect(destroy(1)).rejects.toMatchObject({ code: 'DATABASE.KEY_IN_USE' });
      await expect
        .poll(
          async () => {
            // A transaction sees of others what it saw first, unless told.
            await writer.query('select pg_stat_clear_snapshot()');
            return await writer.query(
              `select from pg_stat_activity where query like '%virtualtransaction%' and pid <> pg_backend_pid()`,
            );
          },
          { interval: 10 },
        )
        .toMatchObject({ rowCount: 1 });
      await writer.query('commit');
      await refused;
    } finally {
      await writer.end();
    }
  });
});

/** Whether bytes stand in the file of the table of keys, also in what was deleted of it. */
async function isInFile(bytes: Buffer | undefined): Promise<boolean> {
  const superuser = new pg.Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  try {
    await superuser.query('checkpoint');
    const { rows } = await superuser.query<{ at: number }>(
      `select position($1::bytea in pg_read_binary_file(pg_relation_filepath('encryption_keys'))) as at`,
      [bytes],
    );
    return (rows[0]?.at ?? 0) > 0;
  } finally {
    await superuser.end();
  }
}
