import { constraintsOf, nameOf, type Catalog, type Relation } from '../plan/locks/catalog.ts';
import type { LintedStatement } from './rule.ts';

/** What a script has added to tables so far: `schema.table name`. */
export interface News {
  readonly columns: Set<string>;
  readonly constraints: Set<string>;
}

/** The name of a column or constraint with its table's. */
export function newsKey(table: Relation, name: string): string {
  return `${nameOf(table)} ${name}`;
}

/** Notes the columns and constraints that a statement added. */
export function noteNews(news: News, statement: LintedStatement, catalog: Catalog): void {
  for (const { relation, name, columns, constraints } of statement.subjects) {
    if (nameOf(relation) !== name) rename(news, name, nameOf(relation));
    const there = new Set(constraints.map((it) => it.name));
    for (const added of constraintsOf(catalog, relation)) {
      if (!there.has(added.name)) news.constraints.add(newsKey(relation, added.name));
    }
    // A renamed column is as old as it was.
    if (statement.kind === 'RenameStmt') continue;
    for (const column of relation.columns.keys()) {
      if (!columns.has(column)) news.columns.add(newsKey(relation, column));
    }
  }
}

function rename({ columns, constraints }: News, from: string, to: string): void {
  for (const names of [columns, constraints]) {
    for (const key of [...names]) {
      if (key.startsWith(`${from} `)) names.add(to + key.slice(from.length));
    }
  }
}
