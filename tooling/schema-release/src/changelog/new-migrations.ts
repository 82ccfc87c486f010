import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { addedSince } from '../git.ts';
import type { MigrationLocks } from './read-plan.ts';

/** A migration that a release brings. */
export interface NewMigration {
  readonly name: string;
  /** Domains whose tables it changes, as its `meta.json` has them. */
  readonly domains: readonly string[];
  /** Null where its `meta.json` does not tell. */
  readonly reversible: boolean | null;
  /** Null where no plan tells. */
  readonly locks: MigrationLocks | null;
}

/** Migrations beside the composed schema that stood not there at `commit`, in their order. */
export async function newMigrations(
  root: string,
  schemaDirectory: string,
  commit: string | null,
  plan: ReadonlyMap<string, MigrationLocks>,
): Promise<NewMigration[]> {
  const folder = path.posix.join(schemaDirectory, 'migrations');
  const known = commit === null ? new Set<string>() : await addedSince(root, commit, folder);
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder))
    .sort()
    .filter((name) => existsSync(path.join(root, folder, name, 'migration.sql')))
    .filter((name) => !known.has(`${folder}/${name}/migration.sql`))
    .map((name) => ({
      name,
      ...readMeta(path.join(root, folder, name, 'meta.json')),
      locks: plan.get(name) ?? null,
    }));
}

function readMeta(file: string): Pick<NewMigration, 'domains' | 'reversible'> {
  if (!existsSync(file)) return { domains: [], reversible: null };
  const { domains, reversible } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return {
    domains: Array.isArray(domains) ? domains.filter((each) => typeof each === 'string') : [],
    reversible: typeof reversible === 'boolean' ? reversible : null,
  };
}
