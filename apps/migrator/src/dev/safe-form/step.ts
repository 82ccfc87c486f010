/** When a step of a change is taken. */
export type Phase =
  /** What stands in the way of the rest. */
  | 'unindex'
  /** What is quick, or has no other form. */
  | 'main'
  /** Indexes, built beside readers and writers. */
  | 'index'
  /** What a column that goes demanded of new rows. */
  | 'release'
  /** Constraints that hold for new rows. */
  | 'constrain'
  /** The proof that old rows keep them, read while others write. */
  | 'validate'
  /** What the proof spares to read again, in the transaction of the proof. */
  | 'settle'
  /** Indexes that nobody needs any more. */
  | 'drop-index'
  /** Indexes of columns that go, once no release reads them any more; then the columns. */
  | 'contract-index'
  | 'contract';

/** A change in its safe form, or a part of it. */
export interface Step {
  readonly phase: Phase;
  /** In words for the name of a migration. */
  readonly topic: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** It refuses transactions, and is alone in its migration. */
  readonly isAlone: boolean;
}
