import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import { createAdapterFactory, type EngineDatabases } from './engine-adapter.ts';
import { loadWasm, translatePanic, type Bindings } from './load-wasm.ts';
import { withoutStandIns, withStandIns } from './stand-ins.ts';

type WasmEngine = Awaited<ReturnType<Bindings['SchemaEngine']['new']>>;

/** A schema file: its name and its text. */
export interface SchemaFile {
  readonly path: string;
  readonly content: string;
}

/** A migration of a history: its folder's name and its SQL. */
export interface HistoryMigration {
  readonly name: string;
  readonly sql: string;
}

/** A state of a database's schema. */
export type SchemaState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'schema'; readonly files: readonly SchemaFile[] }
  /** The state after a history, replayed in a shadow database. */
  | { readonly kind: 'history'; readonly migrations: readonly HistoryMigration[] }
  /** The database that the engine was opened with; the files tell its preview features. */
  | { readonly kind: 'database'; readonly files: readonly SchemaFile[] };

/** Prisma's schema engine, in this process. */
export interface SchemaEngine {
  /** The SQL that leads from one state to another; a comment alone where there is nothing to do. */
  diff(from: SchemaState, to: SchemaState): Promise<string>;
  /** Tells whether two states are the same, as far as Prisma sees. */
  isSame(from: SchemaState, to: SchemaState): Promise<boolean>;
  /** Frees its memory and ends its connections. */
  close(): Promise<void>;
}

/**
 * Opens the engine. Without `databases` it works offline: states `empty` and `schema` only.
 *
 * @example
 * const engine = await openSchemaEngine();
 * const sql = await engine.diff({ kind: 'empty' }, { kind: 'schema', files });
 *
 * @throws CodedError `ENGINE.*`
 */
export async function openSchemaEngine(databases?: EngineDatabases): Promise<SchemaEngine> {
  const connections = trackConnections(
    databases === undefined ? offlineFactory() : createAdapterFactory(databases),
  );
  const engine = await createWasmEngine(connections.factory);
  const compare = async (left: SchemaState, right: SchemaState, script: boolean) => {
    const [from, to] = withStandIns(left, right);
    try {
      return await engine.diff({
        from: toTarget(from),
        to: toTarget(to),
        script,
        exitCode: true,
        filters: { externalTables: [], externalEnums: [] },
      });
    } catch (error) {
      throw translatePanic(error);
    }
  };
  return {
    diff: async (from, to) => withoutStandIns((await compare(from, to, true)).stdout ?? ''),
    isSame: async (from, to) => (await compare(from, to, true)).exitCode === 0,
    async close() {
      engine.free();
      await connections.end();
    },
  };
}

/** The engine leaves connections open when it is freed, and idle ones hold the process for ten seconds. */
function trackConnections(factory: SqlMigrationAwareDriverAdapterFactory): {
  readonly factory: SqlMigrationAwareDriverAdapterFactory;
  end(): Promise<void>;
} {
  const open = new Set<SqlDriverAdapter>();
  const track = (adapter: SqlDriverAdapter) => {
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = () => (open.delete(adapter) ? dispose() : Promise.resolve());
    open.add(adapter);
    return adapter;
  };
  return {
    factory: {
      ...factory,
      connect: async () => track(await factory.connect()),
      connectToShadowDb: async () => track(await factory.connectToShadowDb()),
    },
    async end() {
      await Promise.all([...open].map((adapter) => adapter.dispose()));
    },
  };
}

/** Makes an engine over connections, with the schema files that the CLI names. */
export async function createWasmEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
  files: readonly SchemaFile[] = [],
  log: (line: string) => void = () => undefined,
): Promise<WasmEngine> {
  const bindings = await loadWasm();
  const datamodels = files.map(({ path, content }): [string, string] => [path, content]);
  try {
    return await bindings.SchemaEngine.new(
      { datamodels: datamodels.length > 0 ? datamodels : undefined },
      log,
      bindMigrationAwareSqlAdapterFactory(factory),
    );
  } catch (error) {
    throw translatePanic(error);
  }
}

/**
 * The engine asks its connection for the server's version when it is made, even for work that
 * needs no server: offline it is answered as PostgreSQL 18 would, and anything else is refused.
 */
export function offlineFactory(): SqlMigrationAwareDriverAdapterFactory {
  const refuse = () => Promise.reject(new Error('The engine was opened without a database.'));
  const connection = () =>
    Promise.resolve({
      provider: 'postgres' as const,
      adapterName: 'offline',
      queryRaw: ({ sql }: { sql: string }) =>
        sql.includes('server_version_num') ? Promise.resolve(OFFLINE_VERSION) : refuse(),
      executeRaw: refuse,
      executeScript: refuse,
      startTransaction: refuse,
      getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
      dispose: () => Promise.resolve(),
    });
  return {
    provider: 'postgres',
    adapterName: 'offline',
    connect: connection,
    connectToShadowDb: connection,
  };
}

const OFFLINE_VERSION = {
  columnNames: ['exists', 'version', 'numeric_version'],
  columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
  rows: [[true, 'PostgreSQL 18.0', 180_000]],
};

function toTarget(state: SchemaState) {
  switch (state.kind) {
    case 'empty':
      return { tag: 'empty' as const };
    case 'schema':
      return { tag: 'schemaDatamodel' as const, files: [...state.files] };
    case 'database':
      return { tag: 'schemaDatasource' as const, files: [...state.files], configDir: '.' };
    case 'history':
      return {
        tag: 'migrations' as const,
        baseDir: 'migrations',
        lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
        shadowDbInitScript: '',
        migrationDirectories: state.migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: {
            path: 'migration.sql',
            content: { tag: 'ok' as const, value: sql },
          },
        })),
      };
  }
}
