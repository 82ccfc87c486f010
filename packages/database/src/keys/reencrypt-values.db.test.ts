import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type Database } from '../create-client.ts';
import { manifestModels } from '../manifest-models.ts';
import { heldKey } from '../encryption/key-encryption-key.ts';
import { createSchemaDatabase, type SchemaDatabase } from '../testing/index.ts';
import { countValues } from './count-values.ts';
import type { KeyWork } from './key-session.ts';
import { reencryptValues } from './reencrypt-values.ts';
import { planRotation, rotateKey } from './rotate-key.ts';
import { verifyValues } from './verify-values.ts';

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

/** Work of this session; `then` is called when a portion was written. */
function work(then: () => Promise<void> = () => Promise.resolve()): KeyWork {
  return {
    session: owner,
    progress: () => undefined,
    async inTransaction(_, inside) {
      await owner.query('begin');
      try {
        const result = await inside();
        await owner.query('commit');
        await then();
        return result;
      } catch (error) {
        await owner.query('rollback');
        throw error;
      }
    },
  };
}

async function addUsers(count: number): Promise<string[]> {
  const data = Array.from({ length: count }, (_, at) => ({
    email: `person${at}@example.org`,
    phoneCiphertext: `+49 ${at}`,
  }));
  await db.user.createMany({ data });
  const users = await db.user.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
  return users.map(({ id }) => id);
}

async function rotate() {
  const plan = await planRotation(owner, { alias: 'data', reason: 'REQUESTED' });
  await work().inTransaction('', () =>
    rotateKey(owner, encryptionKey, { plan, reason: 'REQUESTED' }),
  );
  await db.$disconnect();
  db = newClient();
}

const reencrypt = (batch = 7, then?: () => Promise<void>, table: string | null = null) =>
  reencryptValues(work(then), encryptionKey, { table, batch });
const verify = () => verifyValues(work(), encryptionKey, null);
const resource = (fhirId: string, content: Uint8Array<ArrayBuffer>) => ({
  ...{ resourceType: 'Observation', fhirId, versionNo: 1 },
  ...{ contentCiphertext: content, contentHash: new Uint8Array(32) },
});
const place = { table: 'users', column: 'phone_ciphertext' };

async function progressOf(version: number) {
  const { rows } = await owner.query<{
    progress: unknown;
    verified: Date | null;
    failures: number;
  }>(
    `select rewrap_progress as progress, rewrap_verified_at as verified, rewrap_failures as failures
     from encryption_keys where alias = 'data' and version = $1`,
    [version],
  );
  return rows[0];
}

