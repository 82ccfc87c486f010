import type { Node, RangeVar } from '@pgsql/types';
import { nameOf } from '../../plan/locks/catalog.ts';
import { findRelation, visit, wordsOf } from '../../plan/locks/script-context.ts';
import { noImpact } from '../../plan/locks/impact.ts';
import { treeOf, type Statement } from '../../statements/read-statements.ts';
import { isOff, optionOf } from '../added-parts.ts';
import type { Rule } from '../rule.ts';

const securityDefinerWithoutPath: Rule = {
  code: 'security-definer-without-path',
  severity: 'error',
  summary: 'makes a SECURITY DEFINER function that finds names where its caller says',
  why: "It runs with its owner's rights: a caller who sets search_path can slip tables and operators of their own under it.",
  instead: 'Add SET search_path = pg_catalog, public, pg_temp to the function.',
  bad: `CREATE FUNCTION count_orders() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM orders';
REVOKE EXECUTE ON FUNCTION count_orders() FROM PUBLIC;`,
  safe: `CREATE FUNCTION count_orders() RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS 'SELECT count(*) FROM orders';
REVOKE EXECUTE ON FUNCTION count_orders() FROM PUBLIC;`,
  check({ node }) {
    const options =
      treeOf(node, 'CreateFunctionStmt')?.options ?? treeOf(node, 'AlterFunctionStmt')?.actions;
    if (!isDefiner(options) || setsPath(options)) return [];
    return [{ message: 'Its caller decides what the names in it mean.' }];
  },
};

const executeLeftToPublic: Rule = {
  code: 'execute-left-to-public',
  severity: 'warning',
  summary: 'leaves a new function to everyone',
  why: 'Whoever can connect may call a new function; one that runs with the rights of its owner gives those away.',
  instead:
    'Add REVOKE EXECUTE ON FUNCTION … FROM PUBLIC to the script, and grant it to whom it is for.',
  bad: "CREATE FUNCTION count_orders() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM orders';",
  safe: `CREATE FUNCTION count_orders() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM orders';
REVOKE EXECUTE ON FUNCTION count_orders() FROM PUBLIC;`,
  check({ node }, { statements, position, catalog }) {
    const tree = treeOf(node, 'CreateFunctionStmt');
    if (tree === undefined) return [];
    const words = (tree.funcname ?? []).flatMap(wordsOf);
    const name = words.at(-1) ?? '';
    // A trigger function is called by the server alone.
    const returns = (tree.returnType?.names ?? []).flatMap(wordsOf).at(-1) ?? '';
    if (/^(event_)?trigger$/.test(returns)) return [];
    const isKnown = [...catalog.functions.keys()].some((key) => key.endsWith(`.${name}`));
    if (tree.replace === true && isKnown) return [];
    if (statements.slice(0, position).some(closesDefaults)) return [];
    if (statements.slice(position + 1).some((it) => closes(it, name, words.at(-2)))) return [];
    const severity = isDefiner(tree.options) ? ('error' as const) : ('warning' as const);
    return [{ message: `Everyone may call ${name}.`, severity }];
  },
};

const viewOverRowSecurity: Rule = {
  code: 'view-over-row-security',
  severity: 'error',
  summary: 'makes a view that shows the rows of its owner to all who read it',
  why: "A view reads with its owner's rights, whom row security does not bind: every reader of the view sees every row.",
  instead:
    'Add WITH (security_invoker = true), from PostgreSQL 15 on; read the table itself before that, and never through a materialized view.',
  bad: 'CREATE VIEW account_names AS SELECT id, owner FROM accounts;',
  safe: 'CREATE VIEW account_names WITH (security_invoker = true) AS SELECT id, owner FROM accounts;',
  check({ node, command, subjects: [subject] }, { catalog, facts }) {
    const context = { catalog, impact: noImpact() };
    const securedIn = (query: Node | undefined): string[] => {
      const names = new Set<string>();
      visit(query, 'RangeVar', (found) => {
        const relation = findRelation(context, found as RangeVar);
        if (
          relation !== undefined &&
          (relation.isRowSecured || facts.securedTables.has(nameOf(relation)))
        )
          names.add(nameOf(relation));
      });
      return [...names];
    };
    const fault = (names: readonly string[]) =>
      names.length === 0
        ? []
        : [{ message: `It shows every row of ${names.join(', ')} to whoever may read the view.` }];
    const view = treeOf(node, 'ViewStmt');
    if (view !== undefined) {
      const invoker = optionOf(view.options, 'security_invoker');
      return invoker !== null && !isOff(invoker) && catalog.majorVersion >= 15
        ? []
        : fault(securedIn(view.query));
    }
    const table = treeOf(node, 'CreateTableAsStmt');
    if (table?.objtype === 'OBJECT_MATVIEW') return fault(securedIn(table.query));
    if (
      !/^AT_(Set|Reset)RelOptions$/.test(command?.subtype ?? '') ||
      subject?.relation.kind !== 'v'
    )
      return [];
    const option = optionOf(treeOf(command?.def, 'List')?.items, 'security_invoker');
    const isReset = command?.subtype === 'AT_ResetRelOptions';
    if (option === null || !(isReset || isOff(option))) return [];
    const read = subject.relation.reads
      .map(({ relation }) => relation)
      .filter((it) => it.isRowSecured || facts.securedTables.has(nameOf(it)));
    return fault([...new Set(read.map(nameOf))]);
  },
};

export const accessRules: readonly Rule[] = [
  securityDefinerWithoutPath,
  executeLeftToPublic,
  viewOverRowSecurity,
];

function isDefiner(options: readonly Node[] | undefined): boolean {
  const option = optionOf(options, 'security');
  return option !== null && !isOff(option);
}

function setsPath(options: readonly Node[] = []): boolean {
  return options.some((it) => {
    const set = treeOf(treeOf(it, 'DefElem')?.arg, 'VariableSetStmt');
    return (
      set?.name === 'search_path' &&
      (set.kind === 'VAR_SET_VALUE' || set.kind === 'VAR_SET_CURRENT')
    );
  });
}

function isPublic(node: Node): boolean {
  return treeOf(node, 'RoleSpec')?.roletype === 'ROLESPEC_PUBLIC';
}

/** `REVOKE … ON FUNCTION name FROM PUBLIC`, or on all of a schema. */
function closes({ node }: Statement, name: string, schema: string | undefined): boolean {
  const tree = treeOf(node, 'GrantStmt');
  if (tree === undefined || tree.is_grant === true || !(tree.grantees ?? []).some(isPublic))
    return false;
  if (!/^OBJECT_(FUNCTION|PROCEDURE|ROUTINE)$/.test(tree.objtype ?? '')) return false;
  const objects = tree.objects ?? [];
  if (tree.targtype === 'ACL_TARGET_ALL_IN_SCHEMA')
    return objects.flatMap(wordsOf).includes(schema ?? 'public');
  return objects.some(
    (it) => (treeOf(it, 'ObjectWithArgs')?.objname ?? []).flatMap(wordsOf).at(-1) === name,
  );
}

/** `ALTER DEFAULT PRIVILEGES … REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`. */
function closesDefaults({ node }: Statement): boolean {
  const action = treeOf(node, 'AlterDefaultPrivilegesStmt')?.action;
  return (
    action !== undefined &&
    action.is_grant !== true &&
    action.objtype === 'OBJECT_FUNCTION' &&
    (action.grantees ?? []).some(isPublic)
  );
}
