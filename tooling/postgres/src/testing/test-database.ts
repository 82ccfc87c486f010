import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { quoteName } from '../databases.ts';
import { notOurDatabase } from '../errors.ts';
import { atDatabase } from '../postgres-url.ts';
import { markDatabase, NAME_PREFIX, readMarks } from './database-mark.ts';
import { removeAbandoned } from './remove-abandoned.ts';
import { ensureOwner, type TestOwner } from './test-owner.ts';
import { openTestServer, type TestServer } from './test-server.ts';
import { withTemplate, type DatabaseMaker, type TestTemplate } from './test-template.ts';

export type { TestTemplate } from './test-template.ts';

/** What a test database starts from. */
export interface TestDatabaseOptions {
  /** A template that is built once and cloned; without one the database is empty. */
  readonly template?: TestTemplate | undefined;
  /** Another test database to copy, with no session in it. */
  readonly copyOf?: TestDatabase | undefined;
}

/** A database of one test file, owned by a role that is no superuser. */
export interface TestDatabase {
  readonly name: string;
  /** The URL of its owner, who may also create databases and roles. */
  readonly url: string;
  /** The URL of the server's own role to the same database: the superuser, unless `TEST_DATABASE_URL` names another. */
  readonly superuserUrl: string;
  /** Drops it and the roles whose names begin with its own, ending its sessions. */
  drop(): Promise<void>;
}

let hasLookedForRemains = false;

/**
 * Creates a database for one test file: empty, a clone of a template, or of another's.
 *
 * @example
 * const database = await createTestDatabase();
 * afterAll(() => database.drop());
 *
 * @throws CodedError `POSTGRES.NOT_OUR_DATABASE` and those of `openTestServer`
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await openTestServer();
  try {
    const name = `${NAME_PREFIX}${process.pid}_${randomBytes(6).toString('hex')}`;
    const owner = await withClient(server.url, async (client) => {
      if (!hasLookedForRemains) await removeAbandoned(client);
      hasLookedForRemains = true;
      const found = await ensureOwner(client, server);
      await make(client, server, found, name, options);
      return found;
    });
    return {
      name,
      url: urlOf(server, name, owner),
      superuserUrl: urlOf(server, name),
      async drop() {
        await withClient(server.url, (client) => drop(client, name));
        await server.release();
      },
    };
  } catch (error) {
    await server.release();
    throw error;
  }
}

async function make(
  client: pg.Client,
  server: TestServer,
  owner: TestOwner,
  name: string,
  { template, copyOf }: TestDatabaseOptions,
): Promise<void> {
  const strategy = await cloneStrategy(client);
  const maker: DatabaseMaker = {
    urlOf: (database) => urlOf(server, database, owner),
    async create(database, source = 'template0') {
      const how = source === 'template0' ? '' : strategy;
      await client.query(
        `create database ${quoteName(database)} template ${quoteName(source)}
           owner ${quoteName(owner.name)}${how}`,
      );
      await markDatabase(client, database);
    },
  };
  if (template === undefined) await maker.create(name, copyOf?.name);
  else await withTemplate(client, template, maker, (source) => maker.create(name, source));
}

/** Copying files is fastest where they need not reach a disk; from PostgreSQL 15 on it is a choice. */
async function cloneStrategy(client: pg.Client): Promise<string> {
  const found = await client.query<{ is_fast: boolean }>(
    `select current_setting('fsync') = 'off'
            and current_setting('server_version_num')::int >= 150000 as is_fast`,
  );
  return found.rows[0]?.is_fast === true ? ' strategy file_copy' : '';
}

async function drop(client: pg.Client, name: string): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (found.rowCount === 0) return;
  if (!(await readMarks(client)).has(name)) throw notOurDatabase(name);
  await client.query(`drop database ${quoteName(name)} with (force)`);
  const roles = await client.query<{ name: string }>(
    'select rolname as name from pg_roles where starts_with(rolname, $1)',
    [`${name}_`],
  );
  for (const role of roles.rows) await client.query(`drop role ${quoteName(role.name)}`);
}

function urlOf({ url }: TestServer, database: string, owner?: TestOwner): string {
  const { name, password } = owner ?? {};
  return name === undefined || password === undefined
    ? atDatabase(url, database)
    : atDatabase(url, database, { name, password });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
