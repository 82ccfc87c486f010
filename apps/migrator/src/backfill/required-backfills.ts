import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../environment/workspace.ts';
import { backfillUnknown, migrationUnreadable } from '../errors.ts';
import type { Backfill } from './read-backfills.ts';

/** A backfill that must be complete before a migration is applied. */
export interface RequiredBackfill {
  /** `domain/name`. */
  readonly backfill: string;
  /** Of the file that was reviewed with the migration; null before it is sealed. */
  readonly hash: string | null;
}

/**
 * Reads what a migration requires: `"requires": [{ "backfill": "catalog/slugs", "hash": "…" }]` in
 * its `meta.json`.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_UNREADABLE`
 */
export function readRequired(
  { migrationsDirectory }: Workspace,
  migration: string,
): RequiredBackfill[] {
  const file = path.join(migrationsDirectory, migration, 'meta.json');
  if (!existsSync(file)) return [];
  const { requires = [] } = readJson(migration, file) as { readonly requires?: unknown };
  if (!Array.isArray(requires)) throw refused(migration);
  return requires.map((entry) => {
    const { backfill, hash = null } = (entry ?? {}) as { backfill?: unknown; hash?: unknown };
    if (typeof backfill !== 'string' || (hash !== null && typeof hash !== 'string')) {
      throw refused(migration);
    }
    return { backfill, hash };
  });
}

/**
 * Writes into `meta.json` the hashes of required backfills that it names without.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_UNKNOWN`
 */
export function pinRequired(
  workspace: Workspace,
  migration: string,
  backfills: readonly Backfill[],
): void {
  const required = readRequired(workspace, migration);
  if (required.every(({ hash }) => hash !== null)) return;
  const file = path.join(workspace.migrationsDirectory, migration, 'meta.json');
  const requires = required.map(({ backfill: name, hash }) => {
    const found = backfills.find((it) => it.name === name);
    if (hash === null && found === undefined) throw backfillUnknown(name);
    return { backfill: name, hash: hash ?? found?.hash };
  });
  const meta = { ...readJson(migration, file), requires };
  writeFileSync(file, `${JSON.stringify(meta, null, 2)}\n`);
}

function readJson(migration: string, file: string): object {
  try {
    const meta: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof meta === 'object' && meta !== null) return meta;
  } catch {
    // Told below.
  }
  throw migrationUnreadable(migration, 'Its meta.json is no JSON object.', 'meta.json');
}

function refused(migration: string) {
  return migrationUnreadable(
    migration,
    '`requires` in its meta.json is no list of { "backfill", "hash" }.',
    'meta.json',
  );
}
