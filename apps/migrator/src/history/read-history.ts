import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import { migrationUnreadable } from '../errors.ts';
import { sha256 } from './checksum.ts';
import { decodeScript } from './decode-script.ts';

/** A migration on disk. */
export interface Migration {
  /** Its folder: `20260101120000_add_invoices`. */
  readonly name: string;
  readonly sql: string;
  /** It has `down.sql`, `meta.json` and its right line in `migrations.sum`. */
  readonly sealed: boolean;
}

/**
 * Reads the history on disk, oldest first.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_UNREADABLE` for one without readable UTF-8 SQL
 */
export function readHistory(workspace: Workspace): Migration[] {
  const { migrationsDirectory } = workspace;
  if (!existsSync(migrationsDirectory)) return [];
  const sums = readSums(workspace);
  return readdirSync(migrationsDirectory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const folder = path.join(migrationsDirectory, name);
      const sql = readScript(name, path.join(folder, 'migration.sql'));
      const companions = ['down.sql', 'meta.json'].every((file) =>
        existsSync(path.join(folder, file)),
      );
      return { name, sql, sealed: companions && sums.get(name) === sumOf(folder) };
    });
}

/** The line of a migration in `migrations.sum`: a hash over its files. */
export function sumOf(folder: string): string {
  return sha256(
    ['migration.sql', 'down.sql', 'meta.json']
      .map((file) => readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n'))
      .join('\0'),
  );
}

function readScript(name: string, file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw migrationUnreadable(name, 'Its folder holds no migration.sql.');
  }
  const script = decodeScript(bytes);
  if (script === null)
    throw migrationUnreadable(name, 'Its migration.sql is not UTF-8, or holds a NUL.');
  return script;
}

function readSums({ sumFile }: Workspace): Map<string, string> {
  if (!existsSync(sumFile)) return new Map();
  return new Map(
    readFileSync(sumFile, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [, sum = '', name = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
        return [name, sum];
      }),
  );
}
