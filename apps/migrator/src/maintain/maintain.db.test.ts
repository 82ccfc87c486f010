import { setTimeout as wait } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PATIENCE } from '../connection/lock-patience.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { maintain, previewMaintenance } from './maintain.ts';
import type { Work } from './find-work.ts';

const TABLE = '"Odd ""s"""."La rge"';
const BLOAT_BYTES = 256 * 1024;
const PATIENCE_MS = 60_000;

let database: TestDatabase;
let client: pg.Client;
let target: DatabaseTarget;

beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`create schema "Odd ""s"""; create table ${TABLE} (id int primary key, a int)
    with (autovacuum_enabled = off)`);
  const [ownerUrl, adminUrl, appUrl] = [database.url, database.url, database.url];
  const names = { database: database.name, ownerRole: 'owner', appRole: 'app' };
  target = { kind: 'external', ...names, ownerUrl, adminUrl, appUrl, sideRoles: [] };
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

const preview = () => previewMaintenance(target, { bloatBytes: BLOAT_BYTES });
const run = (onProgress: (line: string) => void = () => undefined) =>
  maintain(target, { bloatBytes: BLOAT_BYTES, onProgress });
const sqlOf = ({ jobs }: Pick<Work, 'jobs'>) => jobs.map(({ sql }) => sql);

/** The server tells its counts a moment after they are asked for. */
async function untilWork(isThere: (work: Work) => boolean): Promise<Work> {
  const deadline = Date.now() + PATIENCE_MS;
  await client.query('select pg_stat_force_next_flush()');
  for (;;) {
    const work = await preview();
    if (isThere(work) || Date.now() > deadline) return work;
    await wait(50);
  }
}

const fill = `insert into ${TABLE} select n, n from generate_series(1, 50000) n`;

it('vacuums, analyses and rebuilds what needs it, and then finds nothing more', async () => {
  await client.query(fill);
  await client.query(`create index "b i g" on ${TABLE} (a)`);
  await client.query(`delete from ${TABLE} where id > 5000`);
  const before = await untilWork(({ jobs }) => jobs.some(({ why }) => why.includes('dead')));
  expect(sqlOf(before)).toEqual([`VACUUM (ANALYZE) ${TABLE}`]);
  const lines: string[] = [];
  const first = await run((line) => lines.push(line));
  expect(first.jobs).toMatchObject([{ kind: 'vacuum', state: 'done', note: null }]);
  expect(lines).toEqual([`1 of 1: VACUUM (ANALYZE) ${TABLE}`]);
  const { rows } = await client.query(
    `select n_dead_tup::int as dead from pg_stat_user_tables where relname = 'La rge'`,
  );
  expect(rows).toEqual([{ dead: 0 }]);
  const bloated = await run();
  expect(sqlOf(bloated).sort()).toEqual([
    'REINDEX INDEX CONCURRENTLY "Odd ""s"""."La rge_pkey"',
    'REINDEX INDEX CONCURRENTLY "Odd ""s"""."b i g"',
  ]);
  expect(bloated.jobs.map(({ state }) => state)).toEqual(['done', 'done']);
  expect(await run()).toEqual({ jobs: [], left: [] });
});

it('mends what a rebuild that was cut off left behind', async () => {
  await client.query(`${fill}; insert into ${TABLE} values (0, 1); analyze ${TABLE}`);
  await client
    .query(`create unique index concurrently "Once" on ${TABLE} (a)`)
    .catch((error: unknown) => expect(error).toMatchObject({ code: '23505' }));
  await client
    .query(`create unique index concurrently "Once_ccnew" on ${TABLE} (a)`)
    .catch((error: unknown) => expect(error).toMatchObject({ code: '23505' }));
  const work = await untilWork(({ jobs }) => jobs.length > 0);
  expect(sqlOf(work).slice(0, 2)).toEqual([
    'DROP INDEX CONCURRENTLY IF EXISTS "Odd ""s"""."Once_ccnew"',
    'REINDEX INDEX CONCURRENTLY "Odd ""s"""."Once"',
  ]);
  const failing = await run();
  expect(failing.jobs.slice(0, 2)).toMatchObject([
    { state: 'done' },
    { state: 'failed', note: expect.stringContaining('SQLSTATE 23505') as string },
  ]);
  await client.query(`delete from ${TABLE} where id = 0`);
  await run();
  const { rows } = await client.query(
    `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indrelid = $1::regclass and i.indisvalid order by 1`,
    [TABLE],
  );
  expect(rows).toEqual([{ name: 'La rge_pkey' }, { name: 'Once' }]);
  expect((await preview()).jobs.filter(({ kind }) => kind !== 'vacuum')).toEqual([]);
});

it('analyses a partitioned table once its parts are known, and not again', async () => {
  await client.query(`create table "Par ted" (id int) partition by range (id);
    create table part partition of "Par ted" for values from (0) to (100000)
      with (autovacuum_enabled = off);
    insert into "Par ted" select generate_series(1, 3000)`);
  await untilWork(({ jobs }) => jobs.some(({ target: name }) => name.includes('Par ted')));
  const { jobs } = await run();
  expect(jobs.find(({ target: name }) => name === 'public."Par ted"')).toMatchObject({
    sql: 'ANALYZE public."Par ted"',
    state: 'done',
  });
  expect((await preview()).jobs).toEqual([]);
});

it('says when an old transaction keeps what it would remove', async () => {
  await client.query(fill);
  const old = new pg.Client({ connectionString: database.url });
  await old.connect();
  await old.query(`begin isolation level repeatable read; select from ${TABLE} limit 1`);
  await client.query(`delete from ${TABLE} where id > 1000`);
  await untilWork(({ jobs }) => jobs.some(({ why }) => why.includes('dead')));
  const { jobs } = await run();
  await old.query('rollback');
  await old.end();
  expect(jobs).toMatchObject([{ kind: 'vacuum', state: 'unsettled' }]);
});

it('gives way to whoever holds the table, and to another upkeep', async () => {
  await client.query(fill);
  await untilWork(({ jobs }) => jobs.length > 0);
  await client.query(`begin; lock table ${TABLE} in share update exclusive mode`);
  const patience = { ...PATIENCE, lockTimeoutMs: 50, attempts: 2, pauseMs: 1 };
  const { jobs } = await maintain(target, { patience });
  expect(jobs).toMatchObject([
    { state: 'failed', note: expect.stringContaining('55P03') as string },
  ]);
  await client.query('rollback; select pg_advisory_lock(727074)');
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATOR.MAINTENANCE_RUNNING' });
});

it('leaves what belongs to others', async () => {
  await client.query(`${fill}; grant usage on schema "Odd ""s""" to public`);
  const role = `${database.name}_few`;
  await client.query(`create role ${role} login password 'few'`);
  await untilWork(({ jobs }) => jobs.length > 0);
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'few'];
  const few = await maintain({ ...target, ownerUrl: url.toString() });
  expect(few.jobs).toEqual([]);
  expect(few.left).toMatchObject([
    { target: TABLE, why: expect.stringMatching(/another role’s$/) as string },
  ]);
});
