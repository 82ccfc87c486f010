import type { Node } from '@pgsql/types';
import { constraintsOf, type Relation } from '../../plan/locks/catalog.ts';
import { domainOf, readType } from '../../plan/locks/column-types.ts';
import { relationOf, visit, wordsOf } from '../../plan/locks/script-context.ts';
import { noImpact } from '../../plan/locks/impact.ts';
import { treeOf } from '../../statements/read-statements.ts';
import { addedColumn, addedConstraints } from '../added-parts.ts';
import { enumSwapOf } from '../enum-swap.ts';
import type { Fault, LintedStatement, Rule, RuleContext } from '../rule.ts';

const columnDefaultVolatile: Rule = {
  code: 'column-default-volatile',
  severity: 'error',
  summary: 'adds a column whose default differs from row to row',
  why: 'The whole table is written anew, with all its indexes, closed to readers and writers.',
  instead:
    'Add the column without the default, set the default in a statement of its own, and fill the rows that are there by a backfill.',
  bad: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();',
  safe: `ALTER TABLE orders ADD COLUMN token uuid;
ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();`,
  check(statement) {
    const kinds = addedConstraints(statement).map(({ tree }) => tree.contype);
    if (!kinds.includes('CONSTR_DEFAULT')) return [];
    return rewriting(statement, 'since the default differs from row to row');
  },
};

const columnGeneratedStored: Rule = {
  code: 'column-generated-stored',
  severity: 'error',
  summary: 'adds a stored generated column',
  why: 'The whole table is written anew, with all its indexes, closed to readers and writers.',
  instead:
    'Add a plain column that a trigger or the application fills, backfill it, or compute it in a view; from PostgreSQL 18 on a VIRTUAL column writes nothing.',
  bad: 'ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (total * 2) STORED;',
  safe: 'ALTER TABLE orders ADD COLUMN twice int;',
  check(statement) {
    const { command } = statement;
    if (command?.subtype === 'AT_SetExpression')
      return rewriting(statement, 'since every value is computed again');
    const isStored = addedConstraints(statement).some(
      ({ tree }) => tree.contype === 'CONSTR_GENERATED' && tree.generated_kind !== 'v',
    );
    return isStored ? rewriting(statement, 'since the column is computed for every row') : [];
  },
};

const SERIALS = /^(small|big)?serial[248]?$/;

const columnNumbered: Rule = {
  code: 'column-numbered',
  severity: 'error',
  summary: 'adds an identity or serial column to a table that is there',
  why: 'Every row gets a number: the whole table is written anew, with all its indexes, closed to readers and writers.',
  instead:
    'Add a plain column, let a sequence be its default, backfill it, then make it the identity.',
  bad: 'ALTER TABLE orders ADD COLUMN row_number bigint GENERATED ALWAYS AS IDENTITY;',
  safe: `CREATE SEQUENCE orders_row_number;
ALTER TABLE orders ADD COLUMN row_number bigint;
ALTER TABLE orders ALTER COLUMN row_number SET DEFAULT nextval('orders_row_number');`,
  check(statement) {
    const [type] = (addedColumn(statement.command)?.typeName?.names ?? [])
      .flatMap(wordsOf)
      .slice(-1);
    const isIdentity = addedConstraints(statement).some(
      ({ tree }) => tree.contype === 'CONSTR_IDENTITY',
    );
    return isIdentity || SERIALS.test(type ?? '')
      ? rewriting(statement, 'since each row gets a number')
      : [];
  },
};

const columnOfConstrainedDomain: Rule = {
  code: 'column-of-constrained-domain',
  severity: 'error',
  summary: 'adds a column of a domain that has a rule',
  why: 'The rule is checked for every row, by writing the whole table anew, closed to readers and writers.',
  instead:
    "Add the column with the domain's base type, and a check NOT VALID that is validated in a migration of its own.",
  bad: 'ALTER TABLE orders ADD COLUMN code article_code;',
  safe: `ALTER TABLE orders ADD COLUMN code text;
ALTER TABLE orders ADD CONSTRAINT orders_code_check CHECK (code <> '') NOT VALID;`,
  check(statement, { catalog }) {
    const column = addedColumn(statement.command);
    if (column === undefined) return [];
    const domain = domainOf(catalog, readType(catalog, column.typeName));
    return domain?.isConstrained === true
      ? rewriting(statement, 'to check the rule of the domain')
      : [];
  },
};

const FILLS = /^CONSTR_(DEFAULT|IDENTITY|GENERATED)$/;

