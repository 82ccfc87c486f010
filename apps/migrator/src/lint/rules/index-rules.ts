import type { IndexStmt } from '@pgsql/types';
import { nameOf } from '../../plan/locks/catalog.ts';
import { treeOf } from '../../statements/read-statements.ts';
import { addedConstraints, optionOf } from '../added-parts.ts';
import type { Fault, Rule } from '../rule.ts';

const MANY_COLUMNS = 3;

const indexNotConcurrent: Rule = {
  code: 'index-not-concurrent',
  severity: 'error',
  summary: 'builds an index while nobody can write',
  why: 'CREATE INDEX holds a SHARE lock until its transaction ends: every write waits for the whole build.',
  instead: 'Write CREATE INDEX CONCURRENTLY, alone in its migration.',
  bad: 'CREATE INDEX orders_note_idx ON orders (note);',
  safe: 'CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);',
  check({ node, subjects: [table] }) {
    const tree = treeOf(node, 'IndexStmt');
    if (tree === undefined || table === undefined || tree.concurrent === true) return [];
    if (table.relation.kind === 'p') return [];
    return [
      { message: `Writes to ${table.name} wait until the index is built.`, on: [table.relation] },
    ];
  },
};

const indexOnPartitionedTable: Rule = {
  code: 'index-on-partitioned-table',
  severity: 'error',
  summary: 'builds the indexes of all partitions at once',
  why: 'All partitions are locked against writes until the last is done, and CONCURRENTLY is refused there.',
  instead:
    'Make the index ON ONLY the parent, one CONCURRENTLY on each partition (each alone in its migration), and attach each with ALTER INDEX … ATTACH PARTITION.',
  bad: 'CREATE INDEX sales_amount_idx ON sales (amount);',
  safe: `CREATE INDEX sales_amount_idx ON ONLY sales (amount);
-- next migration
CREATE INDEX CONCURRENTLY sales_2025_amount_idx ON sales_2025 (amount);
-- next migration
ALTER INDEX sales_amount_idx ATTACH PARTITION sales_2025_amount_idx;`,
  check({ node, impact, subjects: [table] }) {
    const tree = treeOf(node, 'IndexStmt');
    if (tree === undefined || table?.relation.kind !== 'p' || tree.relation?.inh !== true)
      return [];
    const message =
      tree.concurrent === true
        ? `The server refuses CONCURRENTLY on the partitioned table ${table.name}.`
        : `Writes to every partition of ${table.name} wait until the last index is built.`;
    if (tree.concurrent === true) return [{ message }];
    return [{ message, on: impact.builds.size === 0 ? [table.relation] : [...impact.builds] }];
  },
};

const uniqueOverExistingRows: Rule = {
  code: 'unique-over-existing-rows',
  severity: 'warning',
  summary: 'fails where rows that are there hold a value twice',
  why: 'Whether it can be built depends on the rows: it may pass everywhere but in production, and a failed CONCURRENTLY leaves an invalid index.',
  instead:
    'Look for such rows first: SELECT columns, count(*) … GROUP BY columns HAVING count(*) > 1.',
  bad: 'CREATE UNIQUE INDEX CONCURRENTLY orders_note_key ON orders (note);',
  safe: `-- lint-allow unique-over-existing-rows: looked at in production, no value is there twice
CREATE UNIQUE INDEX CONCURRENTLY orders_note_key ON orders (note);`,
  check(statement) {
    const {
      node,
      subjects: [table],
    } = statement;
    if (table === undefined) return [];
    const index = treeOf(node, 'IndexStmt');
    const fault = (columns: readonly string[]): Fault => ({
      message: `It fails where ${table.name} holds a value twice.`,
      on: [table.relation],
      ...(columns.length > 0 && { instead: precheck(table.name, columns, index) }),
    });
    if (index?.unique === true) return [fault(plainColumns(index))];
    return (
      addedConstraints(statement)
        .filter(({ tree }) => /^CONSTR_(UNIQUE|PRIMARY)$/.test(tree.contype ?? ''))
        .filter(({ tree }) => tree.indexname === undefined)
        // A new column holds nothing twice, or the same in every row.
        .filter(() => statement.command?.subtype === 'AT_AddConstraint')
        .map(({ columns }) => fault(columns))
    );
  },
};

const dropIndexNotConcurrent: Rule = {
  code: 'drop-index-not-concurrent',
  severity: 'warning',
  summary: 'drops an index while nobody can read or write',
  why: 'DROP INDEX takes an ACCESS EXCLUSIVE lock on the table and holds it until its transaction ends.',
  instead: 'Write DROP INDEX CONCURRENTLY IF EXISTS, alone in its migration.',
  bad: 'DROP INDEX orders_placed_at_idx;',
  safe: 'DROP INDEX CONCURRENTLY IF EXISTS orders_placed_at_idx;',
  check({ node, subjects }) {
    const tree = treeOf(node, 'DropStmt');
    if (tree?.removeType !== 'OBJECT_INDEX' || tree.concurrent === true) return [];
    // The index of a partitioned table can be dropped in no other way.
    return subjects
      .filter(({ relation }) => relation.kind !== 'I')
      .map(({ relation, name }) => ({
        message: `Reads and writes of ${relation.indexOf === null ? `the table of ${name}` : nameOf(relation.indexOf)} wait until the transaction ends.`,
        on: [relation],
      }));
  },
};

