import { isCodedError } from '@holovitals/errors';
import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { withConnection } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { withMigrationLock } from '../deploy/migration-lock.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { SIDE_ROLES, type SideRoleKind } from '../environment/side-roles.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { databaseFault, rightsMissing, rolesEqual } from '../errors.ts';
import { applyGrants } from './apply-grants.ts';
import { openDuties, type Duty } from './database-duties.ts';
import { ensureRoles } from './ensure-roles.ts';
import { foreignOwners } from './foreign-owners.ts';
import { granteesOf } from './role-rights.ts';

const LOCK_WAIT_MS = 600_000;

const quote = (name: string) => pg.escapeIdentifier(name);

/** What {@link syncRoles} did. */
export interface RolesResult {
  readonly owner: string;
  readonly application: string;
  /** Those beside them that are set up. */
  readonly sideRoles: readonly { readonly kind: SideRoleKind; readonly role: string }[];
  /** False where a second run found everything as it should be. */
  readonly changed: boolean;
  /** Statements that would close what should not be open, and that only an administrator may run. */
  readonly left: readonly string[];
}

/**
 * Makes the owner, the application role and the side roles that are set up, the database where the
 * server is the embedded one, and the least rights the manifest allows: nobody but the owner alters
 * or empties a table, and the audit trail the application can only add to. Mends what belongs to
 * another role where it may. Safe to run again.
 *
 * @throws CodedError `MIGRATOR.ROLES_EQUAL`, `MIGRATOR.ROLE_NOT_PERMITTED`,
 * `MIGRATOR.RIGHTS_MISSING` with the statements for an administrator, `MIGRATOR.CONNECTION_FAILED`
 */
export async function syncRoles(
  workspace: Workspace,
  target: DatabaseTarget,
  onProgress: (line: string) => void = () => undefined,
): Promise<RolesResult> {
  refuseEqualRoles(target);
  const manifest = loadManifest(workspace);
  await refusePooler(target);
  const created = await ensureRoles(target);
  // Two sessions that grant on one thing at once fail: rights change under the migration lock.
  const locked = <T>(url: string, work: (client: pg.Client) => Promise<T>) =>
    withConnection(url, (client) =>
      withMigrationLock(client, { waitMs: LOCK_WAIT_MS, onWait: onProgress }, () => work(client)),
    );
  const { done, left } = await locked(target.adminUrl, (client) =>
    perform(client, manifest, target),
  );
  const granted = await locked(target.ownerUrl, (client) =>
    applyGrants(client, workspace, manifest, target),
  );
  return {
    owner: target.ownerRole,
    application: target.appRole,
    sideRoles: target.sideRoles.map(({ kind, role }) => ({ kind, role })),
    changed: created || done || granted,
    left,
  };
}

function refuseEqualRoles(target: DatabaseTarget): void {
  const variables = new Map([[target.ownerRole, 'DATABASE_URL']]);
  for (const { kind, role } of granteesOf(target)) {
    const variable = kind === 'application' ? 'APP_DATABASE_URL' : SIDE_ROLES[kind].variable;
    const earlier = variables.get(role);
    if (earlier !== undefined) throw rolesEqual(role, [earlier, variable]);
    variables.set(role, variable);
  }
}

/** The SQL for an administrator, as far as it is needed; passwords are set by `\\password`. */
export async function printRoles(workspace: Workspace, target: DatabaseTarget): Promise<string> {
  const manifest = loadManifest(workspace);
  const [owner = '', database = ''] = [target.ownerRole, target.database].map(quote);
  const roles = granteesOf(target).map(({ role }) => role);
  try {
    return await withConnection(target.adminUrl, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        'select rolname as name from pg_roles where rolname = any ($1)',
        [roles],
      );
      const missing = roles.filter((role) => !rows.some(({ name }) => name === role));
      const duties = await findDuties(client, manifest, target);
      return [
        ...missing.flatMap((role) => newRole(quote(role), 'NOCREATEDB')),
        ...duties.map(({ sql }) => `${sql};`),
        '',
      ].join('\n');
    });
  } catch (error) {
    if (!isCodedError(error)) throw error;
    // Nothing can be looked at yet: everything from the start.
    return [
      ...newRole(owner, 'CREATEDB'),
      ...roles.flatMap((role) => newRole(quote(role), 'NOCREATEDB')),
      `CREATE DATABASE ${database} OWNER ${owner} TEMPLATE template0;`,
      `REVOKE ALL ON DATABASE ${database} FROM PUBLIC;`,
      ...roles.map((role) => `GRANT CONNECT ON DATABASE ${database} TO ${quote(role)};`),
      ...target.sideRoles
        .filter(({ kind }) => kind === 'backup')
        .map(({ role }) => `ALTER ROLE ${quote(role)} BYPASSRLS;`),
      '',
    ].join('\n');
  }
}

function newRole(name: string, right: 'CREATEDB' | 'NOCREATEDB'): string[] {
  return [
    `CREATE ROLE ${name} LOGIN NOSUPERUSER ${right} NOCREATEROLE NOBYPASSRLS;`,
    `\\password ${name}`,
  ];
}

async function findDuties(client: pg.Client, manifest: SchemaManifest, target: DatabaseTarget) {
  return [
    ...(await openDuties(client, target)),
    ...(await foreignOwners(client, manifest, target)),
  ];
}

/** Does what the session may do; fails on what is essential and left. */
async function perform(
  client: pg.Client,
  manifest: SchemaManifest,
  target: DatabaseTarget,
): Promise<{ done: boolean; left: string[] }> {
  const duties = await findDuties(client, manifest, target);
  const allowed = duties.filter((duty) => duty.allowed);
  for (const { sql } of allowed) {
    await client.query(sql).catch((error: unknown) => {
      throw databaseFault(sql, describeDatabaseError(error));
    });
  }
  const remaining: readonly Duty[] =
    allowed.length === 0 ? duties : await findDuties(client, manifest, target);
  if (remaining.some(({ essential }) => essential)) {
    throw rightsMissing(
      target.ownerRole,
      remaining.map(({ sql }) => sql),
    );
  }
  return {
    done: allowed.length > 0,
    left: remaining.filter(({ isOptional }) => isOptional !== true).map(({ sql }) => sql),
  };
}
