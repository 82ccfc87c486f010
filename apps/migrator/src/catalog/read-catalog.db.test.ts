import { createTestDatabase } from '@holovitals/postgres/testing';
import { expect, it, onTestFinished } from 'vitest';
import { withConnection } from '../connection/connect.ts';
import { compareCatalogs, describeDifference, withoutPartitions } from './compare-catalogs.ts';
import { readCatalog, type DatabaseCatalog } from './read-catalog.ts';

const WHOLE = `
  create schema "odd ""name""";
  create type mood as enum ('glad', 'it''s');
  create domain positive as integer check (value > 0);
  create type pair as (a integer, b text);
  create table parents (id integer primary key, "Name" text collate "C" not null default 'x');
  create table children (
    id bigint generated always as identity primary key, parent integer references parents on delete cascade,
    m mood, twice integer generated always as (parent * 2) stored, exclude using btree (parent with =));
  alter table children add constraint "Twice" check (twice > 0) not valid;
  create index "by name" on parents (lower("Name")) where id > 3;
  create unlogged table loose (x serial);
  create table parted (at date, x int, primary key (at, x)) partition by range (at);
  create table parted_1 partition of parted for values from ('2026-01-01') to ('2026-02-01');
  create function f(integer) returns integer language sql as 'select $1';
  create function touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger t before insert on children for each row execute function touch();
  create view v as select id from parents;
  create materialized view mv as select id from parents;
  create rule r as on update to loose do instead nothing;
  create statistics st on id, "Name" from parents;
  alter table parents enable row level security;
  create policy p on parents using (id > 0);
  grant select ("Name") on parents to public;
  grant execute on function f(integer) to public;
  revoke execute on function f(integer) from public;
  comment on column parents."Name" is 'It''s';
  comment on table parents is 'A';
  comment on function f(integer) is 'F';
  comment on index "by name" is 'I';`;

const CHANGES: readonly (readonly [string, string])[] = [
  ['alter table parents add column z int', 'column public.parents.z'],
  ['alter table parents alter "Name" drop not null', 'column public.parents."Name"'],
  [`alter table parents alter "Name" set default 'y'`, 'column public.parents."Name"'],
  ['alter table parents alter "Name" set storage plain', 'column public.parents."Name"'],
  ['alter table children validate constraint "Twice"', 'constraint "Twice" on public.children'],
  ['alter table parents disable row level security', 'row security of public.parents'],
  ['alter table parents force row level security', 'row security of public.parents'],
  ['alter policy p on parents using (id > 1)', 'policy p on public.parents'],
  ['alter table children disable trigger t', 'trigger t on public.children'],
  [`alter type mood add value 'sad'`, 'enum public.mood'],
  ['alter domain positive set not null', 'domain public.positive'],
  ['grant insert on parents to public', 'rights of public on table public.parents'],
  [
    'revoke select ("Name") on parents from public',
    'rights of public on column public.parents."Name"',
  ],
  [
    'grant execute on function f(integer) to public',
    'rights of public on routine public.f(integer)',
  ],
  ['alter default privileges grant select on tables to public', 'rights of public on default'],
  [`comment on table parents is 'B'`, 'comment on table public.parents'],
  ['comment on index "by name" is null', 'comment on table public."by name"'],
  ['create or replace view v as select id, 1 as one from parents', 'view public.v'],
  ['drop index "by name"', 'index public."by name"'],
  ['alter sequence loose_x_seq increment 2', 'sequence public.loose_x_seq'],
  ['alter table loose set (fillfactor = 50)', 'table public.loose'],
  ['alter table loose set logged', 'table public.loose'],
  [
    'create or replace function f(integer) returns integer language sql as $$ select 2 $$',
    'function public.f(integer)',
  ],
  ['drop rule r on loose', 'rule r on public.loose'],
  ['drop statistics st', 'statistics public.st'],
  ['create schema other', 'schema other'],
];

it('sees each kind of change and names it, and nothing where nothing changed', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  await withConnection(database.url, async (client) => {
    await client.query(WHOLE);
    const before = await readCatalog(client);
    expect(compareCatalogs(before, await readCatalog(client))).toEqual([]);
    for (const [change, identity] of CHANGES) {
      await client.query('begin');
      await client.query(change);
      const found = compareCatalogs(before, await readCatalog(client));
      await client.query('rollback');
      expect(
        found.map((it) => it.identity).filter((it) => it.startsWith(identity)),
        change,
      ).not.toEqual([]);
    }
  });
});

it('finds two databases equal whose columns and objects came in another order', async () => {
  const read = async (script: string): Promise<DatabaseCatalog> => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    return withConnection(database.url, async (client) => {
      await client.query(script);
      return readCatalog(client);
    });
  };
  const left = await read(
    'create table a (x int, y text); create index i on a (x); create table b (z int); comment on column a.x is $$X$$',
  );
  const right = await read(
    'create table b (z int); create table a (gone int, y text); alter table a drop gone, add x int; create index i on a (x); comment on column a.x is $$X$$',
  );
  expect(compareCatalogs(left, right)).toEqual([]);
});

it('tells a missing table once, and leaves partitions to time', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  await withConnection(database.url, async (client) => {
    const before = await readCatalog(client);
    await client.query(WHOLE);
    const whole = await readCatalog(client);
    await client.query('drop table loose');
    const found = compareCatalogs(whole, await readCatalog(client));
    expect(found.map((it) => describeDifference(it, ['the history', 'the database']))).toEqual([
      'table public.loose: only the history has it',
    ]);
    await client.query(
      `create table parted_2 partition of parted for values from ('2026-02-01') to ('2026-03-01')`,
    );
    const [a, b] = [withoutPartitions(whole), withoutPartitions(await readCatalog(client))];
    expect(compareCatalogs(a, b).map((it) => it.identity)).toEqual(['table public.loose']);
    expect(compareCatalogs(before, before)).toEqual([]);
  });
});
