import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import { writeSums } from '../history/write-sums.ts';
import type { Rename } from './plan-renames.ts';

/**
 * Renames migrations from the last to the first, what other migrations say of them, and writes the
 * sums. Cut off at any moment, it leaves a history that can be rebased again.
 */
export function renameMigrations(workspace: Workspace, renames: readonly Rename[]): void {
  const { migrationsDirectory } = workspace;
  for (const { from, to } of [...renames].reverse()) {
    renameSync(path.join(migrationsDirectory, from), path.join(migrationsDirectory, to));
  }
  if (renames.length > 0) followNames(migrationsDirectory, renames);
  writeSums(workspace);
}

/** A migration's meta.json may name others. */
function followNames(migrationsDirectory: string, renames: readonly Rename[]): void {
  for (const name of readdirSync(migrationsDirectory)) {
    const file = path.join(migrationsDirectory, name, 'meta.json');
    if (!existsSync(file)) continue;
    const before = readFileSync(file, 'utf8');
    const after = renames.reduce(
      (text, { from, to }) => text.replaceAll(JSON.stringify(from), JSON.stringify(to)),
      before,
    );
    if (after !== before) writeFileSync(file, after);
  }
}
