import type { Constraint } from '@pgsql/types';
import { addedConstraints } from '../added-parts.ts';
import { dropped } from '../dropped-constraint.ts';
import type { Fault, LintedStatement, Rule, Subject } from '../rule.ts';
import { newsKey } from '../script-news.ts';

const foreignKeyChecked: Rule = {
  code: 'foreign-key-checked-at-once',
  severity: 'error',
  summary: 'adds a foreign key and checks every row under lock',
  why: 'Both tables take no writes until every row is looked up.',
  instead:
    'Add it NOT VALID; validate it in a migration of its own. Of a partitioned table, which takes none of that before PostgreSQL 18, do so on each partition; the same key on the table itself, in the migration after, then takes theirs and looks nothing up.',
  bad: 'ALTER TABLE orders ADD CONSTRAINT orders_buyer_fkey FOREIGN KEY (buyer_id) REFERENCES customers (id);',
  safe: `ALTER TABLE orders ADD CONSTRAINT orders_buyer_fkey FOREIGN KEY (buyer_id) REFERENCES customers (id) NOT VALID;
-- next migration
ALTER TABLE orders VALIDATE CONSTRAINT orders_buyer_fkey;`,
  check(statement) {
    return scanning(
      statement,
      'CONSTR_FOREIGN',
      ({ name }) => `Every row of ${name} is looked up while nobody can write to it.`,
    );
  },
};

const checkChecked: Rule = {
  code: 'check-checked-at-once',
  severity: 'error',
  summary: 'adds a check and reads every row under lock',
  why: 'The table is closed to readers and writers until all rows are read.',
  instead: 'Add it NOT VALID; validate it in a migration of its own.',
  bad: 'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);',
  safe: `ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
-- next migration
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;`,
  check(statement) {
    return scanning(
      statement,
      'CONSTR_CHECK',
      ({ name }) => `Every row of ${name} is read while nobody can read or write it.`,
    );
  },
};

const validatedInSameScript: Rule = {
  code: 'validated-in-same-migration',
  severity: 'error',
  summary: 'validates what it added itself',
  why: 'The lock of ADD CONSTRAINT is held to the end of the transaction, so that the validation runs under it: NOT VALID has spared nothing.',
  instead: 'Validate in a migration of its own.',
  bad: `ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;`,
  safe: `ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
-- next migration
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;`,
  check({ command, subjects: [table] }, { newConstraints }) {
    if (command?.subtype !== 'AT_ValidateConstraint' || table === undefined) return [];
    const { name = '' } = command;
    if (!newConstraints.has(newsKey(table.relation, name))) return [];
    return [
      {
        message: `${name} was added to ${table.name} in the same transaction.`,
        on: [table.relation],
      },
    ];
  },
};

const notNullByScan: Rule = {
  code: 'not-null-by-scan',
  severity: 'error',
  summary: 'makes a column NOT NULL and reads every row under lock',
  why: 'The table is closed to readers and writers while all rows are read, and it fails where one is null.',
  instead:
    'Add CHECK (column IS NOT NULL) NOT VALID, validate it in a migration of its own, then SET NOT NULL, which then reads nothing.',
  bad: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL;',
  safe: `ALTER TABLE orders ADD CONSTRAINT orders_note_there CHECK (note IS NOT NULL) NOT VALID;
-- next migration
ALTER TABLE orders VALIDATE CONSTRAINT orders_note_there;
-- next migration
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_note_there;`,
  check(statement) {
    const {
      command,
      impact,
      subjects: [table],
    } = statement;
    if (table === undefined || impact.scans.size === 0) return [];
    const [added] = addedConstraints(statement);
    const isAdded =
      command?.subtype === 'AT_AddConstraint' && added?.tree.contype === 'CONSTR_NOTNULL';
    if (command?.subtype !== 'AT_SetNotNull' && !isAdded) return [];
    const column = (isAdded ? added?.columns[0] : command.name) ?? '';
    return [
      {
        message: `Every row of ${table.name} is read for ${column}, and it fails where one is null.`,
        on: [...impact.scans],
        instead: `Add CHECK (${column} IS NOT NULL) NOT VALID to ${table.name}, validate it in a migration of its own, then SET NOT NULL, which then reads nothing. Look first: SELECT count(*) FROM ${table.name} WHERE ${column} IS NULL.`,
      },
    ];
  },
};

const foreignKeyDropped: Rule = {
  code: 'foreign-key-dropped',
  severity: 'warning',
  summary: 'drops a foreign key',
  why: 'From then on rows may point at nothing, and nobody hears of it; both tables are locked.',
  instead: 'Keep it, or say in the suppression what guards the reference from now on.',
  bad: 'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;',
  safe: 'ALTER TABLE orders RENAME CONSTRAINT orders_customer_id_fkey TO orders_customer_fkey;',
  check: (statement, context) =>
    dropped(
      statement,
      context,
      'f',
      ({ name }) => `Rows of ${name} may point at nothing from now on.`,
    ),
};

const notNullDropped: Rule = {
  code: 'not-null-dropped',
  severity: 'warning',
  summary: 'lets a column be null',
  why: 'The release that runs now, and every reader of the column, takes it to have a value.',
  instead: 'Release code that bears nulls first, and say so in the suppression.',
  bad: 'ALTER TABLE orders ALTER COLUMN placed_at DROP NOT NULL;',
  safe: `-- lint-allow not-null-dropped: release 12 reads nulls, and is out
ALTER TABLE orders ALTER COLUMN placed_at DROP NOT NULL;`,
  check({ command, subjects: [table] }, { newColumns }) {
    const { name = '' } = command ?? {};
    if (command?.subtype !== 'AT_DropNotNull' || table === undefined) return [];
    if (table.columns.get(name)?.notNull === false && table.columns.size > 0) return [];
    if (newColumns.has(newsKey(table.relation, name))) return [];
    return [
      { message: `Readers of ${table.name} may meet a null in ${name}.`, on: [table.relation] },
    ];
  },
};

export const constraintRules: readonly Rule[] = [
  ...[foreignKeyChecked, checkChecked, validatedInSameScript, notNullByScan],
  ...[foreignKeyDropped, notNullDropped],
];

/** A constraint of a kind whose adding reads rows. */
function scanning(
  statement: LintedStatement,
  kind: Constraint['contype'],
  say: (table: Subject) => string,
): Fault[] {
  const {
    impact,
    subjects: [table],
  } = statement;
  const added = addedConstraints(statement).find(({ tree }) => tree.contype === kind);
  if (added === undefined || table === undefined || impact.scans.size === 0) return [];
  if (added.tree.skip_validation === true) return [];
  // With a default the new column is looked up; without, there is nothing to look up.
  const isColumn = statement.command?.subtype === 'AT_AddColumn';
  const hasDefault = addedConstraints(statement).some(
    ({ tree }) => tree.contype === 'CONSTR_DEFAULT',
  );
  if (kind === 'CONSTR_FOREIGN' && isColumn && !hasDefault) return [];
  return [
    {
      message: say(table),
      on: [...impact.scans],
      ...(isColumn && {
        instead:
          'Add the column without the constraint; add the constraint NOT VALID, and validate it in a migration of its own.',
      }),
    },
  ];
}
