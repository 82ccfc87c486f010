import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dropDatabase } from './drop-database.ts';

let home: TestDatabase;
let client: pg.Client;

async function open(url: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: url });
  session.on('error', () => undefined);
  await session.connect();
  return session;
}

async function make(suffix: string) {
  const name = `${home.name}_"${suffix}"`;
  await client.query(`create database ${pg.escapeIdentifier(name)} template template0`);
  const at = (url: string) => {
    const other = new URL(url);
    other.pathname = `/${encodeURIComponent(name)}`;
    return other.toString();
  };
  return { name, url: at(home.url), superuserUrl: at(home.superuserUrl) };
}

async function isThere(name: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
  return rowCount === 1;
}

beforeAll(async () => {
  home = await createTestDatabase();
  client = await open(home.url);
});

afterAll(async () => {
  await client.end();
  await home.drop();
});

it('ends the sessions of the same role', async () => {
  const { name, url } = await make('own');
  await open(url);
  await dropDatabase(client, name);
  expect(await isThere(name)).toBe(false);
  await dropDatabase(client, name);
});

it('waits for a session that only a superuser may end, as autovacuum has one', async () => {
  const { name, superuserUrl } = await make('foreign');
  const foreign = await open(superuserUrl);
  const dropped = dropDatabase(client, name);
  await expect
    .poll(async () => {
      const active = "select query from pg_stat_activity where state = 'active' and query like $1";
      const { rows } = await foreign.query<{ query: string }>(active, ['drop database%']);
      return rows.filter(({ query }) => query.includes('foreign') && !query.includes('force'));
    })
    .toHaveLength(1);
  await foreign.end();
  await dropped;
  expect(await isThere(name)).toBe(false);
});
