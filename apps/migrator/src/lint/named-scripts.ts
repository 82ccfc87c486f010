import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import { scriptUnreadable } from '../errors.ts';
import { decodeScript } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';

/** A script that somebody named. */
export interface NamedScript {
  readonly file: string;
  readonly sql: string;
  /** The migration that it is; null for other files. */
  readonly migration: string | null;
}

/**
 * Reads scripts by name: a migration, its folder, or any file.
 *
 * @throws CodedError `MIGRATOR.SCRIPT_UNREADABLE`
 */
export function readNamedScripts(
  { migrationsDirectory }: Workspace,
  history: readonly Migration[],
  names: readonly string[],
): NamedScript[] {
  return names.map((given) => {
    const known = history.find(({ name }) => name === given);
    const file =
      known === undefined ? fileOf(given) : path.join(migrationsDirectory, given, 'migration.sql');
    const folder = path.dirname(path.resolve(file));
    const isMigration =
      path.basename(file) === 'migration.sql' && path.dirname(folder) === migrationsDirectory;
    return {
      file: path.relative(process.cwd(), file).replaceAll(path.sep, '/'),
      sql: readScript(given, file),
      migration: isMigration ? path.basename(folder) : null,
    };
  });
}

function fileOf(given: string): string {
  const isFolder = statSync(given, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? path.join(given, 'migration.sql') : given;
}

function readScript(given: string, file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw scriptUnreadable(given, `It cannot be read: ${code}.`);
  }
  const script = decodeScript(bytes);
  if (script === null) throw scriptUnreadable(given, 'It is not UTF-8, or holds a NUL.');
  return script;
}
