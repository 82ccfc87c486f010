/** A file of replaceable database objects, or objects that follow from the manifest. */
export interface SqlObject {
  /** From the workspace's root; `generated/…` for those of the manifest. */
  readonly file: string;
  readonly sql: string;
  readonly hash: string;
  /** The tables and columns that its `-- @needs Model` and `-- @needs Model.field` lines name. */
  readonly needs: readonly NeededTable[];
  /** Files that need each other, directly or not, are of one group: it is applied whole or not at all. */
  readonly group: string;
}

/** What an object file reads or changes, as the database calls it. */
export interface NeededTable {
  readonly table: string;
  /** Null where the file needs the table as a whole. */
  readonly column: string | null;
}
