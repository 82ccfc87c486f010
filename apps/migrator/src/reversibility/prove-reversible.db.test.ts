import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createTestDatabase } from '@holovitals/postgres/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { writeSums } from '../history/write-sums.ts';
import { proveReversible } from './prove-reversible.ts';

let root: string;
let workspace: Workspace;
let target: DatabaseTarget;
let drop: () => Promise<void>;

beforeEach(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'reversible-'));
  const database = await createTestDatabase();
  drop = () => database.drop();
  target = {
    ...{ kind: 'external', database: database.name, ownerRole: '', appRole: '' },
    ...{ ownerUrl: database.url, adminUrl: database.url, appUrl: database.url, sideRoles: [] },
  };
  workspace = {
    ...{ root, databaseName: 'shop', schemaFile: '', manifestFile: '' },
    migrationsDirectory: path.join(root, 'migrations'),
    sumFile: path.join(root, 'migrations.sum'),
  };
});

afterEach(async () => {
  rmSync(root, { recursive: true, force: true });
  await drop();
});

function migration(name: string, up: string, down: string, meta: object = { reversible: true }) {
  const folder = path.join(workspace.migrationsDirectory, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'migration.sql'), up);
  writeFileSync(path.join(folder, 'down.sql'), down);
  writeFileSync(path.join(folder, 'meta.json'), JSON.stringify(meta));
  writeSums(workspace);
}

const FIRST = [
  `create type mood as enum ('glad', 'sad');
   create table people (id uuid primary key, name varchar(20) not null, mood mood, born date,
     kind text check (kind in ('a', 'b')), tags text[], note jsonb);
   create table pets (id serial primary key, owner uuid not null references people, weight numeric(6,2));`,
  `drop table pets; drop table people; drop type mood;`,
] as const;

const prove = () => proveReversible(workspace, target);

describe('proveReversible', () => {
  it('passes migrations that come back, with rows in their tables', async () => {
    migration('1_first', ...FIRST);
    migration(
      '2_more',
      `alter table people rename name to called; create index by_owner on pets (owner);
       alter table pets add constraint heavy check (weight > 0)`,
      `alter table pets drop constraint heavy; drop index by_owner; alter table people rename called to name`,
    );
    migration(
      '3_index',
      'create index concurrently by_weight on pets (weight)',
      'drop index concurrently by_weight',
    );
    expect(await prove()).toEqual([
      expect.objectContaining({ verdict: 'reversible', tables: 0 }),
      expect.objectContaining({
        verdict: 'reversible',
        findings: [],
        tablesWithRows: 2,
        tables: 2,
      }),
      expect.objectContaining({ verdict: 'reversible', tablesWithRows: 2 }),
    ]);
  });

  it.each([
    ['a right', 'grant select on people to public', 'select 1', 'rights of public on table'],
    ['a comment', `comment on column people.name is 'N'`, '', 'comment on column'],
    [
      'a default',
      'alter table people alter born set default now()',
      '',
      'column public.people.born',
    ],
    ['row security', 'alter table people enable row level security', '', 'row security of'],
    ['a value', `update people set name = upper(name)`, '', 'rows of public.people differ'],
    ['a failure', 'create table more ()', 'drop table nowhere', 'down.sql does not run'],
  ])('finds a way back that forgets %s', { tags: 'slow' }, async (_, up, down, finding) => {
    migration('1_first', ...FIRST);
    migration('2_second', up, down);
    migration('3_third', 'create table last (id int)', 'drop table last');
    const [, second, third] = await prove();
    expect(second).toMatchObject({ verdict: 'broken' });
    expect(second?.findings.join('\n')).toContain(finding);
    expect(third).toMatchObject({ verdict: 'reversible' });
  });

  it('accepts a listed reason where meta.json gives one, and only there', async () => {
    migration('1_first', ...FIRST);
    const lost = ['alter table people drop born', 'alter table people add born date'] as const;
    migration('2_loss', ...lost, { reversible: false, losses: ['Column people.born is dropped.'] });
    const value = [`alter type mood add value 'calm'`, ''] as const;
    migration('3_value', ...value, { reversible: false, irreversible: 'An enum value stays.' });
    expect(await prove()).toMatchObject([
      { verdict: 'reversible' },
      { verdict: 'one-way', reason: 'data-destroyed' },
      { verdict: 'one-way', reason: 'enum-value-added' },
    ]);
    migration('2_loss', ...lost, { reversible: true });
    migration('3_value', ...value, { reversible: true });
    expect((await prove()).map(({ verdict }) => verdict)).toEqual([
      'reversible',
      'broken',
      'broken',
    ]);
  });

  it(
    'accepts that nobody knows the values of a required column that was dropped',
    { tags: 'slow' },
    async () => {
      migration('1_first', ...FIRST);
      const [up, down] = [
        'alter table people drop name',
        'alter table people add name text not null',
      ];
      const exact = down.replace('text', 'varchar(20)');
      migration('2_loss', up, exact, {
        reversible: false,
        losses: ['Column people.name is dropped.'],
      });
      const [, second] = await prove();
      expect(second).toMatchObject({ verdict: 'one-way', reason: 'data-destroyed' });
      expect(second?.findings.join('\n')).toContain('down.sql runs without rows only');
      migration('2_loss', up, down, {
        reversible: false,
        losses: ['Column people.name is dropped.'],
      });
      expect((await prove())[1]).toMatchObject({ verdict: 'broken' });
      migration('2_loss', up, exact, { reversible: true });
      expect((await prove())[1]).toMatchObject({ verdict: 'broken' });
    },
  );

  it('goes on without rows where rows stand in the way', async () => {
    migration('1_first', ...FIRST);
    migration(
      '2_required',
      'alter table pets add colour text not null',
      'alter table pets drop colour',
    );
    expect(await prove()).toMatchObject([{}, { verdict: 'reversible', tablesWithRows: 0 }]);
  });
});
