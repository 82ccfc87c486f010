import pg from 'pg';
import type { DatabaseRight, DatabaseSettings } from '../backup-format.ts';

const QUERY = `
select shobj_description(d.oid, 'pg_database') as comment, datconnlimit as "connectionLimit",
  coalesce((select jsonb_agg(jsonb_build_object('role', r.rolname, 'name', split_part(c, '=', 1),
      'value', substr(c, strpos(c, '=') + 1)) order by r.rolname nulls first, c)
    from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole, unnest(setconfig) c
    where s.setdatabase = d.oid), '[]') as parameters,
  (select jsonb_agg(jsonb_build_object('role', role, 'privileges', privileges, 'grantable', grantable) order by role)
   from (select case grantee when 0 then 'public' when datdba then 'current_user' else quote_ident(pg_get_userbyid(grantee)) end as role,
           jsonb_agg(privilege_type order by privilege_type) as privileges,
           coalesce(jsonb_agg(privilege_type order by privilege_type) filter (where is_grantable), '[]') as grantable
         from aclexplode(datacl) group by grantee) g) as rights
from pg_database d where datname = current_database()`;

/** Reads what is set on the database itself. */
export async function readDatabaseSettings(client: pg.Client): Promise<DatabaseSettings> {
  const { rows } = await client.query<DatabaseSettings>(QUERY);
  return rows[0] as DatabaseSettings;
}

/** Parameters that hold lists of names, which are written as they are kept. */
const LISTS = new Set([
  ...['search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries'],
]);

/** Writes the statements that set the same on another database. */
export function settingStatements(settings: DatabaseSettings, database: string): string[] {
  const { comment, connectionLimit, parameters, rights } = settings;
  const name = pg.escapeIdentifier(database);
  return [
    ...(comment === null ? [] : [`comment on database ${name} is ${pg.escapeLiteral(comment)}`]),
    ...(connectionLimit === -1
      ? []
      : [`alter database ${name} connection limit ${connectionLimit}`]),
    ...parameters.map((it) => {
      const value = LISTS.has(it.name) ? it.value : pg.escapeLiteral(it.value);
      const set = `set ${pg.escapeIdentifier(it.name)} = ${value}`;
      return it.role === null
        ? `alter database ${name} ${set}`
        : `alter role ${pg.escapeIdentifier(it.role)} in database ${name} ${set}`;
    }),
    ...(rights === null ? [] : [`revoke all on database ${name} from public, current_user`]),
    ...(rights ?? []).flatMap((right) => grantsOf(right, name)),
  ];
}

function grantsOf({ role, privileges, grantable }: DatabaseRight, name: string): string[] {
  const options = role === 'current_user' ? [] : grantable;
  const plain = privileges.filter((it) => !options.includes(it));
  const grant = (list: readonly string[]) =>
    `grant ${list.join(', ')} on database ${name} to ${role}`;
  return [
    ...(plain.length > 0 ? [grant(plain)] : []),
    ...(options.length > 0 ? [`${grant(options)} with grant option`] : []),
  ];
}
