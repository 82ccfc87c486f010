import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';

const RECORD = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const APPEND_ONLY = ['SELECT', 'INSERT'];
const HISTORY_COLUMNS = [
  'migration_name',
  'checksum',
  'started_at',
  'finished_at',
  'rolled_back_at',
];

interface TableRights {
  /** As SQL names it. */
  readonly identity: string;
  readonly schema: string;
  readonly name: string;
  readonly app: readonly string[];
  /** Rights on single columns: `SELECT name`. */
  readonly appColumns: readonly string[];
  readonly isPublic: boolean;
}

const QUERY = `
  select c.oid::regclass::text as identity, n.nspname as schema, c.relname as name,
         array(select x.privilege_type from aclexplode(c.relacl) x
               where x.grantee = to_regrole($2)::oid) as app,
         array(select x.privilege_type || ' ' || a.attname from pg_attribute a, aclexplode(a.attacl) x
               where a.attrelid = c.oid and x.grantee = to_regrole($2)::oid) as "appColumns",
         exists (select from aclexplode(c.relacl) x where x.grantee = 0)
           or exists (select from pg_attribute a, aclexplode(a.attacl) x
                      where a.attrelid = c.oid and x.grantee = 0) as "isPublic"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p')
    and (n.nspname = 'public' and c.relname = any ($1) or n.nspname = 'migrator')
  order by n.nspname, c.relname`;

/**
 * The statements that bring the application role's rights on tables to their rule: it never owns,
 * alters or empties a table, and to what is append-only it can only add. Nobody else has any.
 */
export async function tableGrants(
  client: pg.Client,
  manifest: SchemaManifest,
  appRole: string,
): Promise<string[]> {
  const app = pg.escapeIdentifier(appRole);
  const models = new Map(manifest.models.map((model) => [model.table, model]));
  const names = [...models.keys(), '_prisma_migrations'];
  const { rows } = await client.query<TableRights>(QUERY, [names, app]);
  return rows.flatMap((table) => {
    const model = table.schema === 'public' ? models.get(table.name) : undefined;
    if (model !== undefined) return statements(table, app, model.immutable ? APPEND_ONLY : RECORD);
    if (table.name === '_prisma_migrations') return historyStatements(table, app);
    return statements(table, app, table.name === 'objects' ? ['SELECT'] : []);
  });
}

function statements(table: TableRights, app: string, wanted: readonly string[]): string[] {
  const held = [...table.app, ...table.appColumns.map((right) => right.split(' ')[0] ?? '')];
  const beyond = [...new Set(held)].filter((right) => !wanted.includes(right)).sort();
  const missing = wanted.filter((right) => !table.app.includes(right));
  const on = `ON TABLE ${table.identity}`;
  return [
    ...(table.isPublic ? [`REVOKE ALL ${on} FROM PUBLIC`] : []),
    ...(beyond.length > 0 ? [`REVOKE ${beyond.join(', ')} ${on} FROM ${app}`] : []),
    ...(missing.length > 0 ? [`GRANT ${missing.join(', ')} ${on} TO ${app}`] : []),
  ];
}

/** Readiness asks what is applied; logs are the owner's. */
function historyStatements(table: TableRights, app: string): string[] {
  const wanted = HISTORY_COLUMNS.map((column) => `SELECT ${column}`);
  const isRight =
    table.app.length === 0 &&
    !table.isPublic &&
    table.appColumns.length === wanted.length &&
    wanted.every((right) => table.appColumns.includes(right));
  if (isRight) return [];
  return [
    `REVOKE ALL ON TABLE ${table.identity} FROM PUBLIC, ${app}`,
    `GRANT SELECT (${HISTORY_COLUMNS.join(', ')}) ON TABLE ${table.identity} TO ${app}`,
  ];
}

const DEFAULTS = `
  select format('ALTER DEFAULT PRIVILEGES %s REVOKE ALL ON %s FROM ',
           coalesce('IN SCHEMA ' || quote_ident(n.nspname), ''),
           case d.defaclobjtype when 'r' then 'TABLES' when 'f' then 'ROUTINES' when 'S' then 'SEQUENCES'
             when 'T' then 'TYPES' else 'SCHEMAS' end) as sql
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
  where d.defaclrole = quote_ident(current_user)::regrole and d.defaclobjtype in ('r', 'f', 'S', 'T', 'n')
    and exists (select from aclexplode(d.defaclacl) x where x.grantee = to_regrole($1)::oid)
  order by sql`;

/**
 * The statements that take away what the application role would get on things yet to be made: each
 * gets its rights by rule, once it is there.
 */
export async function defaultGrants(client: pg.Client, appRole: string): Promise<string[]> {
  const app = pg.escapeIdentifier(appRole);
  const { rows } = await client.query<{ sql: string }>(DEFAULTS, [app]);
  return rows.map(({ sql }) => `${sql}${app}`);
}

/** The statements for what is neither table nor routine: the record's schema, and sequences. */
export async function otherGrants(
  client: pg.Client,
  manifest: SchemaManifest,
  appRole: string,
): Promise<string[]> {
  const app = pg.escapeIdentifier(appRole);
  const { rows } = await client.query<{ sql: string }>(
    `select 'USAGE ON SEQUENCE ' || s.oid::regclass as sql
     from pg_class s
     join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid
       and d.refclassid = 'pg_class'::regclass and d.deptype = 'a'
     join pg_class t on t.oid = d.refobjid
     where s.relkind = 'S' and t.relnamespace = to_regnamespace('public') and t.relname = any ($1)
       and not exists (select from aclexplode(s.relacl) x
                       where x.grantee = to_regrole($2)::oid and x.privilege_type = 'USAGE')
     union
     select 'USAGE ON SCHEMA migrator' from pg_namespace n
     where n.nspname = 'migrator'
       and not exists (select from aclexplode(n.nspacl) x
                       where x.grantee = to_regrole($2)::oid and x.privilege_type = 'USAGE')
     order by sql`,
    [manifest.models.map((model) => model.table), app],
  );
  return rows.map(({ sql }) => `GRANT ${sql} TO ${app}`);
}
