import { wordsOf } from '../plan/locks/script-context.ts';
import { treeOf } from '../statements/read-statements.ts';
import type { LintedStatement } from './rule.ts';

/**
 * The type that a column goes to by way of text, `USING (c::text::new)`: an enum is recreated under
 * another name.
 */
export function enumSwapOf({ command }: Pick<LintedStatement, 'command'>): string | null {
  if (command?.subtype !== 'AT_AlterColumnType') return null;
  const outer = treeOf(treeOf(command.def, 'ColumnDef')?.raw_default, 'TypeCast');
  const inner = treeOf(outer?.arg, 'TypeCast');
  if (treeOf(inner?.arg, 'ColumnRef') === undefined) return null;
  const [through] = (inner?.typeName?.names ?? []).flatMap(wordsOf).slice(-1);
  const words = (outer?.typeName?.names ?? []).flatMap(wordsOf);
  if (!/^(text|varchar)$/.test(through ?? '') || words[0] === 'pg_catalog') return null;
  return words.at(-1) ?? null;
}
