import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextRangeQuery, type BackfilledTable } from './key-range.ts';
import { readTable } from './read-table.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    create table loose (id integer, part integer unique, other integer not null);
    create unique index on loose (other) where id > 0;
    create unique index on loose ((other + 1));
    create view seen as select 1 as id;
    create table deferred (id integer not null unique deferrable);
    create schema "Odd ""One";
    create table "Odd ""One"."T.x" (a char(3), "B c" timestamptz, d text,
      primary key (a, "B c"), unique (d, a));
    alter table "Odd ""One"."T.x" alter d set not null`);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('readTable', () => {
  it.each([
    ['nowhere', null, 'no table nowhere'],
    ['"open', null, 'no table "open'],
    ['seen', null, 'is no table'],
    ['loose', null, 'has no primary key'],
    ['loose', ['part'], 'may be null'],
    ['loose', ['other'], 'no unique index on exactly other'],
    ['deferred', ['id'], 'no unique index on exactly id'],
    ['"Odd ""One"."T.x"', ['a', 'd'], 'no unique index on exactly a, d'],
  ])('refuses %s by %j', async (table, key, why) => {
    await expect(readTable(client, 'f.sql', { table, key, remaining: null })).rejects.toMatchObject(
      {
        code: 'MIGRATOR.BACKFILL_INVALID',
        why: expect.stringContaining(why) as string,
      },
    );
  });

  it('reads a key in the order of its index', async () => {
    const claim = { table: '"Odd ""One"."T.x"', remaining: null };
    expect(await readTable(client, 'f.sql', { ...claim, key: null })).toEqual({
      identity: '"Odd ""One"."T.x"',
      key: [
        { name: 'a', type: 'character(3)' },
        { name: 'B c', type: 'timestamp with time zone' },
      ],
      remaining: null,
    });
    expect((await readTable(client, 'f.sql', { ...claim, key: ['d', 'a'] })).key).toHaveLength(2);
  });
});

/** Goes through a table to its end; answers the sizes of its batches. */
async function walk(table: BackfilledTable, size: number): Promise<number[]> {
  const seen: number[] = [];
  for (let cursor: readonly string[] | null = null; ;) {
    const query: pg.QueryConfig = nextRangeQuery(table, cursor, size);
    const [range] = (await client.query<{ rows: number; to: string[] }>(query)).rows;
    if (range === undefined || range.rows === 0) return seen;
    seen.push(range.rows);
    cursor = range.to;
  }
}

describe('a walk along a key', () => {
  it.each([
    ['uuid', 'gen_random_uuid()'],
    ['text', `chr(32 + n % 90) || E'\\\\''"é' || n`],
    ['text collate "C"', 'md5(n::text)'],
    ['bytea', `decode(md5(n::text), 'hex')`],
    ['numeric', 'n / 7.0'],
    ['double precision', 'n / 7.0'],
    ['timestamptz', `timestamptz '2020-01-01' + n * interval '1.000001 second'`],
    ['char(20)', `n || ' '`],
    ['"char"', 'chr(33 + n)::"char"'],
    ['inet', `'10.0.0.0'::inet + n`],
    ['interval', `n * interval '1 hour'`],
    ['boolean[]', 'array[n % 2 = 0, n % 4 < 2, n % 8 < 4, n % 16 < 8, n % 32 < 16, n % 64 < 32]'],
  ])('of type %s comes by each row once', async (type, value) => {
    await client.query(`create temporary table walked (k ${type} primary key);
      insert into walked select ${value} from generate_series(1, 60) n on conflict do nothing`);
    const table = await readTable(client, 'f.sql', { table: 'walked', key: null, remaining: null });
    const seen = await walk(table, 7);
    const { rows } = await client.query<{ n: number }>('select count(*)::integer as n from walked');
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(rows[0]?.n);
    await client.query('drop table walked');
  });
});
