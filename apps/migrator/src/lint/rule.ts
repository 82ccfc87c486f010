import type { AlterTableCmd, RangeVar } from '@pgsql/types';
import type { Catalog, Column, Constraint, Relation } from '../plan/locks/catalog.ts';
import type { Impact } from '../plan/locks/impact.ts';
import type { Statement } from '../statements/read-statements.ts';
import type { Severity } from './finding.ts';
import type { SchemaFacts } from './schema-facts.ts';

/** A relation that a statement is about, as it was before the statement. */
export interface Subject {
  readonly relation: Relation;
  /** `schema.name`, quoted where it must be. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly constraints: readonly Constraint[];
}

/** A statement as rules see it: of `ALTER TABLE` each subcommand is one. */
export interface LintedStatement extends Statement {
  /** The subcommand of `ALTER TABLE`. */
  readonly command: AlterTableCmd | null;
  /** What it locks, reads and writes anew; tables that the script made are left out. */
  readonly impact: Impact;
  /** The relations that it names and that are there before it, in the order of their names. */
  readonly subjects: readonly Subject[];
}

/** What rules know beside the statement. */
export interface RuleContext {
  /** The database as the statement leaves it. */
  readonly catalog: Catalog;
  /** All statements of the script, and which of them this one is. */
  readonly statements: readonly Statement[];
  readonly position: number;
  /** Columns that the script has added so far, as `schema.table column`. */
  readonly newColumns: ReadonlySet<string>;
  /** Constraints that the script has added so far, as `schema.table constraint`. */
  readonly newConstraints: ReadonlySet<string>;
  /** The migration is older than one that is applied. */
  readonly isOutOfOrder: boolean;
  /** Names of functions and views that files of `sql/` make. */
  readonly objects: ReadonlySet<string>;
  readonly facts: SchemaFacts;
  /** `schema.table`, quoted where it must be, of what a name means after the statement. */
  nameOf(name: RangeVar): string;
}

/** What a rule has against a statement. */
export interface Fault {
  readonly message: string;
  /**
   * The relations whose size weighs it: none counts for new ones and for empty ones, less for small
   * ones. Left out where size is no matter.
   */
  readonly on?: readonly Relation[];
  /** Where it is not the rule's own. */
  readonly severity?: Severity;
  /** Where it is not the rule's own: with the names of this statement. */
  readonly instead?: string;
}

/** What a migration should not do. */
export interface Rule {
  /** Words with hyphens; of a package's rule after its domain: `catalog/no-refunds`. */
  readonly code: string;
  readonly severity: Severity;
  /** What it finds, in a few words. */
  readonly summary: string;
  /** Why it is one. */
  readonly why: string;
  /** What to write instead, in a sentence. */
  readonly instead: string;
  /** A script in which it finds something. */
  readonly bad: string;
  /** The same done safely; a line `-- next migration` parts scripts. */
  readonly safe: string;
  check(statement: LintedStatement, context: RuleContext): readonly Fault[];
}
