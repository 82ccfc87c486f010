import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withReadTransaction } from '../connection/connect.ts';
import { explainQuery } from './explain-query.ts';
import { readQueryText, readSlow, type Ranking, type SlowReport } from './read-slow.ts';
import { renderPlan } from './render-plan.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const ODD = '"Odd ""s"""."La rge"';
/** So many digits are in no id and no time by chance. */
const NUMBER = '471147114711471147';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

async function run(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

const look = (rankedBy: Ranking = 'total', url = database.url): Promise<SlowReport> =>
  withReadTransaction(url, (client) =>
    readSlow(client, { database: database.name, rankedBy, limit: 100, now: NOW }),
  );

it('says who makes the extension where it is missing', async () => {
  await expect(look()).rejects.toMatchObject({
    code: 'MIGRATOR.SLOW_UNAVAILABLE',
    fix: 'A superuser runs: CREATE EXTENSION pg_stat_statements;',
  });
  await run(
    database.superuserUrl,
    'create schema "Stat ""s"""; create extension pg_stat_statements schema "Stat ""s"""',
  );
  await expect(look()).rejects.toMatchObject({ details: { state: 'closed' } });
  await run(database.superuserUrl, 'grant usage on schema "Stat ""s""" to public');
});

it('ranks queries, and shows no value that the extension keeps', async () => {
  await run(
    database.url,
    `create schema "Odd ""s"""; create table ${ODD} (id int primary key, note text);
     insert into ${ODD} select n, 'canary' from generate_series(1, 1000) n`,
    `comment on table ${ODD} is 'canary'`,
    `select id from ${ODD} where id = ${NUMBER}`,
    `do $$ begin perform 'canary'; end $$`,
    ...Array.from({ length: 7 }, (_, n) => `select * from ${ODD} where note = 'canary${n}'`),
  );
  const report = await look('calls');
  expect(JSON.stringify(report)).not.toContain('canary');
  expect(JSON.stringify(report)).not.toContain(NUMBER);
  const mine = report.queries.find(({ query }) => query?.includes('where note ='));
  expect(mine).toMatchObject({ query: `select * from ${ODD} where note = $1`, calls: 7, rows: 0 });
  const made = report.queries.find(({ query }) => query?.startsWith('insert into "Odd'));
  expect((await look('rows')).queries[0]?.id).toBe(made?.id);
  for (const measure of ['mean', 'max', 'reads', 'temp'] as const) await look(measure);
});

it('plans a query for whatever values, and runs nothing of it', async () => {
  await run(
    database.url,
    `update ${ODD} set note = note || 'x' where id = 3 and note <> 'canary'`,
    `create view few as select * from ${ODD} where note = 'canary of a view'`,
    'select id from few where id > 5',
    'vacuum',
  );
  const { queries } = await look();
  const plan = async (start: string) => {
    const { id = '' } = queries.find(({ query }) => query?.startsWith(start)) ?? {};
    return withReadTransaction(database.url, async (client) =>
      explainQuery(client, id, await readQueryText(client, database.name, id)),
    );
  };
  const update = renderPlan(await plan('update "Odd'));
  expect(update).toMatch(/^Update on Odd "s"\.La rge /);
  expect(update).toContain('Index Scan using La rge_pkey on Odd "s".La rge');
  expect(update).toContain('= $');
  const view = renderPlan(await plan('select id from few'));
  expect(view).toContain('note = ?');
  expect(view).not.toContain('canary');
  await expect(plan('vacuum')).rejects.toMatchObject({ code: 'MIGRATOR.QUERY_UNPLANNABLE' });
  await expect(plan('no such')).rejects.toMatchObject({ code: 'MIGRATOR.QUERY_UNKNOWN' });
});

it('tells how many queries of others are hidden', async () => {
  await run(database.superuserUrl, `select 'of another' as hidden_${database.name}`);
  expect((await look()).hidden).toBeGreaterThan(0);
  const all = await look('total', database.superuserUrl);
  expect(all.hidden).toBe(0);
  expect(all.queries.map(({ query }) => query)).toContain(`select $1 as hidden_${database.name}`);
});
