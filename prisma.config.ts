import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'prisma/config';

const root = import.meta.dirname;
const inRoot = (...parts: string[]) => path.join(root, ...parts);

if (existsSync(inRoot('.env'))) process.loadEnvFile(inRoot('.env'));

// Nothing is downloaded; an operator who names a native engine keeps it.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= inRoot(
  'tooling/schema-engine/bin/schema-engine.mjs',
);

/** Owns the tables on the embedded server; made at first use. */
const OWNER = 'holovitals_owner';

/** Commands that read files only: for them no server starts. */
const OFFLINE = new Set([
  'generate',
  'validate',
  'format',
  'version',
  '--version',
  '-v',
  '--help',
  '-h',
]);

/** `DATABASE_URL`, else, in development, the embedded server. */
async function databaseUrl(): Promise<string | undefined> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') return given;
  const [, program = '', ...words] = process.argv;
  // Other programs read this file too, to know what it names.
  const offline =
    !program.includes('prisma') || words.length === 0 || words.some((word) => OFFLINE.has(word));
  if (offline || process.env['NODE_ENV'] === 'production') return undefined;
  const { openCredentials, startServer } = await import('@holovitals/postgres');
  const server = await startServer({ dataDir: inRoot('.data/postgres') });
  if (!openCredentials(server.dataDir).has(OWNER)) {
    execFileSync(process.execPath, [inRoot('apps/migrator/bin/migrator.mjs'), 'roles', 'sync'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  return server.url({ database: 'holovitals', role: OWNER });
}

const url = await databaseUrl();
const shadowDatabaseUrl = process.env['SHADOW_DATABASE_URL'];

export default defineConfig({
  schema: inRoot('packages/database/prisma/schema.prisma'),
  migrations: {
    path: inRoot('packages/database/prisma/migrations'),
    seed: 'node apps/migrator/bin/migrator.mjs seed',
  },
  ...(url !== undefined && {
    datasource: { url, ...(shadowDatabaseUrl && { shadowDatabaseUrl }) },
  }),
});
