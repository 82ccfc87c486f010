import type { DatabaseCatalog } from '../catalog/read-catalog.ts';
import { summariseStatement } from '../statements/summarise-statement.ts';
import type { TracedStatement } from './trace-migration.ts';

/**
 * Whether a statement took effect; `untraced` for one that leaves no trace in the catalog and stands
 * where its neighbours do not tell either; `fails` for one that cannot run at all.
 */
export type StatementState = 'done' | 'partly' | 'not-done' | 'untraced' | 'fails';

/** A statement of a failed migration, judged by the database's catalog. */
export interface JudgedStatement {
  readonly line: number;
  /** Its first words. */
  readonly summary: string;
  readonly state: StatementState;
  /** What of it is not as it leaves it, or why it fails. */
  readonly missing: readonly string[];
}

/** Tells of each statement whether the database shows its effects. */
export function judgeStatements(
  statements: readonly TracedStatement[],
  catalog: DatabaseCatalog,
): JudgedStatement[] {
  const judged = statements.map((statement, index): JudgedStatement => {
    const { sql, line, effects, fails } = statement;
    if (fails !== null)
      return { line, summary: summariseStatement(sql), state: 'fails', missing: [fails] };
    const missing = effects
      .filter(({ identity }) => {
        const later = statements.slice(index).flatMap((it) => it.effects);
        const made = later.filter((it) => it.identity === identity).map(({ after }) => after);
        return !made.includes(catalog.get(identity)?.definition ?? null);
      })
      .map(({ identity }) => identity);
    const untouched = effects.every(
      ({ identity, before }) => (catalog.get(identity)?.definition ?? null) === before,
    );
    return {
      line,
      summary: summariseStatement(sql),
      state: stateOf(effects.length, missing, untouched),
      missing,
    };
  });
  return judged.map((it, index) =>
    it.state === 'untraced' ? { ...it, state: infer(judged, index) } : it,
  );
}

/** Statements run in order: one before a done one is done, one after one that is not is not. */
function infer(judged: readonly JudgedStatement[], index: number): StatementState {
  const has = (states: readonly StatementState[], part: readonly JudgedStatement[]) =>
    part.some(({ state }) => states.includes(state));
  if (has(['done', 'partly'], judged.slice(index + 1))) return 'done';
  return has(['not-done', 'fails'], judged.slice(0, index)) ? 'not-done' : 'untraced';
}

function stateOf(effects: number, missing: readonly string[], untouched: boolean): StatementState {
  if (effects === 0) return 'untraced';
  if (missing.length === 0) return 'done';
  return untouched ? 'not-done' : 'partly';
}
