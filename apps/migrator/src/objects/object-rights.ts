import type pg from 'pg';
import { queryCatalog } from './object-catalog.ts';

/** The statements that give an object, made anew, the rights it had. */
export interface ObjectRights {
  readonly identity: string;
  readonly grants: readonly string[];
}

/** Access lists of views and routines, each with the name that GRANT and REVOKE want. */
const ACCESS = `access as (
  select case c.relkind when 'm' then 'materialized view ' else 'view ' end
           || format('%I.%I', n.nspname, c.relname) as identity,
         'table ' || format('%I.%I', n.nspname, c.relname) as target,
         null::text as attribute, c.relowner as owner, c.relacl as acl
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('v', 'm')
  union all
  select case c.relkind when 'm' then 'materialized view ' else 'view ' end
           || format('%I.%I', n.nspname, c.relname),
         'table ' || format('%I.%I', n.nspname, c.relname),
         quote_ident(a.attname), c.relowner, a.attacl
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attacl is not null where c.relkind in ('v', 'm')
  union all
  select o.kind || format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)),
         o.kind || format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)),
         null, p.proowner, p.proacl
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
  lateral (select case p.prokind when 'p' then 'procedure ' else 'function ' end as kind) o
)`;

const grantee = `case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end`;

/** Reads the rights of objects that are about to be dropped; those with default rights are left out. */
export async function readRights(
  client: pg.Client,
  identities: readonly string[],
): Promise<ObjectRights[]> {
  return queryCatalog<ObjectRights>(
    client,
    `with ${ACCESS}
     select a.identity, array_remove(array_agg(
       case when x.grantee <> a.owner then
         format('grant %s%s on %s to %s%s', x.privilege_type, ' (' || a.attribute || ')', a.target,
                ${grantee}, case when x.is_grantable then ' with grant option' else '' end) end
       order by a.attribute nulls first, x.grantee, x.privilege_type), null) as grants
     from access a left join lateral aclexplode(a.acl) x on true
     where a.acl is not null and a.identity = any ($1)
     group by a.identity`,
    [identities],
  );
}

/** Gives objects that were made anew exactly the rights they had. */
export async function restoreRights(
  client: pg.Client,
  rights: readonly ObjectRights[],
): Promise<void> {
  const revokes = await queryCatalog<{ sql: string }>(
    client,
    `with ${ACCESS}
     select distinct format('revoke all on %s from %s', a.target, holder) as sql
     from access a, lateral (
       select 'public' as holder
       union select ${grantee} from aclexplode(a.acl) x where x.grantee <> a.owner
     ) h
     where a.attribute is null and a.identity = any ($1)`,
    [rights.map(({ identity }) => identity)],
  );
  const statements = [...revokes.map(({ sql }) => sql), ...rights.flatMap(({ grants }) => grants)];
  for (const sql of statements) await client.query(sql);
}
