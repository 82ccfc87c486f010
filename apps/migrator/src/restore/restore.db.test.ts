import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createTestDatabase } from '@holovitals/postgres/testing';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import pg from 'pg';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { ODD_DATABASE } from '../../test/databases/odd-database.ts';
import { backUp } from '../backup/backup.ts';
import { openFileSink } from '../backup/byte-sink.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { withBackup } from './open-backup.ts';
import { rehearseRestore, restore } from './restore.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'restore-'));
const identity = await generateX25519Identity();
const recipients = [await identityToRecipient(identity)];
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

async function openDatabase(script: string) {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  await run(database.url, script);
  const target: DatabaseTarget = {
    ...{ kind: 'external', database: database.name, ownerRole: '', appRole: '' },
    ...{ ownerUrl: database.url, adminUrl: database.url, appUrl: database.url, sideRoles: [] },
  };
  return { target, superuserUrl: database.superuserUrl };
}

async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function write(target: DatabaseTarget, engine?: 'builtin'): Promise<string> {
  const file = path.join(folder, `${(files += 1)}.backup.age`);
  await backUp(target, () => openFileSink(file), { recipients, engine });
  return file;
}

/** Everything that a backup says but when, and in which database. */
async function contentsOf(file: string) {
  return withBackup(file, [identity], async (backup) => {
    for await (const { bytes } of backup.rows()) expect(bytes.length).toBeGreaterThan(0);
    const head = { ...backup.head, createdAt: '', database: '' };
    return { head, schema: backup.schema, tail: await backup.tail() };
  });
}

const keep = { identities: [identity] };

describe('restore', () => {
  it('brings back a database with every sort of thing in it, such that its backup is the same', async () => {
    const { target } = await openDatabase(ODD_DATABASE);
    await run(
      target.ownerUrl,
      `alter database "${target.database}" set search_path = public, "odd ""schéma""";
       alter database "${target.database}" set application_name = 'it''s';
       revoke temporary on database "${target.database}" from public`,
    );
    const file = await write(target);
    const result = await restore(target, file, { ...keep, replace: true });
    expect(result).toMatchObject({ notes: [], database: target.database });
    onTestFinished(() => run(atPostgres(target), `drop database "${result.kept}"`).then(() => {}));
    expect(await contentsOf(await write(target))).toEqual(await contentsOf(file));
  });

  it('goes on numbering where the sequences were', { tags: 'slow' }, async () => {
    const { target } = await openDatabase(
      `create table a (x serial, y integer generated always as identity); insert into a default values;
       create sequence unused start 5; create sequence big; select setval('big', 9223372036854775806);`,
    );
    await rehearseRestore(target, await write(target), keep);
    const file = await write(target);
    const into = `${target.database}_into`;
    await restore(target, file, { ...keep, into });
    onTestFinished(() => run(atPostgres(target), `drop database "${into}"`).then(() => {}));
    const url = new URL(target.ownerUrl);
    url.pathname = `/${into}`;
    expect(
      await run(
        url.toString(),
        `insert into a default values returning x, y, nextval('unused')::text as u, nextval('big')::text as b`,
      ),
    ).toEqual([{ x: 2, y: 2, u: '5', b: '9223372036854775807' }]);
    await expect(restore(target, file, { ...keep, into })).rejects.toMatchObject({
      code: 'MIGRATOR.RESTORE_TARGET_INVALID',
    });
  });

  it(
    'refuses while others are connected, unless their sessions may be ended',
    { tags: 'slow' },
    async () => {
      const { target } = await openDatabase('create table a (x int); insert into a values (1)');
      const file = await write(target);
      const other = await comeBackForEver(target.ownerUrl);
      await expect(restore(target, file, { ...keep, replace: true })).rejects.toMatchObject({
        code: 'MIGRATOR.RESTORE_TARGET_BUSY',
        why: '1 session(s) of shop.',
      });
      const { kept } = await restore(target, file, { ...keep, replace: true, endSessions: true });
      onTestFinished(() => run(atPostgres(target), `drop database "${kept}"`).then(() => {}));
      expect(await run(target.ownerUrl, 'select x from a')).toEqual([{ x: 1 }]);
      await other.end();
    },
  );

  it('sees through how the server nests conditions when it prints them anew', async () => {
    const { target } = await openDatabase(
      `create table a (x int, y int, check (x between 0 and 9 and y > 0));
       create index by_x on a (x) where x between 1 and 2 and y > 1;
       create view v as select from a where x between 1 and 2 and y > 1;
       alter table a enable row level security;
       create policy p on a using (x between 1 and 2 and y > 1);`,
    );
    expect(await rehearseRestore(target, await write(target), keep)).toMatchObject({ notes: [] });
  });

  it('takes the place of a database that is gone', async () => {
    const { target, superuserUrl } = await openDatabase('create table a (x int)');
    const file = await write(target);
    const server = new URL(superuserUrl);
    server.pathname = '/postgres';
    await run(server.toString(), `drop database "${target.database}" with (force)`);
    expect(await restore(target, file, { ...keep, replace: true })).toMatchObject({
      ...{ database: target.database, kept: null },
    });
    expect(await run(target.ownerUrl, 'select x from a')).toEqual([]);
  });

  it('refuses where a role of the backup is missing, and leaves no database behind', async () => {
    const { target, superuserUrl } = await openDatabase('create table a (x int)');
    const role = `${target.database}_reader`;
    await run(superuserUrl, `create role ${role}`);
    await run(target.ownerUrl, `grant select on a to ${role}`);
    const file = await write(target);
    await run(superuserUrl, `drop owned by ${role}; drop role ${role}`);
    await expect(rehearseRestore(target, file, keep)).rejects.toMatchObject({
      code: 'MIGRATOR.RESTORE_ROLES_MISSING',
      details: { roles: [role] },
    });
    // Other tests restore on the same server meanwhile.
    const left = `select datname from pg_database where datname ~ '^migrator_restore_'`;
    await expect.poll(() => run(superuserUrl, left), { timeout: 30_000 }).toEqual([]);
  });
});

