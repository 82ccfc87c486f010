import { createTestDatabase } from '@holovitals/postgres/testing';
import { expect, it, onTestFinished } from 'vitest';
import { withReadTransaction, withConnection } from '../connection/connect.ts';
import { readSizes } from './read-sizes.ts';
import { renderSizes } from './render-sizes.ts';

it('adds up to what the server says, with partitions under their parent and odd names', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  await withConnection(database.url, async (client) => {
    await client.query(`
      create schema "Odd ""s""";
      create table "Odd ""s"""."La rge" (id int primary key, t text);
      alter table "Odd ""s"""."La rge" alter t set storage external;
      insert into "Odd ""s"""."La rge" select n, repeat('x', 9000) from generate_series(1, 50) n;
      create table parted (id int primary key) partition by range (id);
      create table lower partition of parted for values from (0) to (9) partition by range (id);
      create table lowest partition of lower for values from (0) to (5);
      create table upper partition of parted for values from (9) to (99);
      create table nothing (id int) partition by range (id);
      insert into parted values (1), (10); analyze`);
  });
  const report = await withReadTransaction(database.url, async (client) => {
    const sizes = await readSizes(client, null, new Date());
    const { rows } = await client.query<{ bytes: number }>(
      `select sum(pg_total_relation_size(oid))::float8 as bytes from pg_class
       where relkind = 'r' and relnamespace in ('public'::regnamespace, '"Odd ""s"""'::regnamespace)`,
    );
    expect(sizes.domains).toEqual([
      { domain: null, tables: 3, totalBytes: rows[0]?.bytes, growthBytes: null },
    ]);
    return sizes;
  });
  expect(report.tables).toMatchObject([
    { schema: 'Odd "s"', table: 'La rge', rows: 50, partitions: 0 },
    { table: 'parted', rows: 2, partitions: 2, toastBytes: 0 },
    { table: 'nothing', rows: 0, partitions: 0, totalBytes: 0 },
  ]);
  expect(report.tables[0]?.toastBytes).toBeGreaterThan(50 * 9_000);
  expect(renderSizes(report, true)).toMatch(/^Odd "s"\.La rge .*█{20}$/m);
  expect(renderSizes(report, false)).not.toContain('█');
});
