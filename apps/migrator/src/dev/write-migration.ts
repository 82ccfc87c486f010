import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import type { Migration } from '../history/read-history.ts';
import { writeSums } from '../history/write-sums.ts';

/** The files of a migration. */
export interface MigrationFiles {
  readonly up: string;
  readonly down: string;
  readonly meta: object;
}

/** Writes into a folder of another name and renames it: the migration is there whole or not at all. */
export function writeMigrationFiles(
  workspace: Workspace,
  name: string,
  { up, down, meta }: MigrationFiles,
): void {
  const partial = path.join(path.dirname(workspace.migrationsDirectory), `.${name}.partial`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(path.join(partial, 'migration.sql'), up);
  writeFileSync(path.join(partial, 'down.sql'), down);
  writeFileSync(path.join(partial, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
  mkdirSync(workspace.migrationsDirectory, { recursive: true });
  renameSync(partial, path.join(workspace.migrationsDirectory, name));
  writeSums(workspace);
}

/** Now in UTC as Prisma writes it, and always after the newest migration. */
export function nextTimestamp(history: readonly Migration[]): string {
  const now = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const newest = /^\d{14}/.exec(history.at(-1)?.name ?? '')?.[0] ?? '';
  return now > newest ? now : String(BigInt(newest) + 1n);
}
