/** One thing that statements make, and where it stands in the catalog. */
export interface SchemaItem {
  /** The catalog and number of it, as `pg_depend` names it. */
  readonly key: string;
  /** Further keys by which other things depend on it: row types, indexes of constraints, rules of views. */
  readonly aliases: readonly string[];
  /** Items that must be there before, beside what `pg_depend` says. */
  readonly after: readonly string[];
  /** Made when the rows are loaded. */
  readonly late: boolean;
  /** Among those that do not depend on each other, the lowest comes first. */
  readonly rank: number;
  /** Orders items of one rank, so that the same database is written the same way. */
  readonly name: string;
  readonly sql: readonly string[];
}

/** Ranks of items; what is equal may come in any order that dependencies allow. */
export const RANK = {
  ...{ schema: 0, extension: 1, type: 2, routine: 3, sequence: 4, table: 5, default: 6, check: 7 },
  ...{ attach: 8, view: 9, key: 10, index: 11, attachIndex: 12, foreignKey: 13, statistics: 14 },
  ...{ refresh: 15, rule: 16, trigger: 17, policy: 18, rowSecurity: 19, eventTrigger: 20 },
} as const;
