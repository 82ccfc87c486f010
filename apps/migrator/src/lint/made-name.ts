import { wordsOf } from '../plan/locks/script-context.ts';
import { treeOf, type Statement } from '../statements/read-statements.ts';

/** The name of the function or view that a statement makes. */
export function nameMadeBy(node: Statement['node']): string | undefined {
  const routine = treeOf(node, 'CreateFunctionStmt')?.funcname ?? [];
  return (
    routine.flatMap(wordsOf).at(-1) ??
    treeOf(node, 'ViewStmt')?.view?.relname ??
    treeOf(node, 'CreateTableAsStmt')?.into?.rel?.relname
  );
}
