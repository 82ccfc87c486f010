import pg from 'pg';
import type { Grantee } from './role-rights.ts';

const HELD = `
  select format('ALTER DEFAULT PRIVILEGES %s REVOKE ALL ON %s FROM ',
           coalesce('IN SCHEMA ' || quote_ident(n.nspname), ''),
           case d.defaclobjtype when 'r' then 'TABLES' when 'f' then 'ROUTINES' when 'S' then 'SEQUENCES'
             when 'T' then 'TYPES' else 'SCHEMAS' end) as sql
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
  where d.defaclrole = quote_ident(current_user)::regrole and d.defaclobjtype in ('r', 'f', 'S', 'T', 'n')
    and exists (select from aclexplode(d.defaclacl) x where x.grantee = to_regrole($1)::oid)
  order by sql`;

/** What the backup reads of all that is yet to be made, partitions among it. */
const BACKUP = `
  select format('ALTER DEFAULT PRIVILEGES GRANT %s ON %s TO ', w.right, w.things) as sql
  from (values ('r', 'TABLES', 'SELECT'), ('S', 'SEQUENCES', 'SELECT'), ('n', 'SCHEMAS', 'USAGE'))
    as w (kind, things, "right")
  where not exists (
    select from pg_default_acl d, aclexplode(d.defaclacl) x
    where d.defaclrole = quote_ident(current_user)::regrole and d.defaclnamespace = 0
      and d.defaclobjtype = w.kind::"char" and x.grantee = to_regrole($1)::oid
      and x.privilege_type = w.right)
  order by sql`;

/** Without it, whoever connects may call what the owner makes. */
const OPEN_ROUTINES = `
  select not exists (
    select from pg_default_acl
    where defaclrole = quote_ident(current_user)::regrole and defaclnamespace = 0
      and defaclobjtype = 'f'
      and not exists (select from aclexplode(defaclacl) x where x.grantee = 0)
  ) as "isOpen"`;

/**
 * The statements for what a role gets on things yet to be made: the backup reads them all, any other
 * role gets its rights by rule, once a thing is there.
 */
export async function defaultGrants(client: pg.Client, { kind, role }: Grantee): Promise<string[]> {
  const name = pg.escapeIdentifier(role);
  const query = kind === 'backup' ? BACKUP : HELD;
  const { rows } = await client.query<{ sql: string }>(query, [name]);
  return rows.map(({ sql }) => `${sql}${name}`);
}

/** The statement that closes what the owner makes from now on, until its rule opens it. */
export async function closeRoutines(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ isOpen: boolean }>(OPEN_ROUTINES);
  return rows[0]?.isOpen === true
    ? ['ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC']
    : [];
}
