/** @module-tag slow */
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AppliedRow } from '../history/applied.ts';
import { sha256 } from '../history/checksum.ts';
import { readBegunDeploy, recordBegunDeploy } from './begun-deploy.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

const migrations = ['1_first', '2_second'].map((name) => ({ name, sql: name, sealed: true }));
const applied = [
  { name: '1_first', checksum: sha256('1_first'), finished: true, rolledBack: false },
] as unknown as AppliedRow[];
const read = () => readBegunDeploy(client, migrations.slice(1), applied);

it('counts for a day, and no longer', async () => {
  await recordBegunDeploy(client, migrations, { judged: new Set(), isFresh: true });
  expect(await read()).toEqual({ judged: new Set(['2_second']), isFresh: true });
  await client.query(`update migrator.begun_deploy set begun_at = now() - interval '25 hours'`);
  expect(await read()).toEqual({ judged: new Set(), isFresh: false });
});

it('is old where an older release has recorded it without its age', async () => {
  await client.query('alter table migrator.begun_deploy drop column begun_at');
  expect(await read()).toEqual({ judged: new Set(), isFresh: false });
  await recordBegunDeploy(client, migrations, { judged: new Set(), isFresh: true });
  expect(await read()).toEqual({ judged: new Set(['2_second']), isFresh: true });
});
