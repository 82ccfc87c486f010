import { isCodedError } from '@holovitals/errors';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { inTransaction } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { databaseFault } from '../errors.ts';
import { readObjects } from '../objects/read-objects.ts';
import type { SqlObject } from '../objects/sql-object.ts';
import { applicationGrants } from './application-grants.ts';
import { auditorPolicies } from './auditor-policies.ts';
import { backupGrants } from './backup-grants.ts';
import { closeRoutines, defaultGrants } from './default-grants.ts';
import { extensionGrants, objectGrants } from './object-grants.ts';
import { granteesOf, type Grantee } from './role-rights.ts';
import { tableGrants } from './table-grants.ts';

/** A statement, and the role whose rights it mends. */
export interface Grant {
  readonly role: string;
  readonly sql: string;
}

/**
 * Gives each role its rights on all that the owner made, and takes away what goes beyond, in one
 * transaction. Roles that do not exist, or are the owner itself, are passed over.
 *
 * @returns whether any right changed
 * @throws CodedError `MIGRATOR.DATABASE_FAULT`, `MIGRATOR.OBJECT_INVALID`
 */
export async function applyGrants(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
  target: DatabaseTarget,
): Promise<boolean> {
  try {
    return await inTransaction(client, async () => {
      const grants = await neededGrants(client, workspace, manifest, target);
      await client.query(grants.map(({ sql }) => sql).join(';\n'));
      return grants.length > 0;
    });
  } catch (error) {
    if (isCodedError(error)) throw error;
    throw databaseFault('the rights of a role', describeDatabaseError(error));
  }
}

/** The statements that {@link applyGrants} would run; empty where all rights are as they should be. */
export async function neededGrants(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
  target: DatabaseTarget,
): Promise<Grant[]> {
  const { rows } = await client.query<{ name: string }>(
    'select rolname as name from pg_roles where rolname = any ($1) and rolname <> current_user',
    [granteesOf(target).map(({ role }) => role)],
  );
  const there = granteesOf(target).filter(({ role }) => rows.some(({ name }) => name === role));
  if (there.length === 0) return [];
  const objects = readObjects(workspace, manifest);
  // What everybody may is found for each role, and taken away once.
  const roleOf = new Map((await closeRoutines(client)).map((sql) => [sql, target.appRole]));
  for (const grantee of there) {
    for (const sql of await grantsOf(client, manifest, objects, grantee)) {
      if (!roleOf.has(sql)) roleOf.set(sql, grantee.role);
    }
  }
  return [...roleOf].map(([sql, role]) => ({ role, sql }));
}

async function grantsOf(
  client: pg.Client,
  manifest: SchemaManifest,
  objects: readonly SqlObject[],
  grantee: Grantee,
): Promise<string[]> {
  const { kind, role } = grantee;
  return [
    ...(await defaultGrants(client, grantee)),
    ...(kind === 'backup'
      ? await backupGrants(client, role)
      : await tableGrants(client, manifest, grantee)),
    ...(kind === 'application' ? await applicationGrants(client, manifest, role) : []),
    ...(kind === 'auditor' ? await auditorPolicies(client, manifest, role) : []),
    ...(await objectGrants(client, objects, grantee)),
    ...(await extensionGrants(client, manifest.extensions, role)),
  ];
}
