import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const migrator = path.join(root, 'apps/migrator/bin/migrator.mjs');

/** A database with the whole schema and its seeds. */
export interface SchemaDatabase extends TestDatabase {
  /** The URL of the application role, which row security binds. */
  readonly appUrl: string;
}

/**
 * Clones a database with the whole schema, made once per state of migrations, objects and seeds by
 * the real migrator.
 */
export async function createSchemaDatabase(): Promise<SchemaDatabase> {
  const database = await createTestDatabase({
    template: { key: hashSources(), build: migrate },
  });
  const appUrl = appUrlOf(database.url);
  return { ...database, appUrl };
}

/** Runs one command of the migrator against a database, as its user would. */
export async function runMigrator(url: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [migrator, ...args], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: url, APP_DATABASE_URL: appUrlOf(url) },
  });
  return stdout;
}

async function migrate(url: string): Promise<void> {
  await runMigrator(url, ['deploy']);
  await runMigrator(url, ['roles', 'sync']);
  await runMigrator(url, ['seed']);
}

/** The application role of the tests: its password follows from the owner's. */
function appUrlOf(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.username = 'test_app';
  url.password = `app-${url.password}`;
  return url.toString();
}

/** Everything the template follows from: manifest, migrations, SQL objects, seeds, and the migrator. */
function hashSources(): string {
  const hash = createHash('sha256');
  const packages = readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}`);
  const folders = packages.flatMap((folder) => [`${folder}/sql`, `${folder}/seeds`]);
  const made = ['packages/database/prisma/migrations', 'apps/migrator/dist'];
  hash.update(readFileSync(path.join(root, 'packages/database/prisma/schema.manifest.json')));
  for (const folder of [...folders, ...made]) {
    for (const file of filesBelow(path.join(root, folder))) {
      hash.update(path.relative(root, file)).update(readFileSync(file));
    }
  }
  return hash.digest('hex').slice(0, 24);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
