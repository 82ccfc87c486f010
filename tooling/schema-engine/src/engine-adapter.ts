import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { dropDatabase } from './drop-database.ts';
import { notPermittedToCreateShadow, shadowIsTarget } from './errors.ts';
import { runScript, toEngineError } from './run-script.ts';

const CHAR_OID = 18;
const NAME_OID = 19;
const TEXT_OID = 25;

/** Where the engine's databases are. */
export interface EngineDatabases {
  readonly url: string;
  /** A database to replay histories in; without it one is created and dropped (needs CREATEDB). */
  readonly shadowUrl?: string | undefined;
}

/**
 * Makes the engine's connections. It mends three things of the plain adapter: the catalog's types
 * `"char"` and `name`, scripts (sent whole, since functions and strings hold semicolons), and
 * shadow databases (which have the same mends).
 */
export function createAdapterFactory(
  databases: EngineDatabases,
): SqlMigrationAwareDriverAdapterFactory {
  const { url, shadowUrl } = databases;
  if (shadowUrl !== undefined && isSameDatabase(url, shadowUrl)) throw shadowIsTarget();
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(url),
    connectToShadowDb: () => (shadowUrl === undefined ? createShadow(url) : emptyShadow(shadowUrl)),
  };
}

async function connect(url: string): Promise<SqlDriverAdapter> {
  const pool = new pg.Pool({ connectionString: withoutSchema(url), max: 1 });
  pool.on('error', () => undefined);
  const schema = new URL(url).searchParams.get('schema');
  const factory = new PrismaPg(pool, {
    ...(schema !== null && { schema }),
    disposeExternalPool: true,
  });
  return mend(await factory.connect(), pool);
}

/** The plain adapter, as far as its inside is mended. */
interface MendableAdapter extends SqlDriverAdapter {
  performIO(query: unknown): Promise<{ fields?: { dataTypeID: number }[] }>;
}

function mend(plain: SqlDriverAdapter, pool: pg.Pool): SqlDriverAdapter {
  const adapter = plain as MendableAdapter;
  const performIO = adapter.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  let charColumns: number[] = [];
  adapter.performIO = async (query) => {
    const result = await performIO(query);
    charColumns = [];
    result.fields?.forEach((field, index) => {
      if (field.dataTypeID === CHAR_OID) charColumns.push(index);
      if (field.dataTypeID === CHAR_OID || field.dataTypeID === NAME_OID) {
        field.dataTypeID = TEXT_OID;
      }
    });
    return result;
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of charColumns) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
  adapter.executeScript = async (script) => {
    try {
      await runScript(pool, script);
    } catch (error) {
      throw toEngineError(error);
    }
  };
  return adapter;
}

async function createShadow(url: string): Promise<SqlDriverAdapter> {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  try {
    await once(url, (client) => client.query(`create database "${name}" template template0`));
  } catch (error) {
    throw (error as { code?: string }).code === '42501' ? notPermittedToCreateShadow() : error;
  }
  const shadow = new URL(url);
  shadow.pathname = `/${name}`;
  const adapter = await connect(shadow.toString());
  const dispose = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    await dispose();
    await once(url, (client) => dropDatabase(client, name));
  };
  return adapter;
}

/** A given shadow database is emptied of the schemas that migrations make. */
async function emptyShadow(url: string): Promise<SqlDriverAdapter> {
  const empty = `do $$ declare s text; begin
    for s in select nspname from pg_namespace
             where nspname not like 'pg\\_%' and nspname <> 'information_schema'
    loop execute format('drop schema %I cascade', s); end loop;
    create schema public;
  end $$`;
  await once(url, (client) => client.query(empty));
  return connect(url);
}

async function once(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: withoutSchema(url) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function isSameDatabase(left: string, right: string): boolean {
  const key = (text: string) => {
    const url = new URL(text);
    return `${url.hostname}:${url.port === '' ? '5432' : url.port}${url.pathname}`;
  };
  return key(left) === key(right);
}

/** `schema` is Prisma's own parameter; the server would refuse it. */
function withoutSchema(text: string): string {
  const url = new URL(text);
  url.searchParams.delete('schema');
  return url.toString();
}
