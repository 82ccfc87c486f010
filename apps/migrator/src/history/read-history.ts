import { existsSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { readContract, type Contract } from '../contract/contract.ts';
import type { Workspace } from '../environment/workspace.ts';
import { migrationUnreadable, sumsConflicting } from '../errors.ts';
import { sha256 } from './checksum.ts';
import { decodeScript } from './decode-script.ts';
import { readOrigin, type SquashOrigin } from './replaced.ts';

/** A migration on disk. */
export interface Migration {
  /** Its folder: `20260101120000_add_invoices`. */
  readonly name: string;
  readonly sql: string;
  /** It has `down.sql`, `meta.json` and its right line in `migrations.sum`. */
  readonly sealed: boolean;
  /** What it stands for, where it is a squash. */
  readonly origin?: SquashOrigin | null;
  /** What it drops that the release before it uses, where it is a contract. */
  readonly contract?: Contract | null;
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
    .filter((entry) => entry.isDirectory() || refuseLink(migrationsDirectory, entry))
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const folder = path.join(migrationsDirectory, name);
      const sql = readScript(name, path.join(folder, 'migration.sql'));
      const companions = ['down.sql', 'meta.json'].every((file) =>
        existsSync(path.join(folder, file)),
      );
      const isSealed = companions && sums.get(name) === readSum(name, folder);
      if (!companions) return { name, sql, sealed: false, origin: null, contract: null };
      const meta = readFileSync(path.join(folder, 'meta.json'), 'utf8');
      const [origin, contract] = [readOrigin(name, meta), readContract(name, meta)];
      return { name, sql, sealed: isSealed, origin, contract };
    });
}

/**
 * Refuses a `migrations.sum` of two branches at once, or one that names a migration which is not
 * there: somebody's migration would be left out unnoticed.
 *
 * @throws CodedError `MIGRATOR.SUMS_CONFLICTING`
 */
export function refuseConflictingSums(workspace: Workspace, history: readonly Migration[]): void {
  if (!existsSync(workspace.sumFile)) return;
  if (/^(<{7}|={7}|>{7})/m.test(readFileSync(workspace.sumFile, 'utf8'))) {
    throw sumsConflicting('It holds the marks of a conflict that version control left there.');
  }
  const gone = [...readSums(workspace).keys()].filter(
    (name) => !history.some((migration) => migration.name === name),
  );
  if (gone.length > 0) throw sumsConflicting(`It names what is not on disk: ${gone.join(', ')}.`);
}

/** The line of a migration in `migrations.sum`: a hash over its files. */
export function sumOf(folder: string): string {
  return sha256(
    ['migration.sql', 'down.sql', 'meta.json']
      .map((file) => readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n'))
      .join('\0'),
  );
}

/** What a link leads to may be another thing tomorrow, or on another machine; Prisma passes it over. */
function refuseLink(directory: string, entry: Dirent): false {
  const leadsTo = statSync(path.join(directory, entry.name), { throwIfNoEntry: false });
  if (!entry.isSymbolicLink() || leadsTo?.isFile() === true) return false;
  throw migrationUnreadable(entry.name, 'It is a symbolic link, not a folder.');
}

function readSum(name: string, folder: string): string {
  try {
    return sumOf(folder);
  } catch {
    throw migrationUnreadable(name, 'Its meta.json or down.sql cannot be opened.', 'meta.json');
  }
}

function readScript(name: string, file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw migrationUnreadable(
      name,
      isMissing ? 'Its folder holds no migration.sql.' : 'Its migration.sql cannot be opened.',
    );
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
