import type { Constraint } from '@pgsql/types';
import { addedConstraints } from '../added-parts.ts';
import { dropped } from '../dropped-constraint.ts';
import type { Fault, LintedStatement, Rule } from '../rule.ts';

const uniqueBuildsIndex: Rule = {
  code: 'unique-builds-index',
  severity: 'error',
  summary: 'adds a unique constraint and builds its index under lock',
  why: 'The table is closed to readers and writers until the index is built.',
  instead:
    'Build a unique index CONCURRENTLY, alone in its migration, and make it the constraint with USING INDEX.',
  bad: 'ALTER TABLE orders ADD CONSTRAINT orders_note_key UNIQUE (note);',
  safe: `-- lint-allow unique-over-existing-rows: looked at in production, no value is there twice
CREATE UNIQUE INDEX CONCURRENTLY orders_note_key ON orders (note);
-- next migration
ALTER TABLE orders ADD CONSTRAINT orders_note_key UNIQUE USING INDEX orders_note_key;`,
  check: (statement) => building(statement, 'CONSTR_UNIQUE'),
};

const primaryKeyBuildsIndex: Rule = {
  code: 'primary-key-builds-index',
  severity: 'error',
  summary: 'adds a primary key and builds its index under lock',
  why: 'The table is closed to readers and writers until the index is built, and all rows are read where the columns may be null.',
  instead:
    'Make the columns NOT NULL, build a unique index CONCURRENTLY, alone in its migration, and add the key with USING INDEX.',
  bad: 'ALTER TABLE logins ADD PRIMARY KEY (id);',
  safe: `-- lint-allow unique-over-existing-rows: a sequence gives the numbers
CREATE UNIQUE INDEX CONCURRENTLY logins_pkey ON logins (id);
-- next migration
ALTER TABLE logins ADD CONSTRAINT logins_pkey PRIMARY KEY USING INDEX logins_pkey;`,
  check: (statement) => building(statement, 'CONSTR_PRIMARY'),
};

const primaryKeyOnNullable: Rule = {
  code: 'primary-key-on-nullable',
  severity: 'error',
  summary: 'makes nullable columns the primary key, and reads every row for it',
  why: 'The columns become NOT NULL: the table is closed to readers and writers while all rows are read.',
  instead: 'Make the columns NOT NULL before, through a validated check.',
  bad: 'ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_code_key;',
  safe: `ALTER TABLE events ADD CONSTRAINT events_code_there CHECK (code IS NOT NULL) NOT VALID;
-- next migration
ALTER TABLE events VALIDATE CONSTRAINT events_code_there;
-- next migration
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_code_key;`,
  check(statement) {
    const [added] = addedConstraints(statement);
    const {
      impact,
      subjects: [table],
    } = statement;
    if (added?.tree.contype !== 'CONSTR_PRIMARY' || added.tree.indexname === undefined) return [];
    if (table === undefined || table.columns.size === 0 || impact.scans.size === 0) return [];
    return [
      {
        message: `Every row of ${table.name} is read: a column of the index may be null.`,
        on: [...impact.scans],
      },
    ];
  },
};

const primaryKeyDropped: Rule = {
  code: 'primary-key-dropped',
  severity: 'error',
  summary: 'drops the primary key',
  why: 'Replication loses the identity of its rows, foreign keys to it fall or keep it from going, and a new one has to be built.',
  instead: 'Build the new key beside it as a unique index, and change over in one short migration.',
  bad: 'ALTER TABLE lines DROP CONSTRAINT lines_pkey;',
  safe: `-- lint-allow primary-key-dropped: the new one stands in the same statement, its index is built
ALTER TABLE lines DROP CONSTRAINT lines_pkey, ADD CONSTRAINT lines_pkey PRIMARY KEY USING INDEX lines_number_key;`,
  check: (statement, context) =>
    dropped(statement, context, 'p', ({ name }) => `${name} loses its primary key.`),
};

const exclusionBuildsIndex: Rule = {
  code: 'exclusion-builds-index',
  severity: 'error',
  summary: 'adds an exclusion constraint and builds its index under lock',
  why: 'The table is closed to readers and writers until the index is built; there is no NOT VALID and no USING INDEX for it.',
  instead: 'Add it while the table is small, or to a new table that rows move to in batches.',
  bad: 'ALTER TABLE orders ADD CONSTRAINT orders_once EXCLUDE USING btree (number WITH =);',
  safe: `CREATE TABLE bookings (id int PRIMARY KEY, day date NOT NULL, EXCLUDE USING btree (day WITH =));`,
  check: (statement) => building(statement, 'CONSTR_EXCLUSION'),
};

export const keyRules: readonly Rule[] = [
  ...[uniqueBuildsIndex, primaryKeyBuildsIndex, primaryKeyOnNullable, primaryKeyDropped],
  exclusionBuildsIndex,
];

/** A constraint of a kind whose adding builds an index. */
function building(statement: LintedStatement, kind: Constraint['contype']): Fault[] {
  const {
    impact,
    subjects: [table],
  } = statement;
  const added = addedConstraints(statement).find(({ tree }) => tree.contype === kind);
  if (added === undefined || table === undefined || impact.builds.size === 0) return [];
  return [
    {
      message: `${table.name} is closed to readers and writers until an index is built.`,
      on: [...impact.builds],
    },
  ];
}
