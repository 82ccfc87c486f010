/** The first bytes of a backup; the number grows when a reader of today could not read it. */
export const FORMAT_NAME = 'migrator-backup';
export const FORMAT_VERSION = 1;
export const FIRST_LINE = `${FORMAT_NAME} ${FORMAT_VERSION}\n`;

/** Most bytes of one block before it is compressed. */
export const BLOCK_BYTES = 1 << 20;
/** What compression may add to bytes that do not compress. */
export const STORED_BYTES = BLOCK_BYTES + (1 << 16);
/** kind, number, raw length, stored length */
export const BLOCK_HEADER_BYTES = 13;
export const DIGEST_BYTES = 32;

/** What a block holds: blocks of one kind and number follow each other and belong together. */
export const BLOCK_KINDS = { head: 1, schema: 2, rows: 3, tail: 4, end: 5 } as const;
export type BlockKind = keyof typeof BLOCK_KINDS;

/** A table whose rows are in a backup; its place in the list is the number of its blocks. */
export interface BackedUpTable {
  /** `schema.table`, quoted as PostgreSQL does. */
  readonly name: string;
  /** Quoted; columns that the server generates are left out. */
  readonly columns: readonly string[];
}

/** What writes the structure of a database as SQL: the migrator itself, or PostgreSQL's `pg_dump`. */
export type BackupEngine = 'builtin' | 'pg_dump';

/** What is known before the rows are read. */
export interface BackupHead {
  readonly createdAt: string;
  readonly database: string;
  /** The role that owns the database; `CURRENT_USER` in the schema part. */
  readonly owner: string;
  readonly server: {
    readonly version: string;
    readonly major: number;
    readonly encoding: string;
    readonly collate: string;
    readonly ctype: string;
    /** `c` libc, `i` icu, `b` builtin. */
    readonly provider: string;
    readonly locale: string | null;
  };
  /** Who wrote the schema part. */
  readonly engine: BackupEngine;
  /** The version of `pg_dump`; null where it did not write anything. */
  readonly client: string | null;
  /** The newest migration that is applied; null where there is none. */
  readonly lastMigration: string | null;
  /** sha256 of the catalog. */
  readonly schemaHash: string;
  /** Roles that the schema part names, besides the owner. */
  readonly roles: readonly string[];
  readonly tables: readonly BackedUpTable[];
}

/** SQL that makes the structure, and what it makes. */
export interface BackupSchema {
  /** Run before rows are loaded. */
  readonly before: readonly string[];
  /** Run after them: keys, indexes, triggers, policies, rights. */
  readonly after: readonly string[];
  readonly settings: DatabaseSettings;
  readonly sequences: readonly SequenceValue[];
  /** The catalog that results. */
  readonly catalog: readonly StoredEntry[];
}

/** What is set on the database itself. */
export interface DatabaseSettings {
  readonly comment: string | null;
  readonly connectionLimit: number;
  /** `ALTER DATABASE … SET`, for one role or for all (null). */
  readonly parameters: readonly {
    readonly role: string | null;
    readonly name: string;
    readonly value: string;
  }[];
  /** Written like the schema part, with `DATABASE` for its name; null where they are the default. */
  readonly rights: readonly DatabaseRight[] | null;
}

/** One role's rights on the database; the role is SQL, such as `PUBLIC`. */
export interface DatabaseRight {
  readonly role: string;
  readonly privileges: readonly string[];
  readonly grantable: readonly string[];
}

/** Where a sequence stands. */
export interface SequenceValue {
  readonly name: string;
  /** Text: it may be greater than a number of JavaScript. */
  readonly value: string;
  readonly isCalled: boolean;
}

/** A catalog entry as a tuple: identity, kind, schema, relation, definition. */
export type StoredEntry = readonly [string, string, string | null, string | null, string];

/** What is known when all rows are read; its being there proves that nothing is missing. */
export interface BackupTail {
  /** One for each table of the head, in its order. */
  readonly counts: readonly RowCount[];
}

/** How many rows a table has, and a sum over them that is the same in any order. */
export interface RowCount {
  readonly rows: number;
  readonly checksum: string;
}

/** Everything about a backup but its rows. */
export interface BackupManifest extends BackupHead, BackupTail {}
