import { createTestDatabase } from '@holovitals/postgres/testing';
import type pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { compareCatalogs } from '../catalog/compare-catalogs.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { withConnection } from '../connection/connect.ts';
import { statementsBetween } from './statements-between.ts';

const BEFORE = `
  create type mood as enum ('glad', 'it''s');
  create table "Parents on" (id integer primary key, "na me" text collate "C" not null default 'x', n numeric(6,2));
  create table children (id bigint generated always as identity primary key, parent integer references "Parents on",
    m mood default 'glad', twice integer generated always as (parent * 2) stored);
  create table parted (at date, x int, primary key (at, x)) partition by range (at);
  create index "by on name" on "Parents on" (lower("na me")) where id > 3;
  create function f(integer) returns integer language sql as 'select $1';
  create function touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger "t on" before insert on children for each row execute function touch();
  create view v as select id from "Parents on";
  alter table "Parents on" enable row level security;
  create policy "p on" on "Parents on" for select using (id > 0);
  grant select on children to public;
  comment on index "by on name" is 'It''s';
  comment on constraint children_pkey on children is 'K';`;

const CHANGES: readonly string[] = [
  'alter table "Parents on" add column z int not null default 3',
  'alter table "Parents on" drop column "na me" cascade',
  'alter table "Parents on" alter "na me" drop not null, alter "na me" drop default',
  `alter table "Parents on" alter n type text, alter n set default 'a  b', alter n set not null`,
  'alter table children alter parent drop not null, drop constraint children_parent_fkey',
  'alter table children add constraint small check (parent < 10) not valid',
  `alter type mood add value 'sad' before 'glad'; alter type mood add value 'calm' after 'glad'`,
  'drop view v; create view v with (security_barrier = true) as select id, n from "Parents on"',
  'drop table children cascade',
  'create table fresh (id serial primary key, "Odd ""name" text unique, at timestamptz default now()); comment on table fresh is $$F$$; alter table fresh enable row level security; create policy fresh_p on fresh as restrictive to public with check (id > 1); grant insert, select on fresh to public',
  'create table other (x int) partition by list (x); create unlogged table loose (y text)',
  'create schema "s p"; create table "s p".t (a int); create sequence "s p".q increment 5',
  'drop index "by on name"; create index "by on name" on "Parents on" (id desc)',
  'create or replace function f(integer) returns integer language sql immutable as $$ select 2 $$',
  'create procedure p(text) language sql as $$ select 1 $$',
  'alter table children disable trigger "t on"',
  'drop trigger "t on" on children; drop function touch()',
  'drop policy "p on" on "Parents on"; create policy q on "Parents on" for all using (id > 1) with check (id < 9)',
  'alter table "Parents on" force row level security',
  'alter table "Parents on" disable row level security',
  'revoke select on children from public; grant update on children to public',
  'revoke execute on function f(integer) from public',
  `comment on index "by on name" is null; comment on view v is 'V'; comment on function f(integer) is 'F'; comment on policy "p on" on "Parents on" is 'P'`,
  'create statistics st on id, n from "Parents on"; create materialized view mv as select 1 as one',
];

it('leads there and back, for each kind of change', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  await withConnection(database.url, async (client) => {
    await client.query(BEFORE);
    const before = await readCatalog(client);
    for (const change of CHANGES) {
      const after = await inTrial(client, [change], () => readCatalog(client));
      const there = statementsBetween(before, after);
      const back = statementsBetween(after, before);
      const [left, leftBack] = await inTrial(client, there.statements, async () => {
        const found = compareCatalogs(after, await readCatalog(client));
        // A value of an enum cannot be taken away.
        if (change.includes('add value')) return [found, []] as const;
        await client.query(back.statements.join('\n'));
        return [found, compareCatalogs(before, await readCatalog(client))] as const;
      });
      expect([left, leftBack, there.byHand], `${change}\n${there.statements.join('\n')}`).toEqual([
        [],
        [],
        [],
      ]);
    }
  });
});

it('leaves to a person what it cannot write', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  await withConnection(database.url, async (client) => {
    await client.query(BEFORE);
    const before = await readCatalog(client);
    await client.query(
      `alter type mood rename value 'glad' to 'happy'; create type pair as (a int)`,
    );
    const { byHand } = statementsBetween(before, await readCatalog(client));
    expect(byHand).toEqual(['enum public.mood', 'table public.pair']);
  });
});

async function inTrial<T>(
  client: pg.Client,
  statements: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  await client.query('begin');
  try {
    await client.query(statements.join('\n')).catch((error: unknown) => {
      throw new Error(statements.join('\n'), { cause: error });
    });
    return await work();
  } finally {
    await client.query('rollback');
  }
}
