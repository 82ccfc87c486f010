import { findComments } from '../statements/find-comments.ts';
import type { Statement } from '../statements/read-statements.ts';

/** A comment `-- lint-allow <rule>: <reason>`. */
export interface Suppression {
  /** As written; it may name several with commas. */
  readonly rules: readonly string[];
  readonly reason: string;
  readonly line: number;
  readonly column: number;
  /** Which statement of the script it stands at; null where none follows. */
  readonly position: number | null;
}

const FORM = /^(?:--|\/\*)\s*lint-allow\b\s*([^:]*?)\s*(?::\s*([^]*?))?\s*(?:\*\/)?$/;

/**
 * Reads the suppressions of a script. One stands for the statement it is written in, the one that
 * ends on its line, or else the next.
 */
export function readSuppressions(script: string, statements: readonly Statement[]): Suppression[] {
  return findComments(script).flatMap(({ start, text }) => {
    const [, names, reason = ''] = FORM.exec(text) ?? [];
    if (names === undefined) return [];
    const before = script.slice(0, start).split('\n');
    const [line, column] = [before.length, [...(before.at(-1) ?? '')].length + 1];
    return [
      {
        rules: names.split(/\s*,\s*/).filter((name) => name !== ''),
        ...{ reason, line, column, position: positionOf({ line, column }, statements) },
      },
    ];
  });
}

function positionOf(
  { line, column }: { readonly line: number; readonly column: number },
  statements: readonly Statement[],
): number | null {
  const isBefore = (it: Statement) => it.line < line || (it.line === line && it.column < column);
  const own = statements.findLastIndex((it) => isBefore(it) && lastLineOf(it) >= line);
  if (own >= 0) return own;
  const next = statements.findIndex((it) => !isBefore(it));
  return next < 0 ? null : next;
}

function lastLineOf({ line, text }: Statement): number {
  return line + text.split('\n').length - 1;
}
