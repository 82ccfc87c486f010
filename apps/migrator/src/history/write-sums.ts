import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import { sumOf } from './read-history.ts';

/**
 * Writes `migrations.sum`: one line a sealed migration, so that two branches that both add one
 * conflict in version control. Those without companions are left out, and stay unsealed.
 */
export function writeSums({ migrationsDirectory, sumFile }: Workspace): void {
  const lines = readdirSync(migrationsDirectory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .filter((name) =>
      ['migration.sql', 'down.sql', 'meta.json'].every((file) =>
        existsSync(path.join(migrationsDirectory, name, file)),
      ),
    )
    .map((name) => `${sumOf(path.join(migrationsDirectory, name))}  ${name}\n`);
  const partial = `${sumFile}.${process.pid}`;
  writeFileSync(partial, lines.join(''));
  renameSync(partial, sumFile);
}
