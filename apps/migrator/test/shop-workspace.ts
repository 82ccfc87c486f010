import { execFile, spawn, type ChildProcess, type ExecFileOptions } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import { inject } from 'vitest';
import { openWorkspace } from '../src/environment/workspace.ts';
import { writeSums } from '../src/history/write-sums.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const binary = path.join(repository, 'apps/migrator/bin/migrator.mjs');
const composer = path.join(repository, 'tooling/schema-composer/bin/schema-composer.mjs');

/** What a run of the binary said. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who can open backups of shops, with the secret part of the key. */
export const BACKUP_KEY = {
  recipient: 'age15dsu5hzk2gwnvxwddkwsaa0e42cma0uudzycn7hngepp5g2pwfgsgwj57s',
  identity: 'AGE-SECRET-KEY-1DNUJQ5SN93SDM4D7ERETVMW955UHWQYK4YC69XDX2KK8RJZQF39QGQQF8T',
} as const;

/** A small workspace of its own, with a database of its own. */
export interface Shop {
  readonly root: string;
  readonly database: TestDatabase;
  /** The URL of the application role. */
  readonly appUrl: string;
  readonly migrations: string;
  read(file: string): string;
  write(file: string, text: string): void;
  delete(file: string): void;
  compose(): Promise<Run>;
  migrator(...args: string[]): Promise<Run>;
  /** Runs it with other environment variables. */
  migratorWith(environment: Readonly<Record<string, string>>, ...args: string[]): Promise<Run>;
  start(...args: string[]): ChildProcess;
  startWith(environment: Readonly<Record<string, string>>, ...args: string[]): ChildProcess;
  /** Adds a sealed-looking migration by hand, as an editor would. */
  addMigration(name: string, sql: string): void;
  /** Writes `migrations.sum` for what has its companions. */
  seal(): void;
  remove(): Promise<void>;
}

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "shop", "private": true }',
  'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
  'schema.config.json': JSON.stringify({
    schemaDir: 'db',
    base: 'db/base.prisma',
    classifications: {
      closed: { rank: 2, meaning: 'for its owner', rowSecurity: true, mask: true, log: false },
      open: { rank: 1, meaning: 'for all', rowSecurity: false, mask: false, log: true },
    },
    retentionTypes: [],
    noCascadeInto: { classifications: [], models: [] },
    extensions: [],
  }),
  'db/base.prisma':
    'datasource db {\n  provider = "postgresql"\n}\n\ngenerator client {\n  provider        = "prisma-client"\n  output          = "../client"\n  previewFeatures = ["partialIndexes"]\n}\n',
  'db/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'packages/catalog/package.json':
    '{ "name": "@shop/catalog", "version": "0.0.0", "schemaDomain": "catalog" }',
  'packages/catalog/prisma/items.prisma': `/// Something to sell.
/// @open
/// @check items_price_positive: price_cents >= 0
model Item {
  id         String   @id @default(uuid(7)) @db.Uuid
  name       String   @unique
  priceCents Int      @map("price_cents")
  /// @generated price_cents * 2
  doubled    Int?     @default(dbgenerated())
  updatedAt  DateTime @updatedAt @map("updated_at") @db.Timestamptz(3)

  @@map("items")
}

/// What was sold, never changed.
/// @closed
/// @immutable
/// @partitionBy range(soldAt) in sale_partitions
model Sale {
  id     String   @default(uuid(7)) @db.Uuid
  soldAt DateTime @map("sold_at") @db.Timestamptz(3)
  amount Int

  @@id([id, soldAt])
  @@map("sales")
}
`,
  'packages/catalog/sql/cheapest.sql': `-- The lowest price.
-- @needs Item
create or replace function cheapest() returns integer
language sql stable set search_path = public as $$ select min(price_cents) from items $$;
`,
  'packages/catalog/seeds/10-items.json': JSON.stringify({
    model: 'Item',
    key: ['name'],
    rows: [
      { name: 'apple', priceCents: 50 },
      { name: 'pear', priceCents: 70 },
    ],
  }),
};

