import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../connection/connect.ts';
import {
  compareShapes,
  readAltered,
  readTableShapes,
  withAltered,
  type TableShapes,
} from './touched-tables.ts';

let database: TestDatabase;
let client: pg.Client;
let before: TableShapes;

beforeEach(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
  await client.query(`create schema other;
    create table one (id int, name text); create table two (id int, "odd ""name" text);
    create table other.three (id int); create table parted (id int) partition by range (id);
    create table part partition of parted for values from (0) to (9)`);
  before = await readTableShapes(client);
  await client.query('begin');
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

async function touchedBy(sql: string) {
  await client.query(sql);
  return compareShapes(before, await readAltered(client));
}

describe('what a transaction did to tables', () => {
  it('is found by its locks, also where a block put the statement together', async () => {
    const touched = await touchedBy(`do $$ begin
      execute format('alter table %I rename column %I to plain', 'two', 'odd "name');
      execute 'alter table one alter column id type bigint';
    end $$`);
    expect(touched.whole.size).toBe(0);
    expect([...touched.columns].sort()).toEqual(['one.id', 'two.odd "name', 'two.plain']);
  });

  it('names tables that are renamed, dropped and made anew', async () => {
    const touched = await touchedBy(`alter table one rename to uno; drop table other.three;
      drop table two; create table two (id int)`);
    expect([...touched.whole].sort()).toEqual(['one', 'three', 'two', 'uno']);
    expect([...touched.gone].sort()).toEqual(['one', 'three']);
  });

  it('is nothing where columns, tables and indexes are added, and rows written', async () => {
    const touched =
      await touchedBy(`alter table one add column note text; create table four (id int);
      create index on two (id); insert into one values (1); alter table parted add column note text`);
    expect({ ...touched, whole: [...touched.whole], columns: [...touched.columns] }).toEqual({
      ...{ whole: [], columns: [], gone: [] },
    });
  });

  it('leads to the shapes that reading all of them finds', async () => {
    await client.query(`alter table one drop column name; drop table two; create table new (id int);
      alter table other.three rename to drei; alter table parted detach partition part`);
    const now = withAltered(before, await readAltered(client));
    expect(new Map([...now].sort())).toEqual(new Map([...(await readTableShapes(client))].sort()));
  });
});