const columnNotNullWithoutDefault: Rule = {
  code: 'column-not-null-without-default',
  severity: 'error',
  summary: 'adds a NOT NULL column without a default',
  why: 'It fails as soon as the table has one row, and the release that runs now writes no value.',
  instead:
    'Add it nullable or with a constant default; make it NOT NULL when every row has a value.',
  bad: 'ALTER TABLE orders ADD COLUMN channel text NOT NULL;',
  safe: "ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';",
  check(statement) {
    const {
      command,
      subjects: [table],
    } = statement;
    const column = addedColumn(command);
    if (column === undefined || table === undefined) return [];
    const kinds = addedConstraints(statement).map(({ tree }) => tree.contype ?? '');
    if (!kinds.some((kind) => /^CONSTR_(NOTNULL|PRIMARY)$/.test(kind))) return [];
    const type = (column.typeName?.names ?? []).flatMap(wordsOf).at(-1) ?? '';
    if (kinds.some((kind) => FILLS.test(kind)) || SERIALS.test(type)) return [];
    return [
      {
        message: `It fails where ${table.name} has a row: ${column.colname ?? ''} has no value.`,
        on: [table.relation],
      },
    ];
  },
};

const typeChangeRewrites: Rule = {
  code: 'type-change-rewrites',
  severity: 'error',
  summary: 'changes a type so that the table is written anew or read through',
  why: 'The table is closed to readers and writers for as long as that takes, and the release that runs now may not know the new type.',
  instead:
    'Add a column of the new type, keep both in step, backfill, and change over; or choose a type that holds the same values (a longer varchar, text).',
  bad: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint;',
  safe: 'ALTER TABLE customers ALTER COLUMN name TYPE varchar(80);',
  check(statement) {
    const {
      command,
      impact,
      subjects: [table],
    } = statement;
    if (command?.subtype !== 'AT_AlterColumnType' || table === undefined) return [];
    if (enumSwapOf(statement) !== null || impact.scans.size === 0) return [];
    const { name = '' } = command;
    const what = impact.rewrites.size > 0 ? 'is written anew' : 'is read through';
    return [{ message: `${table.name} ${what} for the type of ${name}.`, on: [...impact.scans] }];
  },
};

const rowsChangedInMigration: Rule = {
  code: 'rows-changed-in-migration',
  severity: 'error',
  summary: 'changes rows of a table that is there, all at once',
  why: 'One long transaction locks every row that it changes, holds back vacuum, and keeps the locks of the other statements for as long.',
  instead:
    'Write a backfill, which works in batches; rows that are named by their key may be changed here.',
  bad: "UPDATE orders SET note = 'none' WHERE note IS NULL;",
  safe: "UPDATE orders SET note = 'none' WHERE id = 7;",
  check({ node }, { catalog }) {
    const faults: Fault[] = [];
    for (const kind of ['UpdateStmt', 'DeleteStmt', 'MergeStmt'] as const) {
      visit(node, kind, (found) => {
        const { relation: name, whereClause } = found as { relation?: object; whereClause?: Node };
        const table = relationOf({ catalog, impact: noImpact() }, name);
        if (
          table === undefined ||
          (kind !== 'MergeStmt' && namesOneRow(catalog, table, whereClause))
        )
          return;
        faults.push({
          message: `Rows of ${table.schema}.${table.name} are changed in one transaction.`,
          on: [table],
        });
      });
    }
    return faults;
  },
};

export const changeRules: readonly Rule[] = [
  columnDefaultVolatile,
  columnGeneratedStored,
  columnNumbered,
  columnOfConstrainedDomain,
  columnNotNullWithoutDefault,
  typeChangeRewrites,
  rowsChangedInMigration,
];

function rewriting({ impact, subjects: [table] }: LintedStatement, reason: string): Fault[] {
  if (table === undefined || impact.rewrites.size === 0) return [];
  return [{ message: `${table.name} is written anew ${reason}.`, on: [...impact.rewrites] }];
}

/** Tells whether a condition gives every column of a key a value, or a list of values. */
function namesOneRow(
  catalog: RuleContext['catalog'],
  table: Relation,
  condition: Node | undefined,
): boolean {
  const given = new Set(equatedColumns(condition));
  const keys = constraintsOf(catalog, table)
    .filter(({ kind }) => kind === 'p' || kind === 'u')
    .map(({ columns }) => columns);
  const known = keys.length === 0 && !catalog.isComplete ? [['id']] : keys;
  return known.some((columns) => columns.length > 0 && columns.every((it) => given.has(it)));
}

/** The columns that a condition equates with constants, joined by AND. */
function equatedColumns(condition: Node | undefined): string[] {
  const both = treeOf(condition, 'BoolExpr');
  if (both?.boolop === 'AND_EXPR') return (both.args ?? []).flatMap(equatedColumns);
  const expression = treeOf(condition, 'A_Expr');
  if (expression === undefined || expression.name?.flatMap(wordsOf).at(-1) !== '=') return [];
  const { lexpr, rexpr } = expression;
  for (const [column, value] of [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ] as const) {
    const name = (treeOf(column, 'ColumnRef')?.fields ?? []).flatMap(wordsOf).at(-1);
    if (name !== undefined && value !== undefined && isConstant(value)) return [name];
  }
  return [];
}

function isConstant(value: Node): boolean {
  if ('A_Const' in value) return true;
  if ('TypeCast' in value)
    return value.TypeCast.arg !== undefined && isConstant(value.TypeCast.arg);
  if ('List' in value) return (value.List.items ?? []).every(isConstant);
  return false;
}
