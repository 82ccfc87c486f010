import { isCodedError } from '@holovitals/errors';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { inTransaction } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { databaseFault } from '../errors.ts';
import { readObjects } from '../objects/read-objects.ts';
import { objectGrants } from './object-grants.ts';
import { defaultGrants, otherGrants, tableGrants } from './table-grants.ts';

/**
 * Gives the application role its rights on all that the owner made, and takes away what goes
 * beyond, in one transaction. Does nothing while that role does not exist, or is the owner itself.
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
      const statements = await neededGrants(client, workspace, manifest, target);
      await client.query(statements.join(';\n'));
      return statements.length > 0;
    });
  } catch (error) {
    if (isCodedError(error)) throw error;
    throw databaseFault('the rights of the application role', describeDatabaseError(error));
  }
}

/** The statements that {@link applyGrants} would run; empty where all rights are as they should be. */
export async function neededGrants(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
  { appRole }: DatabaseTarget,
): Promise<string[]> {
  const { rows } = await client.query<{ closed: boolean }>(
    `select exists (
       select from pg_default_acl
       where defaclrole = quote_ident(current_user)::regrole and defaclnamespace = 0
         and defaclobjtype = 'f'
         and not exists (select from aclexplode(defaclacl) x where x.grantee = 0)
     ) as closed
     from pg_roles where rolname = $1 and rolname <> current_user`,
    [appRole],
  );
  const [role] = rows;
  if (role === undefined) return [];
  const objects = readObjects(workspace, manifest);
  return [
    // What the owner makes from now on is closed until its rule opens it.
    ...(role.closed ? [] : ['ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC']),
    ...(await defaultGrants(client, appRole)),
    ...(await tableGrants(client, manifest, appRole)),
    ...(await otherGrants(client, manifest, appRole)),
    ...(await objectGrants(client, objects, manifest.extensions, appRole)),
  ];
}
