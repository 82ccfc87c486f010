import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findWorkspaceRoot } from '@holovitals/postgres';
import { readManifest, type SchemaManifest } from '@holovitals/schema-composer';
import { manifestMissing } from '../errors.ts';

/** A workspace: where its schema, migrations, objects and seeds are. */
export interface Workspace {
  readonly root: string;
  /** The name of the root package, as a database name. */
  readonly databaseName: string;
  readonly schemaFile: string;
  readonly manifestFile: string;
  readonly migrationsDirectory: string;
  readonly sumFile: string;
}

/** Opens the workspace at or above a folder and loads its `.env`, which overrides nothing. */
export function openWorkspace(from: string = process.cwd()): Workspace {
  const root = findWorkspaceRoot(from);
  const envFile = path.join(root, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const { schemaDir } = readJson(path.join(root, 'schema.config.json')) as { schemaDir?: string };
  const { name = 'app' } = readJson(path.join(root, 'package.json')) as { name?: string };
  const prisma = path.join(root, schemaDir ?? 'prisma');
  return {
    root,
    databaseName: name.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_'),
    schemaFile: path.join(prisma, 'schema.prisma'),
    manifestFile: path.join(prisma, 'schema.manifest.json'),
    migrationsDirectory: path.join(prisma, 'migrations'),
    sumFile: path.join(prisma, 'migrations.sum'),
  };
}

/**
 * Reads the composed schema's manifest.
 *
 * @throws CodedError `MIGRATOR.MANIFEST_MISSING`
 */
export function loadManifest(workspace: Workspace): SchemaManifest {
  if (!existsSync(workspace.manifestFile)) throw manifestMissing(workspace.manifestFile);
  return readManifest(workspace.manifestFile);
}

function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
