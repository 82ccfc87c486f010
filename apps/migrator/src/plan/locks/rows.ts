import type {
  DeleteStmt,
  FuncCall,
  InsertStmt,
  MergeStmt,
  Node,
  RangeVar,
  UpdateStmt,
} from '@pgsql/types';
import { constraintsOf, foreignKeysTo, withDescendants, type Relation } from './catalog.ts';
import { isBuiltIn, isVolatileFunction } from './defaults.ts';
import { takeLock } from './impact.ts';
import type { LockMode } from './lock-mode.ts';
import { relationOf, visit, wordsOf, type ScriptContext } from './script-context.ts';

/** Reads a query, whatever it is: what it reads, and what it writes at any depth. */
export function readRows(
  context: ScriptContext,
  query: Node | undefined,
  { isRun = true } = {},
): void {
  if (query === undefined) return;
  const names = new Set<string>();
  visit(query, 'CommonTableExpr', (it) => names.add((it as { ctename?: string }).ctename ?? ''));
  const locked = lockedIn(query);
  visit(query, 'RangeVar', (node) => {
    const name = node as RangeVar;
    if (name.schemaname === undefined && names.has(name.relname ?? '')) return;
    const table = relationOf(context, name);
    if (table === undefined) return;
    const isLocked =
      locked !== undefined &&
      (locked.size === 0 || locked.has(name.alias?.aliasname ?? name.relname ?? ''));
    readTable(context, table, isLocked ? 'ROW SHARE' : 'ACCESS SHARE', isRun);
  });
  tellCalls(context, query);
  visit(query, 'InsertStmt', (it) => writeRows(context, it as InsertStmt, 'insert'));
  visit(query, 'UpdateStmt', (it) => writeRows(context, it as UpdateStmt, 'update'));
  visit(query, 'DeleteStmt', (it) => writeRows(context, it as DeleteStmt, 'delete'));
  visit(query, 'MergeStmt', (it) => writeRows(context, it as MergeStmt, 'merge'));
}

/** The names that `FOR UPDATE` and its like lock in the outermost query; all of it where none is named. */
function lockedIn(query: Node): Set<string> | undefined {
  if (!('SelectStmt' in query)) return undefined;
  const clauses = query.SelectStmt.lockingClause ?? [];
  if (clauses.length === 0) return undefined;
  const outermost = new Set<string>();
  for (const node of clauses) {
    if (!('LockingClause' in node)) continue;
    for (const it of node.LockingClause.lockedRels ?? [])
      if ('RangeVar' in it) outermost.add(it.RangeVar.relname ?? '');
  }
  if (outermost.size > 0) return outermost;
  visit(query.SelectStmt.fromClause, 'RangeVar', (node) => {
    const name = node as RangeVar;
    outermost.add(name.alias?.aliasname ?? name.relname ?? '');
  });
  return outermost;
}

function readTable(context: ScriptContext, table: Relation, mode: LockMode, isRun: boolean): void {
  const { impact, catalog } = context;
  takeLock(impact, table, mode);
  if (table.kind === 'v') {
    for (const { relation } of isRun ? table.reads : []) readTable(context, relation, mode, isRun);
    return;
  }
  if (!isRun) return;
  for (const part of withDescendants(catalog, table)) {
    takeLock(impact, part, mode, { isPossible: part !== table });
    impact.mayScan.add(part);
  }
}

type Write = 'insert' | 'update' | 'delete' | 'merge';

/** The locks of writing rows: the table, its partitions, and both sides of its foreign keys. */
function writeRows(
  context: ScriptContext,
  tree: { readonly relation?: RangeVar; readonly targetList?: Node[] },
  write: Write,
): void {
  const { impact, catalog } = context;
  const table = relationOf(context, tree.relation);
  if (table === undefined) return;
  if (table.kind === 'v')
    impact.unknown.add('It writes through a view: which tables, is not known.');
  takeLock(impact, table, 'ROW EXCLUSIVE');
  for (const part of withDescendants(catalog, table)) {
    takeLock(impact, part, 'ROW EXCLUSIVE', { isPossible: part !== table });
    impact.mayScan.add(part);
    if (part.triggers > 0)
      impact.notes.add(`Triggers of ${part.name} run too: what they do is not told here.`);
    if (write !== 'insert') followKeysTo(context, part, write);
    if (write === 'delete') continue;
    for (const { references } of constraintsOf(catalog, part)) {
      if (references !== null) touchOther(context, references, 'ROW SHARE');
    }
  }
}

/** Rows that refer to what is deleted or whose key changes are looked up, or go too. */
function followKeysTo(context: ScriptContext, table: Relation, write: Write): void {
  for (const { relation, onDelete } of foreignKeysTo(context.catalog, table)) {
    const goes = write !== 'update' && onDelete !== 'a' && onDelete !== 'r';
    const { impact } = context;
    const isKnown = impact.locks.has(relation);
    touchOther(context, relation, goes || write === 'update' ? 'ROW EXCLUSIVE' : 'ROW SHARE');
    if (goes && !isKnown) followKeysTo(context, relation, write);
  }
}

function touchOther({ impact, catalog }: ScriptContext, relation: Relation, mode: LockMode): void {
  for (const part of withDescendants(catalog, relation)) {
    takeLock(impact, part, mode, { isPossible: true });
    impact.mayScan.add(part);
  }
}

/** What functions do inside cannot be told, unless they are the server's own or write nothing. */
function tellCalls({ catalog, impact }: ScriptContext, tree: unknown): void {
  visit(tree, 'FuncCall', (call) => {
    const words = ((call as FuncCall).funcname ?? []).flatMap(wordsOf);
    const isVolatile = isVolatileFunction(catalog, words);
    const isSafe =
      isVolatile === false || words[0] === 'pg_catalog' || isBuiltIn(words.at(-1) ?? '');
    if (isSafe || (isVolatile === undefined && catalog.isComplete)) return;
    impact.unknown.add(`It calls ${words.join('.')}(): what that does inside is not known.`);
  });
}
