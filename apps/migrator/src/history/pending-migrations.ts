import { historyBroken, migrationUnsealed } from '../errors.ts';
import type { AppliedRow } from './applied.ts';
import type { Migration } from './read-history.ts';
import { compareHistory } from './status.ts';

/**
 * The migrations to apply, where the history allows it.
 *
 * @throws CodedError `MIGRATOR.HISTORY_BROKEN`
 */
export function pendingMigrations(
  history: readonly Migration[],
  rows: readonly AppliedRow[],
): readonly Migration[] {
  const { failed, edited, missing, outOfOrder, pending } = compareHistory(history, rows);
  if (failed.length > 0) {
    throw historyBroken(
      failed.map((name) => `${name} was begun and did not finish.`),
      `Run \`pnpm migrator resolve ${failed[0]}\`: it shows what was done, and what can be done with it.`,
    );
  }
  const problems = [
    ...edited.map((name) => `${name} was changed after it was applied.`),
    ...missing.map((name) => `${name} is applied and not on disk.`),
    ...outOfOrder.map((name) => `${name} is older than one that is applied.`),
  ];
  if (problems.length > 0) {
    throw historyBroken(
      problems,
      'Bring the migrations back from version control; run `pnpm migrator status`.',
    );
  }
  return history.filter(({ name }) => pending.includes(name));
}

/**
 * Passes migrations on, of which in production each must be sealed.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_UNSEALED`
 */
export function refuseUnsealed(pending: readonly Migration[]): readonly Migration[] {
  const unsealed = pending.filter(({ sealed }) => !sealed).map(({ name }) => name);
  if (unsealed.length > 0 && process.env['NODE_ENV'] === 'production') {
    throw migrationUnsealed(unsealed);
  }
  return pending;
}
