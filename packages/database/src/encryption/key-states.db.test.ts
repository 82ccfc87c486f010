import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchemaDatabase, type SchemaDatabase } from '../testing/index.ts';

const states = [
  'PRE_ACTIVATION',
  'ACTIVE',
  'SUSPENDED',
  'DEACTIVATED',
  'COMPROMISED',
  'DESTROYED',
] as const;
type State = (typeof states)[number];

/** NIST SP 800-57 part 1, section 7. */
const allowed: Record<State, readonly State[]> = {
  PRE_ACTIVATION: ['ACTIVE', 'COMPROMISED', 'DESTROYED'],
  ACTIVE: ['SUSPENDED', 'DEACTIVATED', 'COMPROMISED'],
  SUSPENDED: ['ACTIVE', 'DEACTIVATED', 'COMPROMISED'],
  DEACTIVATED: ['COMPROMISED', 'DESTROYED'],
  COMPROMISED: ['DESTROYED'],
  DESTROYED: [],
};
const steps = states.flatMap((from) => states.map((to) => ({ from, to })));

let database: SchemaDatabase;
let owner: pg.Client;
let keys = 0;

beforeAll(async () => {
  database = await createSchemaDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

async function addKey(status: State): Promise<string> {
  keys += 1;
  const isDestroyed = status === 'DESTROYED';
  const { rows } = await owner.query<{ id: string }>(
    `insert into encryption_keys (id, alias, version, purpose, algorithm, status, wrapped_key,
       activated_at, compromised_at, destroyed_at, destroy_reason, updated_at)
     values (gen_random_uuid(), $1, 1, 'DATA', 'AES-256-GCM', $2::key_status, $3,
       now(), now(), $4, $5, now())
     returning id`,
    [
      `test/${keys}`,
      status,
      isDestroyed ? null : randomBytes(40),
      isDestroyed ? new Date() : null,
      isDestroyed ? 'over' : null,
    ],
  );
  return rows[0]?.id ?? '';
}

async function move(id: string, to: State) {
  const isDestroyed = to === 'DESTROYED';
  await owner.query(
    `update encryption_keys set status = $2::key_status, wrapped_key = $3, destroyed_at = $4,
       destroy_reason = $5 where id = $1`,
    [
      id,
      to,
      isDestroyed ? null : randomBytes(40),
      isDestroyed ? new Date() : null,
      isDestroyed ? 'over' : null,
    ],
  );
}

describe('the states of a key', () => {
  it.each(steps)('$from to $to, for the owner too', async ({ from, to }) => {
    const moved = move(await addKey(from), to);
    if (from === to || allowed[from].includes(to)) await expect(moved).resolves.toBeUndefined();
    else await expect(moved).rejects.toMatchObject({ code: '55000', table: 'encryption_keys' });
  });

  it.each([
    `alias = 'test/other'`,
    'version = 2',
    `purpose = 'VAULT'`,
    `purpose = 'KEK', algorithm = 'AES-256-KWP'`,
    'id = gen_random_uuid()',
  ])('keeps what a version is: %s', async (change) => {
    const id = await addKey('ACTIVE');
    const changed = owner.query(`update encryption_keys set ${change} where id = $1`, [id]);
    await expect(changed).rejects.toMatchObject({ code: '55000' });
  });

  it.each(states)('keeps the row of a key that is %s', async (status) => {
    const id = await addKey(status);
    const refused = { code: '55000', table: 'encryption_keys' };
    const remove = owner.query('delete from encryption_keys where id = $1', [id]);
    await expect(remove).rejects.toMatchObject(refused);
    await expect(owner.query('truncate encryption_keys cascade')).rejects.toMatchObject({
      code: '55000',
    });
    const left = await owner.query('select from encryption_keys where id = $1', [id]);
    expect(left.rowCount).toBe(1);
  });

  it('lets a key be wrapped anew and its uses be counted', async () => {
    const id = await addKey('ACTIVE');
    const change = 'wrapped_key = $2, uses_reserved = uses_reserved + 1';
    const sql = `update encryption_keys set ${change} where id = $1`;
    await expect(owner.query(sql, [id, randomBytes(40)])).resolves.toMatchObject({ rowCount: 1 });
  });
});
