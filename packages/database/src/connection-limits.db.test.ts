import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type ClientOptions } from './create-client.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

async function limitsOf(options: Partial<ClientOptions> = {}) {
  const db = createClient({ url: database.url, ...options });
  try {
    return await db.$queryRaw<unknown[]>`
      select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
             current_setting('idle_in_transaction_session_timeout') as idle`;
  } finally {
    await db.$disconnect();
  }
}

it('limits each session, as told or by safe defaults', async () => {
  expect(await limitsOf()).toEqual([{ statement: '1min', lock: '10s', idle: '1min' }]);
  const limits = { statementTimeoutMs: 1_500, lockTimeoutMs: 0, idleInTransactionTimeoutMs: 7 };
  expect(await limitsOf({ limits })).toEqual([{ statement: '1500ms', lock: '0', idle: '7ms' }]);
});

it('sets nothing where a pooler lends the session to others', async () => {
  const [unset] = await limitsOf({ pooler: 'transaction' });
  expect(unset).toEqual({ statement: '0', lock: '0', idle: '0' });
});

it('ends what takes too long, and the connection goes on', async () => {
  const limits = { statementTimeoutMs: 2_000, lockTimeoutMs: 0, idleInTransactionTimeoutMs: 0 };
  const db = createClient({ url: database.url, maxConnections: 1, limits });
  await expect(db.$queryRaw`select pg_sleep(60)::text`).rejects.toThrow('57014');
  expect(await db.$queryRaw`select 1 as one`).toEqual([{ one: 1 }]);
  await db.$disconnect();
});
