import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  composeWorkspace,
  formatDiagnostics,
  readManifest,
  type SchemaManifest,
} from '@holovitals/schema-composer';
import type { PackageFacts, ReleaseSchema } from './compare-schemas.ts';
import { revisionUnknown, schemaInvalid } from './errors.ts';
import { readFilesAt, resolveRevision } from './git.ts';
import { readPackages } from './read-packages.ts';

/** Files that a composition reads. */
const COMPOSED =
  /(?:^|\/)(?:package\.json|[^/]+\.prisma)$|^(?:pnpm-workspace\.yaml|schema\.config\.json)$/;

/** Whether a schema is named by a file, and not by a revision. */
export function isSchemaFile(source: string): boolean {
  return /\.(?:json|prisma)$/.test(source);
}

/** Where a plain schema stands while it is composed; what is told names its own file. */
const PLAIN = 'packages/schema/prisma/schema.prisma';

/** Whether a composition reads this file, named from the root. */
export function isComposed(file: string): boolean {
  return COMPOSED.test(file);
}

/**
 * Reads a composed schema: of the working tree where no source is named, else of a
 * `schema.manifest.json`, of a plain `.prisma` file, or of a git revision. A past schema is not held
 * to today's rules.
 *
 * @throws CodedError `RELEASE.REVISION_UNKNOWN`, `RELEASE.SCHEMA_INVALID`, `RELEASE.RULES_INVALID`
 */
export async function readSchema(root: string, source?: string): Promise<ReleaseSchema> {
  if (source === undefined) return composed('the working tree', root);
  if (isSchemaFile(source)) {
    const file = path.resolve(root, source);
    if (!existsSync(file)) throw revisionUnknown(source);
    if (!source.endsWith('.prisma')) return fromManifest(source, readManifest(file));
    return inTemporaryFolder((folder) => {
      writePlainWorkspace(folder, readFileSync(file, 'utf8'));
      return composed(source, folder, (text) => text.replaceAll(PLAIN, source));
    });
  }
  const commit = await resolveRevision(root, source);
  const files = await readFilesAt(root, commit, isComposed);
  return inTemporaryFolder((folder) => {
    for (const { path: name, bytes } of files) write(folder, name, bytes);
    return composed(source, folder);
  });
}

/** The schema before the first release. */
export function emptySchema(after: ReleaseSchema): ReleaseSchema {
  const manifest: SchemaManifest = {
    ...after.manifest,
    schemaHash: '',
    domains: [],
    models: [],
    enums: [],
  };
  return { label: 'nothing', manifest, packages: {} };
}

function composed(
  label: string,
  root: string,
  named: (text: string) => string = (text) => text,
): ReleaseSchema {
  const { output, diagnostics } = composeWorkspace({ root, withoutRules: true });
  if (output === null) {
    throw schemaInvalid(label, named(formatDiagnostics(diagnostics)), diagnostics.length);
  }
  const packages = readPackages(root, output.manifest);
  const manifest = JSON.parse(JSON.stringify(output.manifest), (_key, value: unknown) =>
    typeof value === 'string' ? named(value) : value,
  ) as SchemaManifest;
  return { label, manifest, packages };
}

/** A manifest tells nothing of versions: they count as released. */
function fromManifest(label: string, manifest: SchemaManifest): ReleaseSchema {
  const facts: PackageFacts = { version: '1.0.0', rules: {} };
  const packages = Object.fromEntries(manifest.domains.map(({ name }) => [name, facts]));
  return { label, manifest, packages };
}

/** A workspace of one domain around a schema that knows none. */
function writePlainWorkspace(folder: string, schema: string): void {
  const features = /^\s*previewFeatures\s*=\s*(\[[^\]]*\])/m.exec(schema)?.[1] ?? '[]';
  const schemas = /^\s*schemas\s*=\s*\[[^\]]*\]/m.exec(schema)?.[0] ?? '';
  const config = {
    schemaDir: 'composed',
    base: 'base.prisma',
    classifications: {
      any: { rank: 1, meaning: 'any', rowSecurity: false, mask: false, log: true },
    },
    retentionTypes: [],
    noCascadeInto: { classifications: [], models: [] },
    extensions: [],
  };
  const domain = { name: 'schema', version: '1.0.0', schemaDomain: 'schema' };
  write(folder, 'pnpm-workspace.yaml', 'packages:\n  - packages/*\n');
  write(folder, 'schema.config.json', JSON.stringify(config));
  write(
    folder,
    'base.prisma',
    `datasource db {\n  provider = "postgresql"\n${schemas}\n}\n\ngenerator client {\n  provider        = "prisma-client"\n  output          = "client"\n  previewFeatures = ${features}\n}\n`,
  );
  write(folder, 'packages/schema/package.json', JSON.stringify(domain));
  write(folder, PLAIN, schema);
}

function write(folder: string, name: string, content: string | Buffer): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'schema-release-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
