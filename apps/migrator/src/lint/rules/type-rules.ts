import type { A_Const } from '@pgsql/types';
import { visit, wordsOf } from '../../plan/locks/script-context.ts';
import { treeOf } from '../../statements/read-statements.ts';
import { typedColumns } from '../added-parts.ts';
import { enumSwapOf } from '../enum-swap.ts';
import type { Fault, LintedStatement, Rule } from '../rule.ts';

const typeJson: Rule = {
  code: 'type-json',
  severity: 'warning',
  summary: 'makes a json column',
  why: 'json has no equality: SELECT DISTINCT and GROUP BY fail on it, it takes no index, and it is parsed again at each read.',
  instead: 'Use jsonb.',
  bad: 'ALTER TABLE orders ADD COLUMN extra json;',
  safe: 'ALTER TABLE orders ADD COLUMN extra jsonb;',
  check: (statement) => ofType(statement, /^json$/, 'json has no equality; jsonb has'),
};

const typeTimestamp: Rule = {
  code: 'type-timestamp-without-zone',
  severity: 'warning',
  summary: 'makes a column of times without their zone',
  why: 'timestamp says what a clock showed and not where: two sessions in different zones read different moments. timetz knows an offset and no day to apply it to.',
  instead: 'Use timestamptz for moments, date for days.',
  bad: 'ALTER TABLE orders ADD COLUMN sent_at timestamp(3);',
  safe: 'ALTER TABLE orders ADD COLUMN sent_at timestamptz(3);',
  check: (statement) => ofType(statement, /^(timestamp|timetz)$/, 'it does not tell a moment'),
};

const typeSerial: Rule = {
  code: 'type-serial',
  severity: 'warning',
  summary: 'makes a serial column',
  why: 'Its sequence has rights and an owner of its own, and an inserted value of one’s own makes later ones collide.',
  instead: 'Use GENERATED ALWAYS AS IDENTITY, or a uuid.',
  bad: 'CREATE TABLE visits (id bigserial PRIMARY KEY);',
  safe: 'CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',
  check: (statement) =>
    ofType(statement, /^(small|big)?serial[248]?$/, 'an identity column does the same with less'),
};

const typeChar: Rule = {
  code: 'type-char',
  severity: 'warning',
  summary: 'makes a char(n) column',
  why: 'Values are padded with spaces that come and go in comparisons and casts; it is no faster than text.',
  instead: 'Use text or varchar(n), with a check where the length is fixed.',
  bad: 'ALTER TABLE orders ADD COLUMN currency char(3);',
  safe: 'ALTER TABLE orders ADD COLUMN currency varchar(3);',
  check: (statement) => ofType(statement, /^bpchar$/, 'its values are padded with spaces'),
};

const typeMoney: Rule = {
  code: 'type-money',
  severity: 'warning',
  summary: 'makes a money column',
  why: 'It holds no currency, and how many decimals it has depends on a setting of the server.',
  instead: 'Use bigint of the smallest unit, or numeric, beside a currency.',
  bad: 'ALTER TABLE orders ADD COLUMN price money;',
  safe: 'ALTER TABLE orders ADD COLUMN price_cents bigint;',
  check: (statement) => ofType(statement, /^money$/, 'it holds no currency'),
};

const narrowKey: Rule = {
  code: 'type-narrow-key',
  severity: 'note',
  summary: 'makes a primary key that numbers run out of',
  why: 'int ends at 2,147,483,647, also by numbers that were drawn and not used; a wider type then writes the whole table anew.',
  instead: 'Use bigint or uuid.',
  bad: 'CREATE TABLE visits (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',
  safe: 'CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',
  check(statement) {
    return typedColumns(statement)
      .filter(({ type }) => /^(int[24]|(small)?serial[24]?)$/.test(type))
      .filter(({ tree }) => {
        const kinds = (tree.constraints ?? []).map((it) => treeOf(it, 'Constraint')?.contype);
        const isNumbered = kinds.includes('CONSTR_IDENTITY') || /serial/.test(statement.text);
        return kinds.includes('CONSTR_PRIMARY') && isNumbered;
      })
      .map(({ name }) => ({ message: `${name} ends at the largest number of its type.` }));
  },
};

const enumValueWithoutPosition: Rule = {
  code: 'enum-value-without-position',
  severity: 'note',
  summary: 'adds an enum value wherever the end is',
  why: 'Values sort by their position: databases in which values were added in another order sort otherwise.',
  instead: 'Say BEFORE or AFTER which value.',
  bad: "ALTER TYPE order_state ADD VALUE 'RETURNED';",
  safe: "ALTER TYPE order_state ADD VALUE 'RETURNED' AFTER 'SENT';",
  check({ node }) {
    const tree = treeOf(node, 'AlterEnumStmt');
    if (tree?.newVal === undefined || tree.oldVal !== undefined) return [];
    if (tree.newValNeighbor !== undefined) return [];
    return [{ message: `${tree.newVal} comes after whatever value is the last.` }];
  },
};

