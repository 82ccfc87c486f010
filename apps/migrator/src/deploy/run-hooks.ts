import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { Workspace } from '../environment/workspace.ts';
import { databaseFault } from '../errors.ts';

interface PackageManifest {
  readonly name: string;
  readonly migrator?: { readonly afterDeploy?: readonly string[] };
}

/** Runs the SQL that packages ask for after each deploy: `"migrator": { "afterDeploy": [...] }`. */
export async function runHooks(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
): Promise<void> {
  for (const { directory } of manifest.domains) {
    const file = path.join(workspace.root, directory, 'package.json');
    const { name, migrator } = JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
    for (const sql of migrator?.afterDeploy ?? []) {
      await client.query(sql).catch((error: unknown) => {
        throw databaseFault(`the afterDeploy hook of ${name}`, describeDatabaseError(error, sql));
      });
    }
  }
}
