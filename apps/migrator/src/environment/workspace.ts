import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findWorkspaceRoot } from '@holovitals/postgres';
import { readManifest, type SchemaManifest } from '@holovitals/schema-composer';
import { manifestMissing, workspaceUnreadable } from '../errors.ts';

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

/**
 * Opens the workspace at or above a folder and loads its `.env`, which overrides nothing.
 *
 * @throws CodedError `MIGRATOR.WORKSPACE_UNREADABLE`
 */
export function openWorkspace(from: string = process.cwd()): Workspace {
  const root = findWorkspaceRoot(from);
  loadEnvironment(root);
  const name = readText(root, 'package.json', 'name') ?? 'app';
  const prisma = path.join(root, readText(root, 'schema.config.json', 'schemaDir') ?? 'prisma');
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

/** Reads one text of a JSON file; undefined where the file or the text is missing. */
function readText(root: string, file: string, key: string): string | undefined {
  const place = path.join(root, file);
  if (!existsSync(place)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(place, 'utf8'));
  } catch (error) {
    const isJson = !(error instanceof SyntaxError);
    throw workspaceUnreadable(file, isJson ? 'It could not be opened.' : 'It is not JSON.');
  }
  const text: unknown =
    typeof json === 'object' ? (json as Record<string, unknown> | null)?.[key] : null;
  if (text === undefined || typeof text === 'string') return text;
  throw workspaceUnreadable(file, `Its "${key}" is no text.`);
}

function loadEnvironment(root: string): void {
  const file = path.join(root, '.env');
  if (!existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch {
    throw workspaceUnreadable('.env', 'It could not be opened.');
  }
}
