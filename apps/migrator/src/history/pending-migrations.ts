import { historyBroken, migrationUnsealed, squashPartly } from '../errors.ts';
import type { AppliedRow } from './applied.ts';
import type { Migration } from './read-history.ts';
import { findAppliedSquashes } from './squashes.ts';
import { checksumsOf, compareHistory } from './status.ts';

/**
 * The migrations to apply, where the history allows it.
 *
 * @throws CodedError `MIGRATOR.HISTORY_BROKEN`, `MIGRATOR.SQUASH_PARTLY`
 */
export function pendingMigrations(
  history: readonly Migration[],
  rows: readonly AppliedRow[],
): readonly Migration[] {
  refuseHalfSquashed(history);
  const { failed, edited, missing, outOfOrder, pending } = compareHistory(history, rows);
  const [partly] = findAppliedSquashes(history, checksumsOf(rows)).filter(
    ({ lacking }) => lacking.length > 0,
  );
  if (partly !== undefined) throw squashPartly(partly);
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

/** A squash and what it replaces would be run one after the other. */
function refuseHalfSquashed(history: readonly Migration[]): void {
  const names = new Set(history.map(({ name }) => name));
  const problems = history.flatMap(({ name, origin }) =>
    (origin?.replaces ?? [])
      .filter((replaced) => names.has(replaced.name))
      .map((replaced) => `${name} replaces ${replaced.name}, which is still on disk.`),
  );
  if (problems.length > 0) {
    throw historyBroken(
      problems,
      'Run `pnpm migrator squash` again, which removes them, or remove the squash.',
    );
  }
}
