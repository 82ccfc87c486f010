import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { dropDatabase, quoteName } from '../databases.ts';
import { notOurDatabase } from '../errors.ts';
import { openTestServer } from './test-server.ts';

const MARK = 'made by tests; may be dropped at any time';
const OWNER = 'test_owner';

/** What a test database starts from. */
export interface TestDatabaseOptions {
  /**
   * A template that is built once per key (a hash of what it is made from) and then cloned.
   * `build` gets the URL of an empty database.
   */
  readonly template?: { readonly key: string; build(url: string): Promise<void> } | undefined;
}

/** A database of one test file, owned by a role that is no superuser. */
export interface TestDatabase {
  readonly name: string;
  /** The URL of its owner, who may also create databases and roles. */
  readonly url: string;
  /** The URL of the server's superuser to the same database. */
  readonly superuserUrl: string;
  /** Drops it, ending its sessions, and gives the server back. */
  drop(): Promise<void>;
}

/**
 * Creates a database for one test file: empty, or a clone of a template.
 *
 * @example
 * const database = await createTestDatabase();
 * afterAll(() => database.drop());
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await openTestServer();
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  const password = ownerPassword(server.url);
  await withClient(server.url, async (client) => {
    await ensureOwner(client, password);
    const ownerOf = (database: string) => urlOf(server.url, database, { role: OWNER, password });
    const template = options.template && (await ensureTemplate(client, options.template, ownerOf));
    await create(client, name, template);
  });
  return {
    name,
    url: urlOf(server.url, name, { role: OWNER, password }),
    superuserUrl: urlOf(server.url, name),
    async drop() {
      await withClient(server.url, (client) => refuseForeign(client, name));
      await dropDatabase(server.url, name);
      await server.release();
    },
  };
}

/** The owner's password follows from the server's own secret, so that all processes agree on it. */
function ownerPassword(serverUrl: string): string {
  return `owner-${new URL(serverUrl).password}`;
}

async function ensureOwner(client: pg.Client, password: string): Promise<void> {
  await client.query('select pg_advisory_lock(hashtext($1))', [OWNER]);
  try {
    const found = await client.query('select 1 from pg_roles where rolname = $1', [OWNER]);
    const verb = found.rowCount === 0 ? 'create' : 'alter';
    await client.query(
      `${verb} role ${OWNER} login createdb createrole nosuperuser password ${pg.escapeLiteral(password)}`,
    );
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [OWNER]);
  }
}

async function ensureTemplate(
  client: pg.Client,
  template: { readonly key: string; build(url: string): Promise<void> },
  ownerOf: (database: string) => string,
): Promise<string> {
  const name = `test_template_${template.key.replace(/[^a-z0-9_]/gi, '_').slice(0, 40)}`;
  await client.query('select pg_advisory_lock(hashtext($1))', [name]);
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount !== 0) return name;
    const partial = `test_building_${randomBytes(6).toString('hex')}`;
    await create(client, partial);
    try {
      await template.build(ownerOf(partial));
      await client.query(`alter database ${quoteName(partial)} rename to ${quoteName(name)}`);
    } catch (error) {
      await client.query(`drop database if exists ${quoteName(partial)} with (force)`);
      throw error;
    }
    return name;
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [name]);
  }
}

async function create(client: pg.Client, name: string, template = 'template0'): Promise<void> {
  await client.query(
    `create database ${quoteName(name)} template ${quoteName(template)} owner ${OWNER}`,
  );
  await client.query(`comment on database ${quoteName(name)} is ${pg.escapeLiteral(MARK)}`);
}

async function refuseForeign(client: pg.Client, name: string): Promise<void> {
  const found = await client.query<{ mark: string | null }>(
    `select shobj_description(oid, 'pg_database') as mark from pg_database where datname = $1`,
    [name],
  );
  if (found.rows[0]?.mark !== MARK) throw notOurDatabase(name);
}

function urlOf(
  serverUrl: string,
  database: string,
  as?: { readonly role: string; readonly password: string },
): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  if (as !== undefined) {
    url.username = encodeURIComponent(as.role);
    url.password = encodeURIComponent(as.password);
  }
  return url.toString();
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
