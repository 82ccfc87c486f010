import { LOCK_MODES } from './locks/lock-mode.ts';
import type { PlannedMigration, PlanTotal } from './plan-report.ts';

/** The worst lock, the longest statement, and how many are not fully understood. */
export function totalOf(migrations: readonly PlannedMigration[]): PlanTotal {
  const statements = migrations.flatMap((migration) => migration.statements);
  const faults = migrations.filter(({ fault }) => fault !== null).length;
  const locks = statements.flatMap((statement) => statement.locks);
  const [worst] = [...locks].sort(
    (one, other) =>
      LOCK_MODES.indexOf(other.mode) - LOCK_MODES.indexOf(one.mode) ||
      (other.heldFor?.toSeconds ?? Infinity) - (one.heldFor?.toSeconds ?? Infinity),
  );
  const estimates = statements.map(({ estimate }) => estimate);
  const longest = estimates.includes(null)
    ? null
    : [...estimates].sort((one, other) => (other?.toSeconds ?? 0) - (one?.toSeconds ?? 0))[0];
  return {
    migrations: migrations.length,
    statements: statements.length,
    worstLock: worst === undefined ? null : { relation: worst.relation, mode: worst.mode },
    longest: longest ?? null,
    unknown: statements.filter(({ unknown }) => unknown.length > 0).length + faults,
    risky: statements.filter(({ isRisky }) => isRisky).length + faults,
  };
}