const reindexNotConcurrent: Rule = {
  code: 'reindex-not-concurrent',
  severity: 'error',
  summary: 'rebuilds indexes while nobody can write, nor read by them',
  why: 'REINDEX locks writes out of the table, and reads that would use the index, for the whole rebuild.',
  instead: 'Write REINDEX … CONCURRENTLY, alone in its migration.',
  bad: 'REINDEX TABLE orders;',
  safe: 'REINDEX TABLE CONCURRENTLY orders;',
  check({ node, impact, subjects: [table] }) {
    const tree = treeOf(node, 'ReindexStmt');
    if (tree === undefined || optionOf(tree.params, 'concurrently') !== null) return [];
    const what = table?.name ?? 'each table in turn';
    const on =
      table === undefined
        ? {}
        : { on: impact.builds.size > 0 ? [...impact.builds] : [table.relation] };
    return [{ message: `Writes to ${what} wait until the rebuild is done.`, ...on }];
  },
};

const indexWithInclude: Rule = {
  code: 'index-with-include',
  severity: 'error',
  summary: 'makes an index with INCLUDE, which the schema cannot say',
  why: "Prisma's schema has no INCLUDE: the next migration that it writes drops the index.",
  instead: 'Index the columns themselves, or leave the included ones out.',
  bad: 'CREATE INDEX CONCURRENTLY orders_number_idx ON orders (number) INCLUDE (total);',
  safe: 'CREATE INDEX CONCURRENTLY orders_number_idx ON orders (number, total);',
  check(statement) {
    const {
      node,
      subjects: [table],
    } = statement;
    const index = treeOf(node, 'IndexStmt');
    const lists = [
      index?.indexIncludingParams,
      ...addedConstraints(statement).map(({ tree }) => tree.including),
    ];
    const made = (treeOf(node, 'CreateStmt')?.tableElts ?? []).flatMap(
      (it) => treeOf(it, 'Constraint')?.including ?? [],
    );
    if (made.length === 0 && !lists.some((list) => (list ?? []).length > 0)) return [];
    if (table?.relation.schema === 'pg_temp') return [];
    return [{ message: 'The next migration that the schema leads to drops this index.' }];
  },
};

const indexOverManyColumns: Rule = {
  code: 'index-over-many-columns',
  severity: 'note',
  summary: `makes an index of more than ${MANY_COLUMNS} columns`,
  why: 'Each write pays for it, and columns after the third rarely narrow a search any further.',
  instead: 'Index the columns that searches narrow by most; the server combines indexes.',
  bad: 'CREATE INDEX CONCURRENTLY orders_all_idx ON orders (number, total, note, state);',
  safe: 'CREATE INDEX CONCURRENTLY orders_number_idx ON orders (number, total);',
  check({ node }) {
    const tree = treeOf(node, 'IndexStmt');
    const count = (tree?.indexParams ?? []).length;
    if (tree === undefined || tree.unique === true || count <= MANY_COLUMNS) return [];
    return [{ message: `The index has ${count} columns.` }];
  },
};

const concurrentlyIfNotExists: Rule = {
  code: 'concurrently-if-not-exists',
  severity: 'warning',
  summary: 'takes an invalid index for the one that is wanted',
  why: 'A concurrent build that fails leaves an invalid index of that name. Run again with IF NOT EXISTS it does nothing, and the index stays unused.',
  instead: 'Leave IF NOT EXISTS out, so that a leftover is seen.',
  bad: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_note_idx ON orders (note);',
  safe: 'CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);',
  check({ node }) {
    const tree = treeOf(node, 'IndexStmt');
    if (tree?.concurrent !== true || tree.if_not_exists !== true) return [];
    return [{ message: `Where ${tree.idxname ?? 'it'} was left invalid, it stays so.` }];
  },
};

export const indexRules: readonly Rule[] = [
  indexNotConcurrent,
  indexOnPartitionedTable,
  uniqueOverExistingRows,
  dropIndexNotConcurrent,
  reindexNotConcurrent,
  indexWithInclude,
  indexOverManyColumns,
  concurrentlyIfNotExists,
];

/** The columns of an index that has nothing but columns. */
function plainColumns({ indexParams = [] }: IndexStmt): string[] {
  const names = indexParams.map((it) => treeOf(it, 'IndexElem')?.name);
  return names.every((name) => name !== undefined) ? names : [];
}

function precheck(table: string, columns: readonly string[], index: IndexStmt | undefined): string {
  const list = columns.map(quoted).join(', ');
  const where = index?.whereClause === undefined ? '' : ' WHERE (its condition)';
  return `Look first: SELECT ${list}, count(*) FROM ${table}${where} GROUP BY ${list} HAVING count(*) > 1.`;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
