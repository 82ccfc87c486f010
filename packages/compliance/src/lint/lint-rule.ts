import type { AlterTableCmd, Node, RangeVar } from '@pgsql/types';

/**
 * A rule as `migrator lint` takes it from a package (docs/lint.md). The migrator is an application,
 * which no domain imports: these are the parts of its types that the rules here use.
 */
export interface LintRule {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly summary: string;
  readonly why: string;
  readonly instead: string;
  readonly bad: string;
  readonly safe: string;
  check(statement: LintedStatement, context: LintContext): readonly LintFault[];
}

/** What a rule has against a statement. */
export interface LintFault {
  readonly message: string;
  readonly severity?: 'error' | 'warning' | 'note';
}

/** A statement; of `ALTER TABLE` each part is one. */
export interface LintedStatement {
  readonly kind: string;
  readonly node: Node;
  readonly command: AlterTableCmd | null;
  /** The tables that it is about. */
  readonly subjects: readonly {
    readonly name: string;
    readonly relation: { readonly isFresh: boolean };
  }[];
}

/** What is known beside the statement. */
export interface LintContext {
  readonly statements: readonly { readonly node: Node }[];
  readonly position: number;
  /** `schema.table` of what a name means at this place. */
  readonly nameOf: (name: RangeVar) => string;
  readonly facts: {
    readonly tables: ReadonlySet<string>;
    readonly protectedTables: ReadonlySet<string>;
    readonly immutableTables: ReadonlySet<string>;
    readonly classificationOf: (table: string, column: string) => string | undefined;
  };
}
