import type { Node, ObjectType } from '@pgsql/types';
import { nameOf } from '../../plan/locks/catalog.ts';
import { wordsOf } from '../../plan/locks/script-context.ts';
import { treeOf, type Statement } from '../../statements/read-statements.ts';
import type { Rule } from '../rule.ts';
import { newsKey } from '../script-news.ts';

const tableDropped: Rule = {
  code: 'table-dropped',
  severity: 'error',
  summary: 'drops a table',
  why: 'Its rows are gone, and the release that runs now fails wherever it reads them.',
  instead: 'Release code that does without it first; then drop it, and say so in the suppression.',
  bad: 'DROP TABLE lines;',
  safe: `-- lint-allow table-dropped: no release since 14 reads it, its rows are in the archive
DROP TABLE lines;`,
  check({ node, subjects }) {
    if (treeOf(node, 'DropStmt')?.removeType !== 'OBJECT_TABLE') return [];
    return subjects.map(({ name, relation }) => ({
      message: `${name} is dropped with its rows.`,
      on: [relation],
    }));
  },
};

const columnDropped: Rule = {
  code: 'column-dropped',
  severity: 'error',
  summary: 'drops a column',
  why: 'Its values are gone, and the release that runs now fails wherever it names the column.',
  instead: 'Release code that does without it first; then drop it, and say so in the suppression.',
  bad: 'ALTER TABLE orders DROP COLUMN note;',
  safe: `-- lint-allow column-dropped: no release since 14 reads it
ALTER TABLE orders DROP COLUMN note;`,
  check({ command, subjects: [table] }, { newColumns, catalog }) {
    const { name = '' } = command ?? {};
    if (command?.subtype !== 'AT_DropColumn' || table === undefined) return [];
    const isThere = table.columns.has(name) || !catalog.isComplete;
    if (!isThere || newColumns.has(newsKey(table.relation, name))) return [];
    return [
      { message: `${name} of ${table.name} is dropped with its values.`, on: [table.relation] },
    ];
  },
};

const schemaDropped: Rule = {
  code: 'schema-dropped',
  severity: 'error',
  summary: 'drops a schema',
  why: 'With CASCADE everything in it is gone, named or not; without, whatever looks there finds nothing.',
  instead: 'Drop what is in it by name, each with its reason.',
  bad: 'DROP SCHEMA stock CASCADE;',
  safe: `-- lint-allow schema-dropped: it has been empty since migration 20260301
DROP SCHEMA stock;`,
  check({ node }, { statements, position }) {
    const tree = treeOf(node, 'DropStmt');
    if (tree?.removeType !== 'OBJECT_SCHEMA') return [];
    const made = statements
      .slice(0, position)
      .map((it) => treeOf(it.node, 'CreateSchemaStmt')?.schemaname);
    return (tree.objects ?? [])
      .flatMap(wordsOf)
      .filter((name) => !made.includes(name))
      .map((name) => ({
        message: `Schema ${name} is dropped.`,
        ...(tree.behavior !== 'DROP_CASCADE' && { severity: 'warning' as const }),
      }));
  },
};

const databaseDropped: Rule = {
  code: 'database-dropped',
  severity: 'error',
  summary: 'drops a database',
  why: 'Everything in it is gone, and no migration can bring it back.',
  instead: 'Leave databases to an administrator.',
  bad: 'DROP DATABASE archive;',
  safe: 'CREATE TABLE archived (id int PRIMARY KEY);',
  check({ node }) {
    const tree = treeOf(node, 'DropdbStmt');
    return tree === undefined ? [] : [{ message: `Database ${tree.dbname ?? ''} is dropped.` }];
  },
};

const tableTruncated: Rule = {
  code: 'table-truncated',
  severity: 'error',
  summary: 'empties a table',
  why: 'All rows are gone at once, and the table is closed to readers and writers until the transaction ends.',
  instead: 'Delete what is not needed any more in batches, by a backfill.',
  bad: 'TRUNCATE lines;',
  safe: `-- lint-allow table-truncated: a cache, filled again by the nightly job
TRUNCATE lines;`,
  check({ node, subjects }) {
    if (treeOf(node, 'TruncateStmt') === undefined) return [];
    return subjects.map(({ name, relation }) => ({
      message: `${name} loses all its rows.`,
      on: [relation],
    }));
  },
};

const truncateCascades: Rule = {
  code: 'truncate-cascades',
  severity: 'error',
  summary: 'empties every table that refers to one',
  why: 'TRUNCATE … CASCADE follows foreign keys without end, into tables that it does not name.',
  instead: 'Name the tables that are to be emptied.',
  bad: `-- lint-allow table-truncated: the shop starts anew
TRUNCATE orders CASCADE;`,
  safe: `-- lint-allow table-truncated: the shop starts anew
TRUNCATE orders, lines;`,
  check({ node, impact, subjects }) {
    if (treeOf(node, 'TruncateStmt')?.behavior !== 'DROP_CASCADE') return [];
    const named = new Set(subjects.map(({ relation }) => relation));
    const others = [...impact.emptied].filter((it) => !named.has(it));
    const names = others.map(nameOf).join(', ') || 'whatever refers to it';
    return [{ message: `It empties ${names} too.`, on: others.length === 0 ? [...named] : others }];
  },
};

const MADE: Partial<Record<ObjectType, (node: Node) => readonly Node[] | undefined>> = {
  OBJECT_TYPE: (node) =>
    treeOf(node, 'CreateEnumStmt')?.typeName ?? treeOf(node, 'CreateRangeStmt')?.typeName,
  OBJECT_DOMAIN: (node) => treeOf(node, 'CreateDomainStmt')?.domainname,
  OBJECT_FUNCTION: (node) => treeOf(node, 'CreateFunctionStmt')?.funcname,
  OBJECT_PROCEDURE: (node) => treeOf(node, 'CreateFunctionStmt')?.funcname,
};

const dropCascades: Rule = {
  code: 'drop-cascades',
  severity: 'error',
  summary: 'drops whatever stands on it, without naming it',
  why: 'CASCADE takes columns, views, keys and functions along that the script does not name, and other ones in production than here.',
  instead: 'Drop by name what stands on it, then it without CASCADE.',
  bad: `-- lint-allow table-dropped: no release reads it
DROP TABLE lines CASCADE;`,
  safe: `-- lint-allow table-dropped: no release reads it
DROP TABLE lines;`,
  check({ node, command, subjects }, { statements, position }) {
    const on = subjects.length > 0 ? { on: subjects.map(({ relation }) => relation) } : {};
    const fault = [{ message: 'What else falls with it is not named.', ...on }];
    if (command !== null) return command.behavior === 'DROP_CASCADE' ? fault : [];
    const tree = treeOf(node, 'DropStmt');
    if (tree?.behavior !== 'DROP_CASCADE' || tree.removeType === 'OBJECT_SCHEMA') return [];
    const made = MADE[tree.removeType ?? 'OBJECT_TYPE'];
    const names = statements
      .slice(0, position)
      .map((it: Statement) => made?.(it.node)?.flatMap(wordsOf).at(-1));
    const dropped = (tree.objects ?? []).map((it) =>
      wordsOf(
        treeOf(it, 'ObjectWithArgs') === undefined
          ? it
          : { List: { items: treeOf(it, 'ObjectWithArgs')?.objname ?? [] } },
      ).at(-1),
    );
    return made !== undefined && dropped.every((name) => names.includes(name)) ? [] : fault;
  },
};

export const lossRules: readonly Rule[] = [
  ...[tableDropped, columnDropped, schemaDropped, databaseDropped],
  ...[tableTruncated, truncateCascades, dropCascades],
];
