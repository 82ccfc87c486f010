/** A file of replaceable database objects, or objects that follow from the manifest. */
export interface SqlObject {
  /** From the workspace's root; `generated/…` for those of the manifest. */
  readonly file: string;
  readonly sql: string;
  readonly hash: string;
}
