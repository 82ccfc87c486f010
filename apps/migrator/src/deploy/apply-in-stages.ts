import { ensureRequired, type BackfillGate } from '../backfill/ensure-backfills.ts';
import { readRequired } from '../backfill/required-backfills.ts';
import type { Migration } from '../history/read-history.ts';
import { applyMigrations, type MigrationsResult } from './apply-migrations.ts';
import type { MigrationRun } from './apply-together.ts';

/**
 * Applies pending migrations in order, as {@link applyMigrations} does, up to the first whose
 * required backfills are not complete.
 *
 * @throws CodedError as {@link applyMigrations} and {@link ensureRequired}
 */
export async function applyInStages(
  run: MigrationRun,
  pending: readonly Migration[],
  options: { readonly prune: boolean },
  gate: BackfillGate,
): Promise<MigrationsResult> {
  const reapplied = new Set<string>();
  const dropped: string[] = [];
  for (const stage of stagesOf(pending, gate)) {
    await ensureRequired(gate, stage[0]?.name ?? '');
    const result = await applyMigrations(run, stage, options);
    for (const file of result.reapplied) reapplied.add(file);
    dropped.push(...result.dropped);
  }
  return { reapplied: [...reapplied], dropped };
}

/** Each stage but the first begins with a migration that requires backfills. */
function stagesOf(pending: readonly Migration[], { workspace }: BackfillGate): Migration[][] {
  const stages: Migration[][] = [];
  for (const migration of pending) {
    const stage = stages.at(-1);
    const begins = stage === undefined || readRequired(workspace, migration.name).length > 0;
    if (begins) stages.push([migration]);
    else stage.push(migration);
  }
  return stages;
}
