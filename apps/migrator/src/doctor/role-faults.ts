import type pg from 'pg';

interface RoleFacts {
  readonly superuser: boolean;
  readonly bypasses: boolean;
  readonly creates: boolean;
  readonly same: boolean;
  readonly member: boolean;
  readonly owns: boolean;
  readonly makes: boolean;
  readonly reads: boolean;
}

const QUERY = `
  select rolsuper as superuser, rolbypassrls as bypasses,
         rolcreatedb or rolcreaterole or rolreplication as creates,
         rolname = current_user as same,
         rolname <> current_user and pg_has_role(rolname, current_user, 'MEMBER') as member,
         exists (select from pg_class c where c.relkind in ('r', 'p', 'v', 'm')
                 and c.relnamespace = to_regnamespace('public')
                 and pg_has_role(r.oid, c.relowner, 'MEMBER')) as owns,
         has_schema_privilege(rolname, 'public', 'create')
           or has_database_privilege(rolname, current_database(), 'create') as makes,
         exists (select from pg_roles p where p.rolname in ('pg_read_all_data', 'pg_write_all_data',
                   'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
                 and pg_has_role(r.oid, p.oid, 'MEMBER')) as reads
  from pg_roles r where rolname = $1`;

/**
 * Tells what a role has that the rights on its tables do not bind; null where there is no such role.
 *
 * @param bypasses whether it is to see past row security
 */
export async function findRoleFaults(
  client: pg.Client,
  role: string,
  bypasses: boolean,
): Promise<readonly string[] | null> {
  const { rows } = await client.query<RoleFacts>(QUERY, [role]);
  const [facts] = rows;
  return facts === undefined ? null : faultsOf(facts, bypasses);
}

function faultsOf(facts: RoleFacts, bypasses: boolean): string[] {
  if (facts.same) return ['is the role of migrations itself'];
  const { superuser } = facts;
  return [
    ...(superuser ? ['is a superuser'] : []),
    ...(facts.bypasses && !bypasses ? ['has BYPASSRLS'] : []),
    ...(facts.creates ? ['may create databases or roles, or replicate'] : []),
    ...(facts.member && !superuser ? ['may become the role of migrations'] : []),
    ...(facts.owns && !facts.member && !superuser ? ['owns tables'] : []),
    ...(facts.makes && !superuser ? ['may create in the schema or the database'] : []),
    ...(facts.reads && !superuser ? ['is a member of a role that reads or writes all data'] : []),
    ...(bypasses && !facts.bypasses && !superuser ? ['lacks BYPASSRLS'] : []),
  ];
}
