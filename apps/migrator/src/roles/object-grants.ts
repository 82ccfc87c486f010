import pg from 'pg';
import { CATALOG, queryCatalog } from '../objects/object-catalog.ts';
import { hasRecord } from '../objects/object-record.ts';
import type { SqlObject } from '../objects/sql-object.ts';
import type { Grantee } from './role-rights.ts';

interface Found {
  /** As GRANT names it: `ROUTINE public.cheapest()`. */
  readonly target: string;
  readonly right: 'EXECUTE' | 'SELECT';
  /** Closed to every role: its file says so, or it is a trigger's, which needs no right. */
  readonly closed: boolean;
  readonly publicMay: boolean;
  readonly roleMay: boolean;
}

/** Routines and views that files made, as the record has it; one name in two files is the stricter's. */
const MADE = `with ${CATALOG}, made as (
    select k.identity, bool_or(r.file = any ($2)) as internal
    from migrator.objects r, jsonb_object_keys(r.objects) as k (identity)
    where r.file = any ($1) group by k.identity
  )
  select * from (
  select 'ROUTINE ' || p.oid::regprocedure as target, 'EXECUTE' as right,
         made.internal or p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as closed,
         exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                 where x.grantee = 0) as "publicMay",
         exists (select from aclexplode(p.proacl) x
                 where x.grantee = to_regrole($3)::oid and x.privilege_type = 'EXECUTE') as "roleMay"
  from made join catalog using (identity)
  join pg_proc p on classid = 'pg_proc'::regclass and p.oid = objid
  union all
  select 'TABLE ' || c.oid::regclass, 'SELECT', made.internal,
         exists (select from aclexplode(c.relacl) x where x.grantee = 0),
         exists (select from aclexplode(c.relacl) x
                 where x.grantee = to_regrole($3)::oid and x.privilege_type = 'SELECT')
  from made join catalog using (identity)
  join pg_class c on classid = 'pg_class'::regclass and c.oid = objid and c.relkind in ('v', 'm')
  ) as found order by target collate "C"`;

/** An extension that a superuser installs belongs to that role, whose default rights close it. */
const CLOSED_EXTENSION_ROUTINES = `
  select 'ROUTINE ' || p.oid::regprocedure as target
  from pg_depend d
  join pg_extension e on e.oid = d.refobjid
  join pg_proc p on p.oid = d.objid
  where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_extension'::regclass
    and d.deptype = 'e' and e.extname = any ($1) and p.proowner = quote_ident(current_user)::regrole
    and not exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                    where x.grantee in (0, to_regrole($2)::oid))
  order by target`;

/**
 * The statements that bring the rights on routines and views to their rule: nobody has them but
 * their owner, and the application role where the file is not `-- @internal`. A view reads as its
 * owner, a routine may: no other role gets any. What no file makes is left as it is. Empty where all
 * is as it should be.
 */
export async function objectGrants(
  client: pg.Client,
  objects: readonly SqlObject[],
  { kind, role }: Grantee,
): Promise<string[]> {
  if (!(await hasRecord(client))) return [];
  const name = pg.escapeIdentifier(role);
  const files = objects.map(({ file }) => file);
  const internal = objects.filter(isInternal).map(({ file }) => file);
  const found = await queryCatalog<Found>(client, MADE, [files, internal, name]);
  return found.flatMap((it) =>
    statementsFor({ ...it, closed: it.closed || kind !== 'application' }, name),
  );
}

/** The statements that let a role use the types and operators of extensions. */
export async function extensionGrants(
  client: pg.Client,
  extensions: readonly string[],
  role: string,
): Promise<string[]> {
  const name = pg.escapeIdentifier(role);
  const closed = await queryCatalog<{ target: string }>(client, CLOSED_EXTENSION_ROUTINES, [
    extensions,
    name,
  ]);
  return closed.map(({ target }) => `GRANT EXECUTE ON ${target} TO ${name}`);
}

/** A line of its own says that only the owner may use what the file makes. */
function isInternal({ sql }: SqlObject): boolean {
  return /^-- @internal\s*$/m.test(sql);
}

function statementsFor(found: Found, role: string): string[] {
  const { target, right, closed, publicMay, roleMay } = found;
  return [
    publicMay ? `REVOKE ALL ON ${target} FROM PUBLIC` : '',
    !closed && !roleMay ? `GRANT ${right} ON ${target} TO ${role}` : '',
    closed && roleMay ? `REVOKE ALL ON ${target} FROM ${role}` : '',
  ].filter((statement) => statement !== '');
}
