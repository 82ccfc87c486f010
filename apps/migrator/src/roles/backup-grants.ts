import pg from 'pg';

interface Thing {
  /** As GRANT names it: `TABLE items`. */
  readonly target: string;
  readonly right: 'SELECT' | 'USAGE';
  readonly held: readonly string[];
}

/** What the owner has that holds rows or a number, and the schemas it is in. */
const THINGS = `
  with schemas as (
    select oid, nspname, nspowner, nspacl from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
  )
  select target, "right",
    array(select x.privilege_type from aclexplode(acl) x where x.grantee = to_regrole($1)::oid) as held
  from (
    select 'SCHEMA ' || quote_ident(nspname) as target, 'USAGE' as right, nspacl as acl, nspowner as owner
    from schemas where nspname <> 'public'
    union all
    select case c.relkind when 'S' then 'SEQUENCE ' else 'TABLE ' end || c.oid::regclass, 'SELECT', c.relacl, c.relowner
    from pg_class c join schemas s on s.oid = c.relnamespace where c.relkind in ('r', 'p', 'S')
  ) as things
  where pg_has_role(owner, 'USAGE')
  order by target collate "C"`;

/** The statements that let the backup read every row that the owner has, and write none. */
export async function backupGrants(client: pg.Client, role: string): Promise<string[]> {
  const name = pg.escapeIdentifier(role);
  const { rows } = await client.query<Thing>(THINGS, [name]);
  return rows.flatMap(({ target, right, held }) => {
    const beyond = held.filter((it) => it !== right);
    return [
      ...(beyond.length > 0 ? [`REVOKE ${beyond.join(', ')} ON ${target} FROM ${name}`] : []),
      ...(held.includes(right) ? [] : [`GRANT ${right} ON ${target} TO ${name}`]),
    ];
  });
}
