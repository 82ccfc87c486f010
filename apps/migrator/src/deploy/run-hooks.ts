import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isCodedError } from '@holovitals/errors';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { Workspace } from '../environment/workspace.ts';
import { databaseFault } from '../errors.ts';
import { boundSession } from '../connection/lock-patience.ts';
import { withLockRetries, type LockDiscipline } from '../connection/lock-retries.ts';

interface PackageManifest {
  readonly name: string;
  readonly migrator?: { readonly afterDeploy?: readonly string[] };
}

/** SQL that a package asks for after each deploy. */
export interface Hook {
  readonly package: string;
  readonly sql: string;
}

/** Reads the hooks of all packages: `"migrator": { "afterDeploy": [...] }`. */
export function readHooks(workspace: Workspace, manifest: SchemaManifest): Hook[] {
  return manifest.domains.flatMap(({ directory }) => {
    const file = path.join(workspace.root, directory, 'package.json');
    const { name, migrator } = JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
    return (migrator?.afterDeploy ?? []).map((sql) => ({ package: name, sql }));
  });
}

/**
 * Runs the hooks of all packages.
 *
 * @throws CodedError `MIGRATOR.LOCK_UNAVAILABLE`, `MIGRATOR.DATABASE_FAULT`
 */
export async function runHooks(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
  locks: LockDiscipline,
): Promise<void> {
  for (const { package: name, sql } of readHooks(workspace, manifest)) {
    const doing = `the afterDeploy hook of ${name}`;
    try {
      await client.query(boundSession(locks.patience));
      await withLockRetries(locks, doing, () => client.query(sql));
    } catch (error) {
      if (isCodedError(error)) throw error;
      throw databaseFault(doing, describeDatabaseError(error, sql));
    }
  }
}