const enumValueUsedAtOnce: Rule = {
  code: 'enum-value-used-at-once',
  severity: 'error',
  summary: 'uses an enum value in the transaction that adds it',
  why: 'The server refuses a new value until its transaction has ended ("unsafe use of new value").',
  instead: 'Add the value in one migration, use it in the next.',
  bad: `ALTER TYPE order_state ADD VALUE 'RETURNED' AFTER 'SENT';
ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'RETURNED';`,
  safe: `ALTER TYPE order_state ADD VALUE 'RETURNED' AFTER 'SENT';
-- next migration
ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'RETURNED';`,
  check({ node }, { statements, position }) {
    const tree = treeOf(node, 'AlterEnumStmt');
    if (tree?.newVal === undefined || tree.oldVal !== undefined) return [];
    const type = (tree.typeName ?? []).flatMap(wordsOf).at(-1);
    const isOwn = statements
      .slice(0, position)
      .some((it) => treeOf(it.node, 'CreateEnumStmt')?.typeName?.flatMap(wordsOf).at(-1) === type);
    const isUsed = statements.slice(position + 1).some(({ node: later }) => {
      let found = false;
      // Other ALTER TYPE … statements name values without using them.
      visit(later, 'A_Const', (it) => {
        if ((it as A_Const).sval?.sval === tree.newVal) found = true;
      });
      return found;
    });
    if (isOwn || !isUsed) return [];
    return [{ message: `${tree.newVal} is used before the transaction that adds it has ended.` }];
  },
};

const enumValueRenamed: Rule = {
  code: 'enum-value-renamed',
  severity: 'error',
  summary: 'renames an enum value',
  why: 'The release that runs now fails when it reads or writes the value: it knows the old name.',
  instead:
    'Keep the name in the database and map it (`@map`), or add the new value and change over release by release.',
  bad: "ALTER TYPE order_state RENAME VALUE 'SENT' TO 'SHIPPED';",
  safe: "ALTER TYPE order_state ADD VALUE 'SHIPPED' AFTER 'SENT';",
  check({ node }) {
    const tree = treeOf(node, 'AlterEnumStmt');
    return tree?.oldVal === undefined
      ? []
      : [{ message: `Running code knows ${tree.oldVal} by its old name.` }];
  },
};

const enumSwapped: Rule = {
  code: 'enum-swapped',
  severity: 'error',
  summary: 'recreates an enum under another name and changes columns over',
  why: 'Every table that has the type is written anew, closed to readers and writers, and its indexes are built again.',
  instead:
    'Leave values that are no longer used in the type and forbid them by a check; add values with ALTER TYPE … ADD VALUE.',
  bad: `CREATE TYPE order_state_new AS ENUM ('OPEN', 'PAID');
ALTER TABLE orders ALTER COLUMN state TYPE order_state_new USING (state::text::order_state_new);`,
  safe: "ALTER TABLE orders ADD CONSTRAINT orders_state_check CHECK (state <> 'SENT') NOT VALID;",
  check(statement) {
    const to = enumSwapOf(statement);
    const {
      impact,
      subjects: [table],
    } = statement;
    if (to === null || table === undefined || impact.rewrites.size === 0) return [];
    return [{ message: `${table.name} is written anew to have ${to}.`, on: [...impact.rewrites] }];
  },
};

const typeRenamed: Rule = {
  code: 'type-renamed',
  severity: 'error',
  summary: 'renames a type',
  why: 'The release that runs now casts its values to the old name, and fails.',
  instead: 'Keep the name in the database and map it (`@@map`).',
  bad: 'ALTER TYPE order_state RENAME TO order_status;',
  safe: "CREATE TYPE order_status AS ENUM ('OPEN', 'PAID');",
  check({ node }, { statements, position }) {
    const tree = treeOf(node, 'RenameStmt');
    if (!/^OBJECT_(TYPE|DOMAIN)$/.test(tree?.renameType ?? '')) return [];
    const name = wordsOf(tree?.object).at(-1) ?? '';
    const isMade = statements.some((it) => madeType(it.node) === name);
    const isTaken = statements
      .slice(position + 1)
      .map(({ node: it }) => treeOf(it, 'RenameStmt'))
      .some((it) => it?.renameType === tree?.renameType && it?.newname === name);
    // Made before, nobody knows it; made after, it is found again.
    return isTaken || isMade ? [] : [{ message: `${name} is not found by its name any more.` }];
  },
};

/** The type that a statement makes. */
function madeType(node: LintedStatement['node']): string | undefined {
  const words =
    treeOf(node, 'CreateEnumStmt')?.typeName ?? treeOf(node, 'CreateDomainStmt')?.domainname;
  return words?.flatMap(wordsOf).at(-1) ?? treeOf(node, 'CompositeTypeStmt')?.typevar?.relname;
}

export const typeRules: readonly Rule[] = [
  ...[typeJson, typeTimestamp, typeSerial, typeChar, typeMoney, narrowKey],
  ...[enumValueWithoutPosition, enumValueUsedAtOnce, enumValueRenamed, enumSwapped, typeRenamed],
];

function ofType(statement: LintedStatement, types: RegExp, because: string): Fault[] {
  return typedColumns(statement)
    .filter(({ type }) => types.test(type))
    .map(({ name, type }) => ({ message: `${name} is of type ${type}: ${because}.` }));
}
