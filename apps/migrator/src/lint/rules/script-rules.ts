import type { FuncCall, Node, RangeVar } from '@pgsql/types';
import { refusesTransactions } from '../../plan/plan-script.ts';
import { visit, wordsOf } from '../../plan/locks/script-context.ts';
import { findComments } from '../../statements/find-comments.ts';
import { treeOf } from '../../statements/read-statements.ts';
import { nameMadeBy } from '../made-name.ts';
import { overlongNames } from '../overlong-names.ts';
import { readTimeout } from '../read-timeout.ts';
import type { Rule } from '../rule.ts';

/** Found where the script is read: no statement of it is judged then. */
export const SYNTAX_ERROR: Rule = {
  code: 'syntax-error',
  severity: 'error',
  summary: 'cannot be read',
  why: 'The grammar of PostgreSQL 18 does not accept it at this place; no statement of the script was judged.',
  instead: 'Correct the script at that place.',
  bad: 'ALTER TABEL orders ADD COLUMN remark text;',
  safe: 'ALTER TABLE orders ADD COLUMN remark text;',
  check: () => [],
};

const transactionControl: Rule = {
  code: 'transaction-control',
  severity: 'error',
  summary: 'begins or ends transactions by itself',
  why: 'A migration and its record are one transaction: a COMMIT in between leaves a part applied that nothing tells of.',
  instead: 'Leave BEGIN and COMMIT out; split what needs two transactions into two migrations.',
  bad: 'BEGIN;\nALTER TABLE orders ADD COLUMN remark text;\nCOMMIT;',
  safe: 'ALTER TABLE orders ADD COLUMN remark text;',
  check({ node }) {
    const { kind = '' } = treeOf(node, 'TransactionStmt') ?? {};
    if (kind === '' || /SAVEPOINT|RELEASE|ROLLBACK_TO/.test(kind)) return [];
    return [{ message: 'The migration is no longer applied whole or not at all.' }];
  },
};

const notAlone: Rule = {
  code: 'concurrently-not-alone',
  severity: 'error',
  summary: 'holds a statement that refuses transactions, and another one',
  why: 'The statements then run one by one: when a later one fails, what the earlier ones did stays, and nothing leads back.',
  instead: 'Let the statement be alone in a migration of its own.',
  bad: `ALTER TABLE orders ADD COLUMN remark text;
CREATE INDEX CONCURRENTLY orders_remark_idx ON orders (remark);`,
  safe: `ALTER TABLE orders ADD COLUMN remark text;
-- next migration
CREATE INDEX CONCURRENTLY orders_remark_idx ON orders (remark);`,
  check({ node }, { statements }) {
    if (statements.length === 1 || !refusesTransactions(node)) return [];
    return [
      { message: `It refuses transactions, and stands among ${statements.length} statements.` },
    ];
  },
};

const notRerunnable: Rule = {
  code: 'not-rerunnable',
  severity: 'note',
  summary: 'cannot be run again after it was cut off',
  why: 'Outside a transaction a statement may have taken effect although the migration failed; run again it fails, or does it twice.',
  instead:
    'Write DROP INDEX CONCURRENTLY IF EXISTS; give an index that is built CONCURRENTLY a name.',
  bad: 'DROP INDEX CONCURRENTLY orders_placed_at_idx;',
  safe: 'DROP INDEX CONCURRENTLY IF EXISTS orders_placed_at_idx;',
  check({ node }) {
    const drop = treeOf(node, 'DropStmt');
    const index = treeOf(node, 'IndexStmt');
    if (drop?.concurrent === true && drop.missing_ok !== true)
      return [{ message: 'Run again, it fails: the index is gone.' }];
    if (index?.concurrent === true && index.idxname === undefined)
      return [{ message: 'Run again, it builds a second index.' }];
    return [];
  },
};

/** Beyond this, a statement that waits keeps everyone behind it waiting too. */
const PATIENCE_MS = 10_000;

const timeoutOff: Rule = {
  code: 'timeout-off',
  severity: 'error',
  summary: 'takes away the limit on waiting',
  why: 'Each migration runs under a lock timeout. Without it, a statement that waits for a lock keeps every reader and writer behind it waiting as well, without end.',
  instead: 'Leave the timeouts as deploy sets them, or raise them by `deploy --lock-timeout`.',
  bad: 'SET lock_timeout = 0;\nALTER TABLE orders ADD COLUMN remark text;',
  safe: "SET lock_timeout = '1s';\nALTER TABLE orders ADD COLUMN remark text;",
  check({ node }) {
    const set = treeOf(node, 'VariableSetStmt');
    if (set?.kind === 'VAR_RESET_ALL')
      return [{ message: 'RESET ALL takes the lock timeout away.' }];
    const isLock = set?.name === 'lock_timeout';
    if (set === undefined || !(isLock || set.name === 'statement_timeout')) return [];
    const milliseconds = set.kind === 'VAR_SET_VALUE' ? readTimeout(set.args?.[0]) : 0;
    const severity = isLock ? ('error' as const) : ('warning' as const);
    if (milliseconds === 0) return [{ message: `${set.name} is off from here on.`, severity }];
    if (!isLock || milliseconds === null || milliseconds <= PATIENCE_MS) return [];
    return [{ message: `Everyone may wait for ${milliseconds / 1000} s.`, severity: 'warning' }];
  },
};

