import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { connect, inTransaction, withConnection } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { databaseFault, roleNotPermitted } from '../errors.ts';

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
    const before = await readGrants(client, target.appRole);
    const existing = await readTables(client);
    const statements = grantStatements(manifest, target, existing);
    await inTransaction(client, async () => {
      for (const sql of statements) await client.query(sql);
    }).catch((error: unknown) => {
      throw databaseFault('the grants of the application role', describeDatabaseError(error));
    });
    return before !== (await readGrants(client, target.appRole));
  });
  return { owner: target.ownerRole, application: target.appRole, changed: created || changed };
}

/** The SQL for an administrator to run where the migrator may not; passwords are set by `\\password`. */
export async function printRoles(workspace: Workspace, target: DatabaseTarget): Promise<string> {
  const manifest = await loadManifest(workspace);
  const tables = new Set(manifest.models.map((model) => model.table));
  return [
    `CREATE ROLE ${quote(target.appRole)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;`,
    `\\password ${quote(target.appRole)}`,
    ...grantStatements(manifest, target, tables).map((sql) => `${sql};`),
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

/** The rights of the application role, as statements that can be repeated. */
function grantStatements(
  manifest: SchemaManifest,
  target: DatabaseTarget,
  existing: ReadonlySet<string>,
): string[] {
  const app = quote(target.appRole);
  const owner = quote(target.ownerRole);
  const database = quote(target.database);
  const tables = manifest.models.filter((model) => existing.has(model.table));
  return [
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${database} TO ${app}`,
    `REVOKE CREATE ON SCHEMA public FROM PUBLIC`,
    `GRANT USAGE ON SCHEMA public TO ${app}`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO ${app}`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO ${app}`,
    ...tables.map((model) => {
      const rights = model.immutable ? 'SELECT, INSERT' : 'SELECT, INSERT, UPDATE, DELETE';
      return `GRANT ${rights} ON TABLE ${quote(model.table)} TO ${app}`;
    }),
    ...tables
      .filter((model) => model.immutable)
      .map(
        (model) =>
          `REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE ${quote(model.table)} FROM ${app}`,
      ),
    ...(existing.has('_prisma_migrations')
      ? [
          `REVOKE ALL ON TABLE _prisma_migrations FROM ${app}`,
          `GRANT SELECT (migration_name, checksum, started_at, finished_at, rolled_back_at) ON TABLE _prisma_migrations TO ${app}`,
        ]
      : []),
    ...(existing.has('migrator.objects')
      ? [`GRANT USAGE ON SCHEMA migrator TO ${app}`, `GRANT SELECT ON migrator.objects TO ${app}`]
      : []),
  ];
}

async function readTables(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `select case when schemaname = 'public' then tablename else schemaname || '.' || tablename end as name
     from pg_tables where schemaname in ('public', 'migrator')`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** All rights that name the role, as one text to compare. */
async function readGrants(client: pg.Client, role: string): Promise<string> {
  const { rows } = await client.query<{ grants: string }>(
    `select coalesce(string_agg(line, E'\\n' order by line), '') as grants from (
       select 'table ' || c.oid::regclass || ' ' || x.privilege_type as line
         from pg_class c, aclexplode(c.relacl) x where x.grantee = to_regrole($1)
       union all
       select 'column ' || a.attrelid::regclass || '.' || a.attname || ' ' || x.privilege_type
         from pg_attribute a, aclexplode(a.attacl) x where x.grantee = to_regrole($1)
       union all
       select 'schema ' || n.nspname || ' ' || x.privilege_type
         from pg_namespace n, aclexplode(n.nspacl) x where x.grantee = to_regrole($1)
       union all
       select 'database ' || d.datname || ' ' || x.privilege_type
         from pg_database d, aclexplode(d.datacl) x where x.grantee = to_regrole($1)
       union all
       select 'default ' || d.defaclobjtype::text || ' ' || x.privilege_type
         from pg_default_acl d, aclexplode(d.defaclacl) x where x.grantee = to_regrole($1)
     ) as lines`,
    [quote(role)],
  );
  return rows[0]?.grants ?? '';
}
