import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import type { Migration } from '../history/read-history.ts';
import { writeSums } from '../history/write-sums.ts';

/** The files of a migration. */
export interface MigrationFiles {
  readonly name: string;
  readonly up: string;
  readonly down: string;
  readonly meta: object;
}

/**
 * Writes each migration into a folder of another name and renames it: it is there whole or not at
 * all. Of several, the first are there when it is cut off; what they lack is the next one's change.
 */
export function writeMigrationFiles(
  workspace: Workspace,
  migrations: readonly MigrationFiles[],
): void {
  const partialOf = (name: string) =>
    path.join(path.dirname(workspace.migrationsDirectory), `.${name}.partial`);
  for (const { name, up, down, meta } of migrations) {
    const partial = partialOf(name);
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    writeFileSync(path.join(partial, 'migration.sql'), up);
    writeFileSync(path.join(partial, 'down.sql'), down);
    writeFileSync(path.join(partial, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
  }
  mkdirSync(workspace.migrationsDirectory, { recursive: true });
  for (const { name } of migrations) {
    renameSync(partialOf(name), path.join(workspace.migrationsDirectory, name));
  }
  writeSums(workspace);
}

const TOPIC_LENGTH = 80;

/** The names of a series: one second after the other, so that their order is that of their names. */
export function seriesNames(
  history: readonly Migration[],
  name: string,
  topics: readonly string[],
): string[] {
  const first = BigInt(nextTimestamp(history));
  return topics.map((topic, place) => {
    const words = topic
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .slice(0, TOPIC_LENGTH)
      .replaceAll(/^_|_$/g, '');
    return [first + BigInt(place), name, ...(place === 0 ? [] : [place + 1, words])].join('_');
  });
}

/** Now in UTC as Prisma writes it, and always after the newest migration. */
export function nextTimestamp(history: readonly Migration[]): string {
  const now = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const newest = /^\d{14}/.exec(history.at(-1)?.name ?? '')?.[0] ?? '';
  return now > newest ? now : String(BigInt(newest) + 1n);
}