const usesObject: Rule = {
  code: 'uses-object',
  severity: 'error',
  summary: 'uses what a file of sql/ makes',
  why: 'Objects are applied after all migrations, so that on a new database there is none yet, nor in the one that compares schemas.',
  instead: 'Make what the migration needs in a migration, or let the file of sql/ do what uses it.',
  bad: 'CREATE TRIGGER customers_stamp BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION stamp_row();',
  safe: `CREATE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
-- lint-allow trigger-on-existing-table: it changes nothing that the running release writes
CREATE TRIGGER customers_touch BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch_row();`,
  check({ node }, { objects, statements, position }) {
    const own = new Set(statements.slice(0, position).map((it) => nameMadeBy(it.node)));
    const used = [...namesUsed(node)].filter((name) => objects.has(name) && !own.has(name));
    return used.map((name) => ({
      message: `${name} is made by a file of sql/, after the migrations.`,
    }));
  },
};

const overlongName: Rule = {
  code: 'overlong-name',
  severity: 'error',
  summary: 'gives a name of more than 63 bytes',
  why: 'The server cuts it off without an error: two such names may collide, and the schema never finds the one it wants.',
  instead: 'Choose a shorter name.',
  bad: 'CREATE TABLE a_name_that_goes_on_and_on_until_it_is_longer_than_the_server_keeps (id int PRIMARY KEY);',
  safe: 'CREATE TABLE a_name_that_the_server_keeps (id int PRIMARY KEY);',
  check: ({ text }) =>
    overlongNames(text).map((name) => ({ message: `${name} is cut off after 63 bytes.` })),
};

const dynamicSql: Rule = {
  code: 'dynamic-sql',
  severity: 'warning',
  summary: 'builds SQL from texts in PL/pgSQL',
  why: 'Nobody can tell before it runs what it locks or drops, and names put together by || are open to injection.',
  instead: 'Write the statements out; where that cannot be, format() with %I and %L.',
  bad: `DO $$ BEGIN EXECUTE 'ANALYZE ' || 'orders'; END $$;`,
  safe: 'ANALYZE orders;',
  check({ node }) {
    const body = plpgsqlIn(node);
    if (body === null || !executesText(body)) return [];
    return [{ message: 'What it executes is known only when it runs.' }];
  },
};

const opaqueBlock: Rule = {
  code: 'opaque-block',
  severity: 'warning',
  summary: 'does what no rule can look into',
  why: 'The statements inside a DO block or a procedure are judged by no rule, and the tables that they lock are in no plan.',
  instead: 'Write the statements out.',
  bad: 'DO $$ BEGIN ANALYZE orders; END $$;',
  safe: 'ANALYZE orders;',
  check({ kind }) {
    if (kind === 'DoStmt') return [{ message: 'What the block does is not judged.' }];
    return kind === 'CallStmt' ? [{ message: 'What the procedure does is not judged.' }] : [];
  },
};

const outOfOrder: Rule = {
  code: 'out-of-order',
  severity: 'error',
  summary: 'is older than a migration that is applied',
  why: 'Databases in which it was applied in another order may differ, and deploy refuses it.',
  instead: 'Give it a name with a later time.',
  bad: '-- in a migration that is older than the newest one applied\nALTER TABLE orders ADD COLUMN remark text;',
  safe: 'ALTER TABLE orders ADD COLUMN remark text;',
  check: (_statement, { isOutOfOrder, position }) =>
    isOutOfOrder && position === 0 ? [{ message: 'A newer migration is applied already.' }] : [],
};

export const scriptRules: readonly Rule[] = [
  ...[SYNTAX_ERROR, transactionControl, notAlone, notRerunnable, timeoutOff, usesObject],
  ...[overlongName, dynamicSql, opaqueBlock, outOfOrder],
];

/** The functions that a statement calls or names, and the relations that it reads. */
function namesUsed(node: Node): Set<string> {
  const names = new Set<string>();
  const add = (words: readonly Node[] | undefined) => {
    const name = (words ?? []).flatMap(wordsOf).at(-1);
    if (name !== undefined) names.add(name);
  };
  visit(node, 'FuncCall', (call) => add((call as FuncCall).funcname));
  visit(node, 'ObjectWithArgs', (it) => add((it as { objname?: Node[] }).objname));
  add(treeOf(node, 'CreateTrigStmt')?.funcname);
  visit(node, 'RangeVar', (it) => names.add((it as RangeVar).relname ?? ''));
  const dropped = treeOf(node, 'DropStmt');
  if (dropped?.missing_ok === true) return new Set();
  for (const object of dropped?.objects ?? []) add([object]);
  names.delete(nameMadeBy(node) ?? '');
  return names;
}

function plpgsqlIn(node: Node): string | null {
  const block = treeOf(node, 'DoStmt');
  const options = block?.args ?? treeOf(node, 'CreateFunctionStmt')?.options ?? [];
  const textOf = (name: string) =>
    options.flatMap((it) => {
      const option = treeOf(it, 'DefElem');
      return option?.defname === name ? wordsOf(option.arg) : [];
    });
  const [language] = textOf('language');
  if (language !== 'plpgsql' && !(block !== undefined && language === undefined)) return null;
  return textOf('as')[0] ?? null;
}

/** EXECUTE as a statement: not the right, nor what a trigger executes. */
function executesText(body: string): boolean {
  const code = withoutParts(body, findComments(body));
  return /\bexecute\b(?!\s+(on|function|procedure)\b)/i.test(
    code.replaceAll(/'(?:[^']|'')*'/g, "''"),
  );
}

function withoutParts(text: string, parts: ReturnType<typeof findComments>): string {
  let [rest, at] = ['', 0];
  for (const { start, end } of parts) [rest, at] = [`${rest}${text.slice(at, start)} `, end];
  return rest + text.slice(at);
}
