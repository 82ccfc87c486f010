import type { WaitingMigration } from '../backfill/backfill-status.ts';
import type { HeldContract } from '../contract/held-contracts.ts';
import type { NeedyMigration } from '../contract/needs-contract.ts';
import type { Finding } from '../lint/finding.ts';
import type { Duration, WorkKind } from './estimate.ts';
import type { Blocked, LockMode } from './locks/lock-mode.ts';

/** How a migration is run: in one transaction, as the transactions it begins itself, or statement by statement. */
export type Run = 'transaction' | 'own transactions' | 'alone';

/** Sizes of a table; null where they are not known. */
export interface Size {
  /** As the planner estimates; null where nobody has counted. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly indexBytes: number;
}

/** A lock that a statement takes on something that is there before its migration. */
export interface PlannedLock {
  /** `schema.name`, when the statement runs. */
  readonly relation: string;
  readonly mode: LockMode;
  /** Who waits while it is held. */
  readonly blocks: readonly Blocked[];
  /** Taken only where rows ask for it. */
  readonly possible: boolean;
  readonly size: Size | null;
  /** From the statement to the end of its transaction; null where a size is not known. */
  readonly heldFor: Duration | null;
}

/** What a statement does with a whole table. */
export interface PlannedWork {
  readonly relation: string;
  readonly kind: WorkKind | 'empty';
  readonly size: Size | null;
}

/** A finding of `lint`. */
export type Advice = Pick<Finding, 'rule' | 'severity' | 'message' | 'instead'>;

/** One statement of a migration. */
export interface PlannedStatement {
  readonly line: number;
  readonly column: number;
  /** As it stands in the migration. */
  readonly sql: string;
  readonly locks: readonly PlannedLock[];
  readonly work: readonly PlannedWork[];
  /** Waits for all transactions that are open, and keeps nobody from working meanwhile. */
  readonly waitsForTransactions: boolean;
  readonly estimate: Duration | null;
  /** What could not be told of it: it may lock more than what is listed. */
  readonly unknown: readonly string[];
  readonly notes: readonly string[];
  /** What `lint` would write instead. */
  readonly advice: readonly Advice[];
  readonly isRisky: boolean;
}

/** One pending migration. */
export interface PlannedMigration {
  readonly name: string;
  readonly run: Run;
  readonly sealed: boolean;
  readonly statements: readonly PlannedStatement[];
  /** Why none of its statements could be read. */
  readonly fault: string | null;
}

/** What a plan rests on. */
export interface PlanBasis {
  readonly from: 'database' | 'file';
  readonly takenAt: string;
  readonly serverVersion: number;
  readonly longestTransactionSeconds: number | null;
  /** What estimates rest on. */
  readonly estimates: string;
}

/** What `deploy` would do; the form of `plan --json`, described in `docs/plan.md`. */
export interface PlanReport {
  readonly version: 1;
  readonly basis: PlanBasis;
  readonly migrations: readonly PlannedMigration[];
  /** Migrations that the deploy would stop before, since a backfill that they require is not complete. */
  readonly waiting: readonly WaitingMigration[];
  /** Pending contracts that the deploy would hold back; offline all of them, which are planned too. */
  readonly held: readonly HeldContract[];
  /** The migration that the deploy would stop before, with `MIGRATOR.CONTRACT_HELD`; null offline. */
  readonly needy: NeedyMigration | null;
  readonly objects: {
    /** Files that would be applied after the migrations; null offline, where nobody can know. */
    readonly apply: readonly string[] | null;
    /** Files that read what a migration changes, and may be dropped and applied again with it. */
    readonly around: readonly string[];
  };
  /** Rights that are missing or too many before the migrations; null offline. */
  readonly grants: readonly string[] | null;
  readonly hooks: readonly { readonly package: string; readonly sql: string }[];
  readonly total: PlanTotal;
}

/** The worst of it all. */
export interface PlanTotal {
  readonly migrations: number;
  readonly statements: number;
  readonly worstLock: { readonly relation: string; readonly mode: LockMode } | null;
  /** The longest that one statement takes. */
  readonly longest: Duration | null;
  /** Statements of which something could not be told. */
  readonly unknown: number;
  readonly risky: number;
}
