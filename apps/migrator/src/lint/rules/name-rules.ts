import { treeOf } from '../../statements/read-statements.ts';
import type { Rule } from '../rule.ts';
import { newsKey } from '../script-news.ts';

const tableRenamed: Rule = {
  code: 'table-renamed',
  severity: 'error',
  summary: 'renames a table or moves it to another schema',
  why: 'The release that runs now fails from that moment on: it names the table as before.',
  instead:
    'Keep the name in the database and map it (`@@map`), or leave a view of the old name until the next release is out.',
  bad: 'ALTER TABLE lines RENAME TO order_lines;',
  safe: `-- lint-allow table-renamed: a view of the old name stands until the next release is out
ALTER TABLE lines RENAME TO order_lines;
CREATE VIEW lines WITH (security_invoker = true) AS SELECT * FROM order_lines;`,
  check({ node, subjects: [table] }) {
    const type =
      treeOf(node, 'RenameStmt')?.renameType ?? treeOf(node, 'AlterObjectSchemaStmt')?.objectType;
    if (table === undefined || !/^OBJECT_(TABLE|FOREIGN_TABLE|VIEW|MATVIEW)$/.test(type ?? ''))
      return [];
    if (table.relation.indexOf !== null) return [];
    return [{ message: `${table.name} is not found by its name any more.`, on: [table.relation] }];
  },
};

const columnRenamed: Rule = {
  code: 'column-renamed',
  severity: 'error',
  summary: 'renames a column',
  why: 'The release that runs now fails from that moment on: it names the column as before.',
  instead:
    'Keep the name in the database and map it (`@map`), or add the new column, keep both in step, and drop the old one a release later.',
  bad: 'ALTER TABLE orders RENAME COLUMN note TO remark;',
  safe: 'ALTER TABLE orders ADD COLUMN remark text;',
  check({ node, subjects: [table] }, { newColumns }) {
    const tree = treeOf(node, 'RenameStmt');
    if (tree?.renameType !== 'OBJECT_COLUMN' || table === undefined) return [];
    const { subname = '' } = tree;
    if (newColumns.has(newsKey(table.relation, subname))) return [];
    return [
      {
        message: `${subname} of ${table.name} is not found by its name any more.`,
        on: [table.relation],
      },
    ];
  },
};

const schemaRenamed: Rule = {
  code: 'schema-renamed',
  severity: 'error',
  summary: 'renames a schema',
  why: 'The release that runs now fails from that moment on, and so do functions whose text names it.',
  instead: 'Keep the name.',
  bad: 'ALTER SCHEMA stock RENAME TO warehouse;',
  safe: 'CREATE SCHEMA warehouse;',
  check({ node }, { statements, position }) {
    const tree = treeOf(node, 'RenameStmt');
    if (tree?.renameType !== 'OBJECT_SCHEMA') return [];
    const made = statements
      .slice(0, position)
      .map((it) => treeOf(it.node, 'CreateSchemaStmt')?.schemaname);
    return made.includes(tree.subname)
      ? []
      : [{ message: `Schema ${tree.subname ?? ''} is not found by its name any more.` }];
  },
};

export const nameRules: readonly Rule[] = [tableRenamed, columnRenamed, schemaRenamed];
