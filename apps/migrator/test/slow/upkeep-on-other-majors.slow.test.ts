/** @module-tag slow */
import { OTHER_MAJORS, startScratchServer, type ScratchServer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { parseOpenMetrics } from '../parse-open-metrics.ts';
import { openShop, type Run, type Shop } from '../shop-workspace.ts';

let server: ScratchServer | undefined;
let shop: Shop | undefined;

afterEach(async () => {
  await shop?.remove();
  await server?.destroy();
});

it.each(OTHER_MAJORS)('sizes, slow and maintain work on PostgreSQL %i', async (version) => {
  server = await startScratchServer({ version });
  shop = await openShop();
  const url = server.url({ database: 'postgres' });
  const run = async (...args: string[]): Promise<Run> => {
    const app = new URL(url);
    [app.username, app.password] = ['shop_app', 'of-the-application'];
    const done = await shop?.migratorWith(
      { DATABASE_URL: url, APP_DATABASE_URL: app.toString() },
      ...args,
    );
    expect(done, args.join(' ')).toMatchObject({ code: 0 });
    return done as Run;
  };
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create extension if not exists pg_stat_statements');
  await run('dev', '--name', 'first');
  await client.query(
    `create table "Od d" (id int primary key, t text) with (autovacuum_enabled = off);
     insert into "Od d" select n, repeat('x', 100) from generate_series(1, 5000) n`,
  );
  await client.query('select t from "Od d" where id = 7');
  // What a session counted is told when it ends at the latest.
  await client.end();

  const sizes = await run('sizes', '--json');
  expect(sizes.stdout).toContain('"Od d"');
  const slow = JSON.parse(
    (await run('slow', '--json', '--by', 'rows', '--limit', '1000')).stdout,
  ) as {
    queries: { id: string; query: string; rows: number }[];
  };
  const insert = slow.queries.find(({ query }) => query?.startsWith('insert into "Od d"'));
  expect(insert).toMatchObject({ rows: 5000 });
  expect(insert?.query).not.toContain('5000');
  const scraped = parseOpenMetrics((await run('slow', '--format', 'openmetrics')).stdout);
  expect(scraped.map(({ name }) => name)).toContain('database_query_calls');
  const select = slow.queries.find(({ query }) => query?.startsWith('select t from "Od d"'));
  expect((await run('slow', '--plan', select?.id ?? '')).stdout).toContain('using Od d_pkey');
  expect((await run('maintain', '--dry-run')).stdout).toContain('VACUUM (ANALYZE) public."Od d"');
  expect(JSON.parse((await run('maintain', '--json')).stdout)).toMatchObject({ left: [] });
  expect((await run('maintain', '--dry-run')).stdout).not.toContain('"Od d"');
});
