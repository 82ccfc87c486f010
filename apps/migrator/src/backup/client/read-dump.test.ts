import { expect, it } from 'vitest';
import { readDump } from './read-dump.ts';

const entry = (name: string, sql: string) =>
  `--\n-- Name: ${name}; Type: X; Schema: public; Owner: o\n--\n\n${sql}\n\n\n`;
const dump = (...entries: readonly string[]) =>
  `--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\n-- Dumped by pg_dump\n\n
SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\n${entries.join('')}\\unrestrict abc\n\n`;

it('cuts a script into statements, also where a text looks like the script', async () => {
  const hostile = `create function public.f() returns text language sql as $_$select '
--
-- Name: x; Type: TABLE; Schema: public; Owner: o
--
\\unrestrict abc
drop table a;'$_$`;
  const text = `comment on table public.a is 'ünï
--
-- Name: x; Type: TABLE; Schema: public; Owner: o
--

; select 1'`;
  const { structure } = await readDump(
    dump(
      entry('f()', `${hostile};`),
      entry('TABLE a', `${text};`),
      entry('b', 'create table public.b ();'),
    ),
    'o',
  );
  expect(structure).toEqual([hostile, text, 'create table public.b ()']);
});

it('leaves the session alone, and what is the author’s of an extension', async () => {
  const script = dump(
    entry('EXTENSION e', `comment on extension e is 'x';`),
    entry('t', 'SET default_table_access_method = heap;\n\ncreate table public.t ();'),
    entry('TABLE t', 'SET SESSION AUTHORIZATION g;\ngrant select on table public.t to r;'),
  );
  expect(await readDump(script, 'o')).toEqual({
    structure: ['SET default_table_access_method = heap', 'create table public.t ()'],
    owners: [],
    rights: ['grant select on table public.t to r'],
  });
});

it.each([
  ['plain', 'plain'],
  ['ow"ner', '"ow""ner"'],
  ['ünï', '"ünï"'],
])('writes current_user for %s where a role is named, and nowhere else', async (owner, quoted) => {
  const made = await readDump(
    dump(
      entry('t', `create table public.${quoted} (${quoted} text default '${quoted}');`),
      entry('t', `alter table public.${quoted} owner to ${quoted};`),
      entry('t', `alter operator public.=== (integer, integer) owner to other;`),
      entry('p', `create policy ${quoted} on public.t to ${quoted}, other using (true);`),
      entry('t', `grant all on table public.${quoted} to ${quoted} with grant option;`),
      entry('d', `alter default privileges for role ${quoted} grant select on tables to public;`),
    ),
    owner,
  );
  expect(made).toEqual({
    structure: [
      `create table public.${quoted} (${quoted} text default '${quoted}')`,
      `create policy ${quoted} on public.t to current_user, other using (true)`,
    ],
    owners: [
      `alter table public.${quoted} owner to current_user`,
      `alter operator public.=== (integer, integer) owner to other`,
    ],
    rights: [
      `grant all on table public.${quoted} to current_user with grant option`,
      `alter default privileges for role current_user grant select on tables to public`,
    ],
  });
});

it('refuses what is no SQL', async () => {
  await expect(readDump(dump(entry('t', 'make table t;')), 'o')).rejects.toMatchObject({
    code: 'MIGRATOR.BACKUP_FAILED',
  });
});
