import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type { Workspace } from '../environment/workspace.ts';
import { backfillInvalid } from '../errors.ts';
import { sha256 } from '../history/checksum.ts';
import { decodeScript } from '../history/decode-script.ts';

/** A backfill of a package, as it lies on disk; it is neither parsed nor run by reading it. */
export interface Backfill {
  /** `domain/name`, the name being the file's without its extension. */
  readonly name: string;
  readonly kind: 'sql' | 'module';
  /** From the workspace's root. */
  readonly file: string;
  readonly text: string;
  /** SHA-256 of the SQL with unix line endings, or of the compiled module. */
  readonly hash: string;
}

interface PackageManifest {
  readonly migrator?: { readonly backfills?: string };
}

/**
 * Reads the backfills of all packages, in domain order and by name: `backfills/*.sql`, and the
 * compiled modules of the folder that `"migrator": { "backfills": "./dist/backfills" }` names.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_INVALID`
 */
export function readBackfills(workspace: Workspace, manifest: SchemaManifest): Backfill[] {
  const found = new Map<string, Backfill>();
  for (const { name: domain, directory } of manifest.domains) {
    const own = [
      ...filesOf(workspace, path.join(directory, 'backfills'), /\.sql$/),
      ...compiledOf(workspace, directory),
    ].map((file) => readOne(workspace, domain, file));
    for (const backfill of own.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const other = found.get(backfill.name);
      if (other !== undefined) {
        throw backfillInvalid(backfill.file, `${other.file} has the same name.`);
      }
      found.set(backfill.name, backfill);
    }
  }
  return [...found.values()];
}

function compiledOf(workspace: Workspace, directory: string): string[] {
  const manifestFile = path.join(workspace.root, directory, 'package.json');
  const { migrator } = JSON.parse(readFileSync(manifestFile, 'utf8')) as PackageManifest;
  if (migrator?.backfills === undefined) return [];
  const folder = path.join(directory, migrator.backfills);
  if (!existsSync(path.join(workspace.root, folder))) {
    throw backfillInvalid(folder, 'There is no such folder; the build of its package makes it.');
  }
  return filesOf(workspace, folder, /\.m?js$/);
}

function filesOf({ root }: Workspace, folder: string, pattern: RegExp): string[] {
  const place = path.join(root, folder);
  if (!existsSync(place)) return [];
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => path.posix.join(folder.replaceAll(path.sep, '/'), entry.name));
}

function readOne({ root }: Workspace, domain: string, file: string): Backfill {
  const text = decodeScript(readFileSync(path.join(root, file)));
  if (text === null) throw backfillInvalid(file, 'It is not UTF-8, or holds a NUL.');
  const { name, ext } = path.posix.parse(file);
  const kind = ext === '.sql' ? 'sql' : 'module';
  const hash = sha256(kind === 'sql' ? text.replaceAll('\r\n', '\n') : text);
  return { name: `${domain}/${name}`, kind, file, text, hash };
}