describe('encrypting values anew', () => {
  it('brings every value under the active version, and none twice', async () => {
    await addUsers(20);
    await rotate();
    const done = await reencrypt();
    expect(done.version).toBe(2);
    expect(done.tables.filter(({ values }) => values > 0)).toEqual([
      { table: 'users', values: 20, left: 0, failures: 0, firstFailure: null },
    ]);
    expect(await countValues(owner)).toEqual([{ ...place, version: 2, values: 20 }]);
    const phones = await db.user.findMany({ select: { email: true, phoneCiphertext: true } });
    for (const { email, phoneCiphertext } of phones) {
      expect(phoneCiphertext).toBe(`+49 ${email.match(/\d+/)?.[0]}`);
    }
    expect(await progressOf(1)).toMatchObject({
      progress: { users: { cursor: null, done: 20, total: 20 } },
      verified: expect.any(Date) as Date,
    });
    const again = await reencrypt();
    expect(again.tables.every(({ values, left }) => values === 0 && left === 0)).toBe(true);
  });

  it('goes on where it was cut off', async () => {
    await addUsers(20);
    await rotate();
    const cut = new Error('cut off');
    let portions = 0;
    const stop = () => ((portions += 1) === 2 ? Promise.reject(cut) : Promise.resolve());
    await expect(reencrypt(7, stop)).rejects.toBe(cut);
    expect(await progressOf(1)).toMatchObject({ progress: { users: { done: 14, total: 20 } } });
    expect((await verify()).opened).toEqual([
      { ...place, version: 2, values: 14 },
      { ...place, version: 1, values: 6 },
    ]);
    const rest = await reencrypt();
    expect(rest.tables).toContainEqual(
      expect.objectContaining({ table: 'users', values: 6, left: 0 }),
    );
    expect(await progressOf(1)).toMatchObject({ progress: { users: { done: 20, total: 20 } } });
  });

  it('never takes back what is written meanwhile', async () => {
    const ids = await addUsers(40);
    // It has read the keys: what it writes is under the old version, as by a process that did not ask yet.
    const late = newClient();
    await late.$codec.ready();
    await rotate();
    const written = new Map<string, string>();
    let portion = 0;
    const writeOn = async () => {
      portion += 1;
      if (portion > 8) return;
      for (const [at, id] of ids.entries()) {
        if (at % 3 !== portion % 3) continue;
        const phoneCiphertext = `written in ${portion}`;
        await (at % 2 === 0 ? late : db).user.update({ where: { id }, data: { phoneCiphertext } });
        written.set(id, phoneCiphertext);
      }
    };
    await reencrypt(7, writeOn);
    await late.$disconnect();
    expect(written.size).toBe(40);
    const found = await db.user.findMany({ select: { id: true, phoneCiphertext: true } });
    expect(new Map(found.map(({ id, phoneCiphertext }) => [id, phoneCiphertext]))).toEqual(written);
    expect(await verify()).toMatchObject({
      opened: [{ ...place, version: 2, values: 40 }],
      failures: 0,
    });
  });

  it('waits for nobody: a row that is being changed is passed by, and told', async () => {
    const [first] = await addUsers(10);
    await rotate();
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query(`update users set email = email where id = $1`, [first]);
      expect((await reencrypt()).tables).toContainEqual(
        expect.objectContaining({ table: 'users', values: 9, left: 1 }),
      );
      await holder.query('commit');
    } finally {
      await holder.end();
    }
    expect((await reencrypt()).tables).toContainEqual(
      expect.objectContaining({ table: 'users', values: 1, left: 0 }),
    );
  });

  it('leaves what does not open, names it, and goes on', async () => {
    const [first, second] = await addUsers(10);
    await owner.query(`update users set phone_ciphertext = 'plain' where id = $1`, [first]);
    await owner.query(
      `update users set phone_ciphertext = (select phone_ciphertext from users where id = $2)
       where id = $1`,
      [second, (await db.user.findFirst({ orderBy: { id: 'desc' } }))?.id],
    );
    await rotate();
    expect((await reencrypt()).tables).toContainEqual({
      ...{ table: 'users', values: 8, left: 2, failures: 2 },
      firstFailure: { column: 'phone_ciphertext', row: first },
    });
    expect(await progressOf(1)).toMatchObject({ failures: 2, verified: null });
    expect(await verify()).toMatchObject({
      failures: 2,
      firstFailure: { ...place, row: first, version: 0 },
    });
  });

  it('lets a row name the key that its values are under', async () => {
    const [userId = ''] = await addUsers(1);
    const keyOf = async () =>
      (await db.encryptionKey.findFirst({ where: { alias: 'data', status: 'ACTIVE' } }))?.id ??
      null;
    const first = await keyOf();
    const data = { userId, method: 'TOTP', secretCiphertext: 'secret', keyId: first } as const;
    const { id } = await db.user2FA.create({ data, select: { id: true } });
    await rotate();
    await reencrypt();
    const factor = await db.user2FA.findUnique({
      where: { id },
      select: { keyId: true, secretCiphertext: true },
    });
    expect(factor).toEqual({ keyId: await keyOf(), secretCiphertext: 'secret' });
    expect(factor?.keyId).not.toBe(first);
  });

  it('takes names and bytes along, which are found as before', async () => {
    const content = randomBytes(3 * 2 ** 20);
    const configuration = { provider: 'EPIC', fhirBaseUrl: 'https://fhir.example/r4' } as const;
    const patient = { create: { family: "O'Néill", given: 'Zoë', mrn: 'A-1' } };
    const connection = {
      create: { provider: 'EPIC', patient, configuration: { create: configuration } },
    } as const;
    const { connectionId } = await db.fHIRResource.create({
      data: { ...resource('o-0', content), connection },
      select: { connectionId: true },
    });
    for (let at = 1; at < 8; at += 1) {
      await db.fHIRResource.create({ data: { ...resource(`o-${at}`, content), connectionId } });
    }
    await rotate();
    await reencrypt(1000);
    expect((await countValues(owner)).every(({ version }) => version === 2)).toBe(true);
    const read = await db.fHIRResource.findFirst({ where: { fhirId: 'o-7' } });
    expect(Buffer.from(read?.contentCiphertext ?? []).equals(content)).toBe(true);
    expect(await db.patient.count({ where: { family: 'o’neill', mrn: 'a 1' } })).toBe(1);
  });

  it('is one at a time, and refuses a table that holds no ciphertext', async () => {
    await addUsers(1);
    await rotate();
    const rival = new pg.Client({ connectionString: database.url });
    await rival.connect();
    const second = () =>
      reencryptValues({ ...work(), session: rival }, encryptionKey, { table: null, batch: 1 });
    try {
      await reencrypt(1, () =>
        expect(second()).rejects.toMatchObject({ code: 'DATABASE.REENCRYPTION_RUNNING' }),
      );
    } finally {
      await rival.end();
    }
    await expect(reencrypt(1, undefined, 'roles')).rejects.toMatchObject({
      code: 'DATABASE.TABLE_UNENCRYPTED',
    });
  });

  it('meets no table whose rows are only added', () => {
    const both = [...manifestModels().values()].filter(
      ({ immutable, fields }) => immutable && fields.some(({ encrypted }) => encrypted),
    );
    expect(both).toEqual([]);
  });
});
