import { CodedError } from '@holovitals/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, type Database } from '../create-client.ts';
import { createSchemaDatabase, type SchemaDatabase } from '../testing/index.ts';
import { anonymous, type Actor } from './actor.ts';
import { withActor, type Transaction } from './with-actor.ts';

const ALICE = '018f0000-0000-7000-8000-00000000000a';
const BOB = '018f0000-0000-7000-8000-00000000000b';
const nobody = anonymous({ ip: null, userAgent: null, requestId: null, source: 'test' });
const alice: Actor = {
  ...nobody,
  userId: ALICE,
  organizationId: BOB,
  mfa: true,
  stepUp: true,
  purposeOfUse: 'TREAT',
  ip: '10.1.2.3',
};

let database: SchemaDatabase;
/** One connection, so that every act shares it. */
let db: Database;

beforeAll(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.appUrl, maxConnections: 1 });
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

async function whoActs(tx: Transaction) {
  const [row] = await tx.$queryRaw<unknown[]>`
    select actor_user_id() as "userId", actor_api_key_id() as "apiKeyId",
           actor_organization_id() as "organizationId", actor_has_mfa() as mfa,
           actor_has_step_up() as "stepUp", actor_purpose_of_use() as "purposeOfUse",
           actor_ip()::text as ip`;
  return row;
}

const NOBODY = {
  userId: null,
  apiKeyId: null,
  organizationId: null,
  mfa: false,
  stepUp: false,
  purposeOfUse: null,
  ip: null,
};

describe('withActor', () => {
  it('sets the identity for the whole transaction and no longer', async () => {
    expect(await withActor(db, alice, whoActs)).toEqual({
      userId: ALICE,
      apiKeyId: null,
      organizationId: BOB,
      mfa: true,
      stepUp: true,
      purposeOfUse: 'TREAT',
      ip: '10.1.2.3/32',
    });
    expect(await whoActs(db)).toEqual(NOBODY);
  });

  it('leaves nothing behind where the work throws, and passes its error through', async () => {
    const error = new CodedError({ code: 'TEST.NO', kind: 'conflict', message: 'no' });
    const act = withActor(db, alice, async (tx) => {
      await tx.role.create({ data: { name: 'UNDONE' } });
      throw error;
    });
    await expect(act).rejects.toBe(error);
    expect(await whoActs(db)).toEqual(NOBODY);
    expect(await db.role.count({ where: { name: 'UNDONE' } })).toBe(0);
  });

  it('leaves nothing behind where a statement fails', async () => {
    await expect(withActor(db, alice, (tx) => tx.$queryRaw`select 1 / 0`)).rejects.toThrow();
    expect(await whoActs(db)).toEqual(NOBODY);
  });

  it('overrides what an earlier caller left in the session', async () => {
    await db.$queryRaw`select set_config('holovitals.user_id', ${BOB}, false),
                              set_config('holovitals.mfa', 'on', false)`;
    try {
      expect(await withActor(db, nobody, whoActs)).toEqual(NOBODY);
      expect(await withActor(db, alice, whoActs)).toMatchObject({ userId: ALICE });
    } finally {
      await db.$queryRaw`select set_config('holovitals.user_id', '', false),
                                set_config('holovitals.mfa', '', false)`;
    }
  });

  it('refuses an id that is none, without repeating it', async () => {
    const act = withActor(db, { ...alice, userId: "x'; --" }, whoActs);
    await expect(act).rejects.toThrow(/set_actor: userId is not a uuid/);
    await expect(act).rejects.not.toThrow(/x'; --/);
  });

  it('tells a lost collision from a bug', async () => {
    const other = createClient({ url: database.appUrl, maxConnections: 1 });
    try {
      const [first, second] = await Promise.all(
        ['DEADLOCK_A', 'DEADLOCK_B'].map((name) => db.role.create({ data: { name } })),
      );
      const lock = (tx: Transaction, id = '') =>
        tx.role.update({ where: { id }, data: { description: 'locked' } });
      let bothHold = () => {};
      const held = new Promise<void>((resolve) => (bothHold = resolve));
      const a = withActor(db, alice, async (tx) => {
        await lock(tx, first?.id);
        await held;
        await lock(tx, second?.id);
      });
      const b = withActor(other, alice, async (tx) => {
        await lock(tx, second?.id);
        bothHold();
        await lock(tx, first?.id);
      });
      const outcomes = await Promise.allSettled([a, b]);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(1);
      expect(lost[0]?.reason).toMatchObject({ code: 'DATABASE.TRANSACTION_CONFLICT' });
    } finally {
      await other.$disconnect();
    }
  });
});
