import pg from 'pg';

interface RoleFacts {
  readonly superuser: boolean;
  readonly bypasses: boolean;
  readonly creates: boolean;
  readonly same: boolean;
  readonly member: boolean;
  readonly owns: boolean;
  readonly makes: boolean;
  readonly reads: boolean;
  /** The session's role and the database, as statements name them. */
  readonly own: string;
  readonly database: string;
}

/** What a role has that it must not, and what takes it away; empty where no one statement does. */
export interface RoleFault {
  readonly what: string;
  readonly sql: readonly string[];
}

/** Members read or write all rows, or files of the server. */
const MIGHTY = [
  'pg_read_all_data',
  'pg_write_all_data',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
];

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
         exists (select from pg_roles p where p.rolname = any ($2)
                 and pg_has_role(r.oid, p.oid, 'MEMBER')) as reads,
         quote_ident(current_user) as own, quote_ident(current_database()) as database
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
): Promise<readonly RoleFault[] | null> {
  const { rows } = await client.query<RoleFacts>(QUERY, [role, MIGHTY]);
  const [facts] = rows;
  return facts === undefined ? null : faultsOf(facts, pg.escapeIdentifier(role), bypasses);
}

function faultsOf(facts: RoleFacts, role: string, bypasses: boolean): RoleFault[] {
  const { superuser, own, database } = facts;
  const fault = (is: boolean, what: string, ...sql: string[]) => (is ? [{ what, sql }] : []);
  const alter = (attributes: string) => `ALTER ROLE ${role} ${attributes}`;
  if (facts.same) return fault(true, 'is the role of migrations itself');
  return [
    ...fault(superuser, 'is a superuser', alter('NOSUPERUSER')),
    ...fault(facts.bypasses && !bypasses, 'has BYPASSRLS', alter('NOBYPASSRLS')),
    ...fault(
      facts.creates,
      'may create databases or roles, or replicate',
      alter('NOCREATEDB NOCREATEROLE NOREPLICATION'),
    ),
    ...fault(
      facts.member && !superuser,
      'may become the role of migrations',
      `REVOKE ${own} FROM ${role}`,
    ),
    ...fault(facts.owns && !facts.member && !superuser, 'owns tables'),
    ...fault(
      facts.makes && !superuser,
      'may create in the schema or the database',
      `REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${role}`,
      `REVOKE CREATE ON DATABASE ${database} FROM PUBLIC, ${role}`,
    ),
    ...fault(
      facts.reads && !superuser,
      'is a member of a role that reads or writes all data',
      `REVOKE ${MIGHTY.join(', ')} FROM ${role}`,
    ),
    ...fault(bypasses && !facts.bypasses && !superuser, 'lacks BYPASSRLS', alter('BYPASSRLS')),
  ];
}
