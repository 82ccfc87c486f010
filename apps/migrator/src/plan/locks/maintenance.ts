import type {
  ClusterStmt,
  LockStmt,
  Node,
  RefreshMatViewStmt,
  VacuumStmt,
  ViewStmt,
} from '@pgsql/types';
import { withDescendants } from './catalog.ts';
import { rewrite, takeLock } from './impact.ts';
import { LOCK_MODES } from './lock-mode.ts';
import { noteNew } from './domains-and-sequences.ts';
import { readRows } from './rows.ts';
import { findRelation, relationOf, type ScriptContext } from './script-context.ts';

/** Reads `LOCK TABLE`. */
export function lockTable(context: ScriptContext, { relations = [], mode = 8 }: LockStmt): void {
  for (const node of relations) {
    const table = 'RangeVar' in node ? relationOf(context, node.RangeVar) : undefined;
    if (table === undefined || !('RangeVar' in node)) continue;
    const parts = node.RangeVar.inh === true ? withDescendants(context.catalog, table) : [table];
    for (const part of parts)
      takeLock(context.impact, part, LOCK_MODES[mode - 1] ?? 'ACCESS EXCLUSIVE');
  }
}

/** Reads `VACUUM` and `ANALYZE`. */
export function vacuum(context: ScriptContext, tree: VacuumStmt): void {
  const isFull = tree.is_vacuumcmd === true && (tree.options ?? []).some(isOn('full'));
  const named = (tree.rels ?? []).flatMap((node) =>
    'VacuumRelation' in node ? [node.VacuumRelation.relation] : [],
  );
  if (named.length === 0) context.impact.unknown.add('Every table is locked in turn.');
  for (const name of named) {
    const table = relationOf(context, name);
    for (const part of table === undefined ? [] : withDescendants(context.catalog, table)) {
      takeLock(context.impact, part, isFull ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE');
      if (isFull) rewrite(context.impact, part);
      else context.impact.mayScan.add(part);
    }
  }
}

function isOn(option: string): (node: Node) => boolean {
  return (node) => 'DefElem' in node && node.DefElem.defname === option;
}

/** Reads `CLUSTER`. */
export function cluster(context: ScriptContext, tree: ClusterStmt): void {
  if (tree.relation === undefined) {
    context.impact.unknown.add(
      'Every table that was clustered before is locked and written anew in turn.',
    );
    return;
  }
  const table = relationOf(context, tree.relation);
  for (const part of table === undefined ? [] : withDescendants(context.catalog, table)) {
    takeLock(context.impact, part, 'ACCESS EXCLUSIVE');
    rewrite(context.impact, part);
  }
}

/** Reads `CREATE VIEW`. */
export function createView(context: ScriptContext, tree: ViewStmt): void {
  const there = tree.view === undefined ? undefined : findRelation(context, tree.view);
  if (there !== undefined) takeLock(context.impact, there, 'ACCESS EXCLUSIVE');
  else if (tree.replace === true && !context.catalog.isComplete && tree.view !== undefined) {
    context.impact.notes.add('Where the view is there it is locked in ACCESS EXCLUSIVE mode.');
  }
  readRows(context, tree.query, { isRun: false });
  if (there === undefined) noteNew(context, tree.view, 'v');
}

/** Reads `REFRESH MATERIALIZED VIEW`. */
export function refresh(context: ScriptContext, tree: RefreshMatViewStmt): void {
  const { impact } = context;
  const view = relationOf(context, tree.relation, { kind: 'm' });
  if (view === undefined) return;
  takeLock(impact, view, tree.concurrent === true ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE');
  if (tree.concurrent === true) impact.mayScan.add(view);
  else rewrite(impact, view);
  if (view.reads.length === 0) impact.notes.add('What it reads is not known.');
  for (const { relation } of view.reads) {
    takeLock(impact, relation, 'ACCESS SHARE');
    impact.mayScan.add(relation);
  }
}
