/** What is wrong with the audit trail, and where: ids and numbers, never content. */
export interface Fault {
  readonly kind:
    | 'ROW_FORGED'
    | 'ROW_REMOVED'
    | 'ROW_ADDED'
    | 'ROW_EXCHANGED'
    | 'ROWS_DIFFER'
    | 'CHECKPOINT_FORGED'
    | 'CHECKPOINT_REMOVED'
    | 'COPY_FORGED';
  readonly shard: number;
  /** Of the row; of a checkpoint its first. */
  readonly seq: string;
  readonly row: string | null;
  readonly checkpoint: string | null;
  readonly why: string;
}
