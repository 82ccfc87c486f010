import type { ReadRows, TakeRow, WrittenRows } from '../row-files/row-file.ts';

/**
 * A command that a package brings: `"migrator": { "commands": "./dist/commands.js" }`, a module with
 * a list `commands`. The migrator adds `--json`, opens the session, prints, and answers errors.
 *
 * @example
 * export const commands = [
 *   {
 *     name: 'orders close',
 *     summary: 'close what is over',
 *     options: [{ flags: '--dry-run', summary: 'tell what would be closed' }],
 *     async run({ session, now }, { options }) {
 *       const { rows } = await session.query('select …', [now]);
 *       return { data: rows, text: `${rows.length} closed`, state: 'done' };
 *     },
 *   },
 * ];
 */
export interface PackageCommand {
  /** One word, or a group and a word: `archive`, `orders close`. */
  readonly name: string;
  readonly summary: string;
  /** What stands after the name, in order. */
  readonly parameters?: readonly { readonly name: string; readonly summary: string }[];
  readonly options?: readonly PackageOption[];
  readonly examples?: readonly string[];
  run(context: CommandContext, call: PackageCall): Promise<CommandResult>;
}

/** An option as the help shows it. */
export interface PackageOption {
  /** `--dry-run`, or with a value `--rate <rows>`. */
  readonly flags: string;
  readonly summary: string;
  /** It may be given several times. */
  readonly isMany?: boolean;
}

/** How a command was called. Options are named as in `--dry-run`: `dryRun`. */
export interface PackageCall {
  readonly parameters: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** What a command came to: exit 0, 3 for warnings, 4 for failures. */
export interface CommandResult {
  /** For `--json`. */
  readonly data: unknown;
  /** For people, on standard output; nothing where it is empty. */
  readonly text: string;
  readonly state: 'done' | 'warnings' | 'failed';
}

/** Asks the database. */
export interface Session {
  query<Row extends object>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>;
}

/** What a command works with. */
export interface CommandContext {
  /** As the owner of the tables, in UTC; a row filter is an error, never an empty result. */
  readonly session: Session;
  /** The owner's URL, for a client of the package's own. */
  readonly url: string;
  readonly now: Date;
  /** How far long work is. */
  progress(text: string): void;
  /** A line for people, on standard error. */
  say(line: string): void;
  /**
   * Works in one transaction of the session under the lock timeout, and again after a pause where
   * only a lock was not to be had.
   *
   * @throws CodedError `MIGRATOR.LOCK_UNAVAILABLE`
   */
  inTransaction<T>(doing: string, work: () => Promise<T>): Promise<T>;
  readonly rowFiles: RowFiles;
}

/** Files of rows, encrypted in the age format (docs/backup-format.md). */
export interface RowFiles {
  /**
   * Writes the rows of a query, as of one moment, to a new file.
   *
   * @throws CodedError `MIGRATOR.RECIPIENT_INVALID`, and those of `writeRows`
   */
  write(file: string, order: FileOrder, takeRow: TakeRow): Promise<WrittenRows>;
  /** Reads a whole file and proves that it is what was written. */
  read(file: string, key: FileKey, takeRow: TakeRow): Promise<ReadRows>;
  /** The same, into a table, in the session's open transaction. */
  load(
    file: string,
    key: FileKey,
    into: { readonly table: string; readonly columns: readonly string[] },
  ): Promise<ReadRows>;
}

/** What to write, and for whom. */
export interface FileOrder {
  /** A query whose rows come in the order that they are to have. */
  readonly query: string;
  readonly columns: readonly string[];
  readonly about: unknown;
  /** Public keys; BACKUP_RECIPIENTS where there are none. */
  readonly recipients: readonly string[];
}

/** What opens a file: an identity, or files of them; BACKUP_IDENTITY_FILE where there are none. */
export type FileKey = { readonly identity: string } | { readonly files: readonly string[] };
