import { sqlSpan, type SqlAnnotation } from '../read-annotations.ts';
import type { ModelNode } from '../schema-node.ts';
import { columnTokens } from '../sql-columns.ts';
import { sqlFault, tokenizeSql } from '../sql-token.ts';
import type { Span } from '../source-file.ts';
import { suggest } from '../suggest.ts';
import type { RuleInput } from './check-rules.ts';

interface SqlText {
  readonly sql: string;
  /** Where a stretch of the SQL stands. */
  readonly span: (at: number, length: number) => Span;
}

/** SQL of annotations is one expression, and names columns that exist. */
export function sqlNamesColumns({ schema, report }: RuleInput): void {
  for (const model of schema.models) {
    const columns = new Set(model.fields.map(({ column }) => column));
    for (const { sql, span } of sqlOf(model)) {
      const tokens = tokenizeSql(sql);
      const fault = sqlFault(tokens);
      if (fault !== null) {
        const at = span(fault.token.at, fault.token.length);
        report({ code: 'SQL_MALFORMED', message: fault.message, at });
        continue;
      }
      for (const token of columnTokens(tokens)) {
        if (columns.has(token.text)) continue;
        const near = suggest(token.text, columns);
        const byField = model.fields.find(({ member }) => member.name.toLowerCase() === token.text);
        const meant = byField?.column ?? near;
        report({
          code: 'SQL_COLUMN',
          message: `The table ${model.table} has no column ${token.text}.`,
          at: span(token.at, token.length),
          ...(meant === undefined ? {} : { fix: `Did you mean ${meant}?` }),
        });
      }
    }
  }
}

/** Prisma's next diff would drop an index with INCLUDE. */
export function indexesIncludeNothing({ schema, report }: RuleInput): void {
  for (const { annotations } of schema.models) {
    for (const sql of [...annotations.sqlIndexes, ...annotations.excludes]) {
      const tokens = tokenizeSql(sql.sql);
      const found = tokens.find(
        ({ kind, text }, at) =>
          kind === 'word' && text === 'include' && tokens[at + 1]?.text === '(',
      );
      if (found === undefined) continue;
      report({
        code: 'INDEX_INCLUDE',
        message: 'An index with INCLUDE does not survive the next migration.',
        at: sqlSpan(sql, found.at, found.length),
        fix: 'Make the columns part of the key, or leave them out.',
      });
    }
  }
}

function sqlOf(model: ModelNode): SqlText[] {
  const { annotations, fields, keys, relations } = model;
  const own = [annotations, ...[...fields, ...relations].map((each) => each.annotations)];
  const written = own.flatMap(({ checks, excludes, sqlIndexes, generated }): SqlAnnotation[] => [
    ...checks,
    ...excludes,
    ...sqlIndexes,
    ...(generated === null ? [] : [generated]),
  ]);
  return [
    ...written.map((each) => ({
      sql: each.sql,
      span: (at: number, length: number) => sqlSpan(each, at, length),
    })),
    ...keys.flatMap(({ where, at }) =>
      where === null || where.startsWith('{') ? [] : [{ sql: where, span: () => at }],
    ),
  ];
}
