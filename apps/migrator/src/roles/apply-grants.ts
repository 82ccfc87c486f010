import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { inTransaction } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { databaseFault } from '../errors.ts';
import { readObjects } from '../objects/read-objects.ts';
import { readMadeNames } from './made-names.ts';
import { objectGrants } from './object-grants.ts';
import { readTables, sequenceGrants, tableGrants } from './table-grants.ts';

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
  const { appRole } = target;
  const role = await client.query(
    'select from pg_roles where rolname = $1 and rolname <> current_user',
    [appRole],
  );
  if (role.rowCount === 0) return false;
  const made = await readMadeNames(readObjects(workspace, manifest));
  try {
    return await inTransaction(client, async () => {
      const before = await readRights(client);
      const statements = [
        // What the owner makes from now on is closed until its rule opens it.
        'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC',
        ...tableGrants(manifest, await readTables(client), appRole),
        ...(await sequenceGrants(client, manifest, appRole)),
        ...(await objectGrants(client, made, manifest.extensions, appRole)),
      ];
      await client.query(statements.join(';\n'));
      return before !== (await readRights(client));
    });
  } catch (error) {
    throw databaseFault('the rights of the application role', describeDatabaseError(error));
  }
}

/** All rights on what the migrator's role owns, as one hash to compare. */
async function readRights(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ rights: string }>(
    `select md5(coalesce(string_agg(line, E'\\n' order by line), '')) as rights from (
       select 'relation ' || oid || ' ' || x::text as line
         from pg_class, aclexplode(relacl) x where relowner = quote_ident(current_user)::regrole
       union all
       select 'column ' || attrelid || '.' || attnum || ' ' || x::text
         from pg_attribute, aclexplode(attacl) x
       union all
       select 'routine ' || oid || ' ' || x::text
         from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) x
         where proowner = quote_ident(current_user)::regrole
       union all
       select 'schema ' || oid || ' ' || x::text from pg_namespace, aclexplode(nspacl) x
       union all
       select 'default ' || oid || ' ' || x::text from pg_default_acl, aclexplode(defaclacl) x
     ) as lines`,
  );
  return rows[0]?.rights ?? '';
}