describe('backup', () => {
  const write1 = (target: DatabaseTarget) => write(target).catch((error: unknown) => error);

  it('refuses to miss rows that row security hides from it, also those of its own tables', async () => {
    const { target, superuserUrl } = await openDatabase(
      `create table "se cret" (x int); insert into "se cret" values (1);
       alter table "se cret" enable row level security`,
    );
    expect(await contentsOf(await write(target))).toMatchObject({
      tail: { counts: [{ rows: 1 }] },
    });
    await run(target.ownerUrl, 'alter table "se cret" force row level security');
    expect(await write1(target)).toMatchObject({
      code: 'MIGRATOR.BACKUP_BLINDED',
      details: { filtered: ['public."se cret"'], unreadable: [] },
    });
    await run(superuserUrl, `create table others (x int); select lo_create(4711)`);
    expect(await write1(target)).toMatchObject({
      details: { unreadable: ['public.others', 'large object 4711'] },
    });
    await run(superuserUrl, 'select lo_unlink(4711)');
    // A role that bypasses it sees all, and what was forced comes back forced.
    const asSuperuser = { ...target, ownerUrl: superuserUrl };
    const file = await write(asSuperuser);
    expect(await rehearseRestore(asSuperuser, file, keep)).toMatchObject({ rows: 1 });
    await run(superuserUrl, 'drop table others');
    const mine = await write(asSuperuser);
    expect(await rehearseRestore(target, mine, keep)).toMatchObject({ rows: 1, notes: [] });
  });

  it('refuses what it cannot write, by name, where it must write by itself', async () => {
    const { target, superuserUrl } = await openDatabase('create table a (x int)');
    await run(
      superuserUrl,
      `create text search configuration mine (copy = simple); create publication p for table a`,
    );
    await expect(write(target, 'builtin')).rejects.toMatchObject({
      code: 'MIGRATOR.BACKUP_UNSUPPORTED',
      details: { names: ['publication p', 'text search configuration public.mine'] },
    });
  });
});

/** A program that connects again as soon as its session is ended, as a pool does. */
async function comeBackForEver(url: string): Promise<{ end(): Promise<void> }> {
  let client: pg.Client;
  let isOver = false;
  const connect = async (): Promise<void> => {
    client = new pg.Client({ connectionString: url, application_name: 'shop' });
    client.on('error', () => undefined);
    client.once('end', () => void (isOver || connect()));
    await client.connect().catch(() => client.end());
  };
  await connect();
  return {
    end: () => {
      isOver = true;
      return client.end();
    },
  };
}

function atPostgres({ ownerUrl }: DatabaseTarget): string {
  const url = new URL(ownerUrl);
  url.pathname = '/postgres';
  return url.toString();
}
