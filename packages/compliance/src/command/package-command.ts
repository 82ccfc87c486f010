/**
 * A command as `migrator` takes it from a package (docs/package-commands.md). The migrator is an
 * application, which no domain imports.
 */
export interface PackageCommand {
  readonly name: string;
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly summary: string }[];
  readonly options?: readonly PackageOption[];
  readonly examples?: readonly string[];
  run(context: CommandContext, call: PackageCall): Promise<CommandResult>;
}

interface PackageOption {
  readonly flags: string;
  readonly summary: string;
  readonly isMany?: boolean;
}

/** How a command was called. */
export interface PackageCall {
  readonly parameters: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** What a command came to. */
export interface CommandResult {
  readonly data: unknown;
  readonly text: string;
  readonly state: 'done' | 'warnings' | 'failed';
}

/** A session as the owner of the tables, in UTC. */
export interface Session {
  query<Row extends object>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>;
}

/** What a command works with. */
export interface CommandContext {
  readonly session: Session;
  readonly url: string;
  readonly now: Date;
  progress(text: string): void;
  say(line: string): void;
  inTransaction<T>(doing: string, work: () => Promise<T>): Promise<T>;
  readonly rowFiles: RowFiles;
}

/** Files of rows, encrypted in the age format. */
export interface RowFiles {
  write(
    file: string,
    order: {
      readonly query: string;
      readonly columns: readonly string[];
      readonly about: unknown;
      readonly recipients: readonly string[];
    },
    takeRow: (line: Buffer) => void,
  ): Promise<WrittenRows>;
  read(file: string, key: FileKey, takeRow: (line: Buffer) => void): Promise<ReadRows>;
  load(
    file: string,
    key: FileKey,
    into: { readonly table: string; readonly columns: readonly string[] },
  ): Promise<ReadRows>;
}

/** A file of rows that was written; `sha256` in hex. */
export interface WrittenRows {
  readonly rows: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly identity: string;
}

/** A file of rows that was read to its end. */
export interface ReadRows {
  readonly head: { readonly columns: readonly string[]; readonly about: unknown };
  readonly rows: number;
  readonly sha256: string;
}

/** What opens a file. */
export type FileKey = { readonly identity: string } | { readonly files: readonly string[] };

/** A name as SQL takes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