/** What a shop may be a copy of: its files, and its database unless that is empty. */
interface Prepared extends Pick<Shop, 'root'> {
  readonly database?: TestDatabase;
}

/** A test file may go from server to server: what is composed has no database. */
const composed = preparedOnce<Prepared>(async () => {
  const root = mkdtempSync(path.join(inject('shopsFolder'), 'shop-'));
  for (const [file, text] of Object.entries(FILES)) writeInto(root, file, text);
  await mustRun(execute(composer, ['--root', root], { cwd: root }));
  return { root };
});

/** Opens a shop: its files in a folder of their own, its schema composed, its database empty. */
export const openShop = async (): Promise<Shop> => makeShop(await composed());

/**
 * Shops on which `prepare` has worked already: it works once per process, and each shop is a copy
 * of the files and a clone of the database that it left. It makes no roles, which are the server's.
 *
 * @example
 * const openMigratedShop = shopsAfter((shop) => shop.migrator('dev', '--name', 'first'));
 */
export function shopsAfter(prepare: (shop: Shop) => Promise<Run>): () => Promise<Shop> {
  const prepared = preparedOnce(async () => {
    const shop = await openShop();
    await mustRun(prepare(shop));
    return shop;
  });
  return async () => makeShop(await prepared());
}

/** A shop after its first migration, `first`. */
export const openMigratedShop = shopsAfter((shop) => shop.migrator('dev', '--name', 'first'));

/**
 * Makes it when a test file of this process first asks for it. Its files go with the run; its
 * database is left to the server, which drops those of processes that are over.
 */
function preparedOnce<T extends Prepared>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function mustRun(running: Promise<Run>): Promise<void> {
  const { code, stderr } = await running;
  if (code !== 0) throw new Error(stderr);
}

function writeInto(root: string, file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

function execute(program: string, args: readonly string[], options: ExecFileOptions): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { ...options, encoding: 'utf8' },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

/** A shop with the files of another, and with its database or an empty one. */
async function makeShop(source: Prepared): Promise<Shop> {
  const root = mkdtempSync(path.join(inject('shopsFolder'), 'shop-'));
  cpSync(source.root, root, { recursive: true });
  const database = await createTestDatabase({ copyOf: source.database });
  const write = (file: string, text: string) => writeInto(root, file, text);
  const environment = {
    ...process.env,
    NODE_ENV: 'development',
    DATABASE_URL: database.url,
    APP_DATABASE_URL: appUrlOf(database.url, database.name),
    BACKUP_RECIPIENTS: BACKUP_KEY.recipient,
  };
  const run = (program: string, args: readonly string[], other = {}) =>
    execute(program, args, { cwd: root, env: { ...environment, ...other } });
  const start = (args: readonly string[], other = {}) =>
    spawn(process.execPath, [binary, ...args], {
      ...{ cwd: root, env: { ...environment, ...other }, stdio: 'pipe' as const },
    });
  return {
    root,
    database,
    appUrl: environment.APP_DATABASE_URL,
    migrations: path.join(root, 'db/migrations'),
    read: (file) => readFileSync(path.join(root, file), 'utf8'),
    write,
    delete: (file) => rmSync(path.join(root, file)),
    compose: () => run(composer, ['--root', root]),
    migrator: (...args) => run(binary, args),
    migratorWith: (other, ...args) => run(binary, args, other),
    start: (...args) => start(args),
    startWith: (other, ...args) => start(args, other),
    addMigration(name, sql) {
      write(`db/migrations/${name}/migration.sql`, sql);
    },
    seal: () => writeSums(openWorkspace(root)),
    async remove() {
      rmSync(root, { recursive: true, force: true });
      await database.drop();
    },
  };
}

/** The one migration of a shop. */
export function newestMigration(shop: Shop): string {
  return (
    readdirSync(shop.migrations, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
      .at(-1) ?? ''
  );
}

function appUrlOf(ownerUrl: string, database: string): string {
  const url = new URL(ownerUrl);
  url.username = `${database}_app`;
  url.password = 'shop-app';
  return url.toString();
}
