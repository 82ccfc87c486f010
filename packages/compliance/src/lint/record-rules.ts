import type { ColumnDef, Constraint, Node } from '@pgsql/types';
import type { LintedStatement, LintRule } from './lint-rule.ts';
import { tablesChanged, treeOf } from './syntax.ts';

const auditTriggerOff: LintRule = {
  code: 'audit-trigger-off',
  severity: 'error',
  summary: 'takes away a trigger that keeps rows from being changed',
  why: 'The audit trail and what else is only ever added to stand by these triggers (45 CFR 164.312(b), (c)(1)).',
  instead: 'Leave them; what they refuse is refused on purpose.',
  bad: 'ALTER TABLE audit_logs DISABLE TRIGGER ALL;',
  safe: 'ALTER TABLE audit_logs ENABLE ALWAYS TRIGGER ALL;',
  check({ node, command, subjects }, { facts }) {
    const set = treeOf(node, 'VariableSetStmt');
    if (set?.name === 'session_replication_role' && set.kind === 'VAR_SET_VALUE') {
      return [{ message: 'No trigger runs in this session from here on.' }];
    }
    const isOff = /^AT_DisableTrig/.test(command?.subtype ?? '');
    if (!isOff && treeOf(node, 'DropStmt')?.removeType !== 'OBJECT_TRIGGER') return [];
    return subjects
      .filter(({ name }) => facts.immutableTables.has(name))
      .map(({ name }) => ({ message: `Rows of ${name} can be changed from now on.` }));
  },
};

const DESTRUCTIVE = /^AT_(DropColumn|AlterColumnType|SetUnLogged)$/;

const appendOnlyChanged: LintRule = {
  code: 'append-only-changed',
  severity: 'error',
  summary: 'changes or destroys rows of a table that is only ever added to',
  why: 'What was recorded stays as it was recorded, for six years and more (45 CFR 164.312(c)(1), 164.316(b)(2)).',
  instead:
    'Add columns, and rows that correct others; old rows go by the retention policy, into the archive.',
  bad: 'ALTER TABLE audit_logs DROP COLUMN reason;',
  safe: 'ALTER TABLE audit_logs ALTER COLUMN reason SET STATISTICS 500;',
  check({ node, command, subjects }, { facts, nameOf }) {
    const tables = subjects
      .filter(({ relation }) => !relation.isFresh)
      .filter(() => isDestructive(node, command))
      .map(({ name }) => name);
    const changed = tablesChanged(node).map((it) => nameOf(it));
    return [...new Set([...tables, ...changed])]
      .filter((name) => facts.immutableTables.has(name))
      .map((name) => ({ message: `Rows of ${name} do not stay as they were recorded.` }));
  },
};

const cascadeIntoRecord: LintRule = {
  code: 'cascade-into-record',
  severity: 'error',
  summary: 'lets the deletion of another row delete rows of the record',
  why: 'Nothing of the record goes unseen: what is to go is named, audited and past its retention (45 CFR 164.316(b)(2), 164.530(j)).',
  instead: 'Write ON DELETE RESTRICT.',
  bad: 'ALTER TABLE documents ADD CONSTRAINT documents_owner FOREIGN KEY (patient_id) REFERENCES patients (id) ON DELETE CASCADE NOT VALID;',
  safe: 'ALTER TABLE documents ADD CONSTRAINT documents_owner FOREIGN KEY (patient_id) REFERENCES patients (id) ON DELETE RESTRICT NOT VALID;',
  check(statement, { facts, nameOf }) {
    const made = treeOf(statement.node, 'CreateStmt');
    const table =
      made?.relation === undefined ? statement.subjects[0]?.name : nameOf(made.relation);
    if (table === undefined || !facts.protectedTables.has(table)) return [];
    return constraintsOf(statement)
      .filter(({ contype, fk_del_action }) => contype === 'CONSTR_FOREIGN' && fk_del_action === 'c')
      .map(({ pktable }) => ({
        message: `Deleting a row of ${pktable?.relname ?? 'another table'} deletes rows of ${table}.`,
      }));
  },
};

const columnUnclassified: LintRule = {
  code: 'column-unclassified',
  severity: 'error',
  summary: 'adds a column of which nobody has said how it is protected',
  why: 'Encryption, masking, logs and exports go by the class of a field; a column that no fragment describes has none.',
  instead:
    'Add the field to the fragment with its classification, and let `migrator dev` write the migration.',
  bad: 'ALTER TABLE patients ADD COLUMN nickname text;',
  safe: 'ALTER TABLE patients ADD COLUMN IF NOT EXISTS created_at timestamptz(3);',
  check(statement, { facts, nameOf }) {
    const made = treeOf(statement.node, 'CreateStmt');
    if (made?.relation?.relpersistence === 't') return [];
    const table =
      made?.relation === undefined ? statement.subjects[0]?.name : nameOf(made.relation);
    if (table === undefined) return [];
    const severity = facts.tables.has(table) ? ('error' as const) : ('warning' as const);
    return columnsIn(statement)
      .map(({ colname = '' }) => colname)
      .filter((column) => facts.classificationOf(table, column) === undefined)
      .map((column) => ({ message: `${column} of ${table} has no classification.`, severity }));
  },
};

export const recordRules: readonly LintRule[] = [
  auditTriggerOff,
  appendOnlyChanged,
  cascadeIntoRecord,
  columnUnclassified,
];

function isDestructive(node: Node, command: LintedStatement['command']): boolean {
  if (command !== null) return DESTRUCTIVE.test(command.subtype ?? '');
  if (treeOf(node, 'TruncateStmt') !== undefined) return true;
  return treeOf(node, 'DropStmt')?.removeType === 'OBJECT_TABLE';
}

function columnsIn({ node, command }: LintedStatement): ColumnDef[] {
  const added = command?.subtype === 'AT_AddColumn' ? [command.def] : [];
  const made = treeOf(node, 'CreateStmt')?.tableElts ?? [];
  return [...added, ...made].flatMap((it) => treeOf(it, 'ColumnDef') ?? []);
}

function constraintsOf(statement: LintedStatement): Constraint[] {
  const { node, command } = statement;
  const own = [command?.def, ...(treeOf(node, 'CreateStmt')?.tableElts ?? [])];
  const nodes = [...own, ...columnsIn(statement).flatMap(({ constraints = [] }) => constraints)];
  return nodes.flatMap((it) => treeOf(it, 'Constraint') ?? []);
}
