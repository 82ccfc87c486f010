import type { CommentStmt, CreatePolicyStmt, CreateTrigStmt, GrantStmt, Node } from '@pgsql/types';
import { withDescendants } from './catalog.ts';
import { takeLock } from './impact.ts';
import type { LockMode } from './lock-mode.ts';
import { readRows } from './rows.ts';
import { nameOfWords, relationOf, wordsOf, type ScriptContext } from './script-context.ts';

/** Reads `CREATE TRIGGER`. */
export function createTrigger(context: ScriptContext, tree: CreateTrigStmt): void {
  const { impact, catalog } = context;
  const table = relationOf(context, tree.relation);
  for (const part of table === undefined ? [] : withDescendants(catalog, table)) {
    takeLock(impact, part, 'SHARE ROW EXCLUSIVE');
    Object.assign(part, { triggers: part.triggers + 1 });
  }
  const other = tree.constrrel === undefined ? undefined : relationOf(context, tree.constrrel);
  if (other !== undefined) takeLock(impact, other, 'ACCESS SHARE');
}

/** Reads `CREATE POLICY` and `ALTER POLICY`: the tables that its expressions read are locked too. */
export function writePolicy(
  context: ScriptContext,
  { table, qual, with_check }: Pick<CreatePolicyStmt, 'table' | 'qual' | 'with_check'>,
): void {
  const relation = relationOf(context, table);
  if (relation !== undefined) takeLock(context.impact, relation, 'ACCESS EXCLUSIVE');
  for (const expression of [qual, with_check]) readRows(context, expression, { isRun: false });
}

const ON_RELATIONS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'r',
  OBJECT_FOREIGN_TABLE: 'f',
  OBJECT_VIEW: 'v',
  OBJECT_MATVIEW: 'm',
  OBJECT_SEQUENCE: 'S',
  OBJECT_INDEX: 'i',
};

/** Reads `COMMENT ON`. */
export function comment(
  context: ScriptContext,
  { objtype = 'OBJECT_TABLE', object }: CommentStmt,
): void {
  const kind = ON_RELATIONS[objtype];
  if (kind !== undefined)
    return lockNamed(context, wordsOf(object), kind, 'SHARE UPDATE EXCLUSIVE');
  if (objtype === 'OBJECT_COLUMN') {
    return lockNamed(context, wordsOf(object).slice(0, -1), 'r', 'SHARE UPDATE EXCLUSIVE');
  }
  if (/^OBJECT_(TABCONSTRAINT|TRIGGER|POLICY|RULE)$/.test(objtype)) {
    lockNamed(context, wordsOf(object).slice(0, -1), 'r', 'ACCESS SHARE');
  }
}

/** Reads `GRANT` and `REVOKE`: before PostgreSQL 18 no table was locked. */
export function grant(
  context: ScriptContext,
  { targtype, objtype, objects = [] }: GrantStmt,
): void {
  const isNamed =
    targtype === 'ACL_TARGET_OBJECT' &&
    (objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_SEQUENCE');
  if (!isNamed || context.catalog.majorVersion < 18) return;
  for (const node of objects) {
    if (!('RangeVar' in node)) continue;
    const relation = relationOf(context, node.RangeVar);
    if (relation !== undefined) takeLock(context.impact, relation, 'ACCESS SHARE');
  }
}

function lockNamed(
  context: ScriptContext,
  words: readonly string[],
  kind: string,
  mode: LockMode,
): void {
  const node: Node = { List: { items: words.map((sval) => ({ String: { sval } })) } };
  const relation = relationOf(context, nameOfWords(node), { kind });
  if (relation !== undefined) takeLock(context.impact, relation, mode);
}
