import pg from 'pg';
import { connect, withConnection } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { databaseFault, roleNotPermitted } from '../errors.ts';
import { applyGrants } from './apply-grants.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** What {@link syncRoles} did. */
export interface RolesResult {
  readonly owner: string;
  readonly application: string;
  /** False where a second run found everything as it should be. */
  readonly changed: boolean;
}

/**
 * Makes the owner and the application role, the database where the server is the embedded one, and
 * the least rights the manifest allows: the application never owns, alters or empties a table, and
 * what is append-only it can only add to. Safe to run again.
 *
 * @throws CodedError `MIGRATOR.ROLE_NOT_PERMITTED`, `MIGRATOR.CONNECTION_FAILED`
 */
export async function syncRoles(
  workspace: Workspace,
  target: DatabaseTarget,
): Promise<RolesResult> {
  const manifest = await loadManifest(workspace);
  const created = await createRoles(target);
  const changed = await withConnection(target.ownerUrl, async (client) => {
    const before = await readRights(client, target);
    for (const sql of databaseGrants(target)) {
      await client.query(sql).catch((error: unknown) => {
        throw databaseFault('the rights on the database', describeDatabaseError(error));
      });
    }
    const closed = before !== (await readRights(client, target));
    const granted = await applyGrants(client, workspace, manifest, target);
    return closed || granted;
  });
  return { owner: target.ownerRole, application: target.appRole, changed: created || changed };
}

/** The SQL for an administrator to run where the migrator may not; passwords are set by `\\password`. */
export function printRoles(target: DatabaseTarget): string {
  return [
    `CREATE ROLE ${quote(target.appRole)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;`,
    `\\password ${quote(target.appRole)}`,
    ...databaseGrants(target).map((sql) => `${sql};`),
    '',
  ].join('\n');
}

async function createRoles(target: DatabaseTarget): Promise<boolean> {
  const admin = new URL(target.adminUrl);
  if (target.kind === 'embedded') admin.pathname = '/postgres';
  return withConnection(admin.toString(), async (client) => {
    const owner =
      target.kind === 'embedded' && (await ensureRole(client, target.ownerUrl, 'CREATEDB'));
    const app = await ensureRole(client, target.appUrl, 'NOCREATEDB');
    const database = target.kind === 'embedded' && (await ensureDatabase(client, target));
    return owner || app || database;
  });
}

/** Creates a role with the password of its URL; an existing one whose password fits is left alone. */
async function ensureRole(client: pg.Client, url: string, right: string): Promise<boolean> {
  const { username, password } = new URL(url);
  const role = decodeURIComponent(username);
  const { rows } = await client.query<{ there: boolean; can: boolean }>(
    `select exists (select 1 from pg_roles where rolname = $1) as there,
            (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as can`,
    [role],
  );
  if (rows[0]?.there === true && (await canLogIn(url))) return false;
  if (rows[0]?.can !== true) throw roleNotPermitted();
  const verb = rows[0].there ? 'alter' : 'create';
  await client.query(
    `${verb} role ${quote(role)} login nosuperuser ${right} nocreaterole nobypassrls
     password ${pg.escapeLiteral(decodeURIComponent(password))}`,
  );
  return true;
}

async function canLogIn(url: string): Promise<boolean> {
  try {
    await (await connect(url)).end();
    return true;
  } catch (error) {
    const { details } = error as { details?: { sqlstate?: string } };
    return details?.sqlstate === '3D000';
  }
}

async function ensureDatabase(client: pg.Client, target: DatabaseTarget): Promise<boolean> {
  const found = await client.query('select 1 from pg_database where datname = $1', [
    target.database,
  ]);
  if (found.rowCount !== 0) return false;
  await client.query(
    `create database ${quote(target.database)} owner ${quote(target.ownerRole)} template template0`,
  );
  return true;
}

/** Who may enter the database and its schema, as statements that can be repeated. */
function databaseGrants(target: DatabaseTarget): string[] {
  const app = quote(target.appRole);
  const database = quote(target.database);
  return [
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${database} TO ${app}`,
    `REVOKE CREATE ON SCHEMA public FROM PUBLIC`,
    `GRANT USAGE ON SCHEMA public TO ${app}`,
  ];
}

async function readRights(client: pg.Client, { database }: DatabaseTarget): Promise<string> {
  const { rows } = await client.query<{ rights: string }>(
    `select concat((select datacl from pg_database where datname = $1),
                   (select nspacl from pg_namespace where nspname = 'public')) as rights`,
    [database],
  );
  return rows[0]?.rights ?? '';
}
