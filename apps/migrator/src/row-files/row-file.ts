/** The first word of a file of rows inside its encryption; its blocks are those of a backup. */
export const ROW_FILE_FORMAT = 'migrator-rows';
export const ROW_FILE_FIRST_LINE = `${ROW_FILE_FORMAT} 1\n`;

/** What a file of rows says of itself before its rows. */
export interface RowFileHead {
  readonly createdAt: string;
  /** Names of the columns, in the order of the values of a row. */
  readonly columns: readonly string[];
  /** What its writer says of it. */
  readonly about: unknown;
}

/** What to write to a file of rows. */
export interface RowOrder {
  /** A query whose rows come in the order that they are to have. */
  readonly query: string;
  readonly columns: readonly string[];
  readonly about: unknown;
  /** Public keys of the age format. */
  readonly recipients: readonly string[];
}

/** A file of rows that was written. */
export interface WrittenRows {
  readonly rows: number;
  /** Of the file as it lies on the disk, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** Opens the file as its recipients do: made for this one, kept nowhere, to read it back with. */
  readonly identity: string;
}

/** A file of rows that was read to its end. */
export interface ReadRows {
  readonly head: RowFileHead;
  readonly rows: number;
  readonly sha256: string;
}

/** Takes each row as a line of COPY's text format, without its newline. */
export type TakeRow = (line: Buffer) => void;
