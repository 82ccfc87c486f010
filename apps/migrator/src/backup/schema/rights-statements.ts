import type pg from 'pg';
import { own } from '../../catalog/structure-query.ts';
import { queryCatalog } from '../../objects/object-catalog.ts';
import { ownSchema } from './item-query.ts';

/** One role's rights on one thing, beside those that it has by default. */
interface Rights {
  /** What comes after `ON`. */
  readonly target: string;
  /** What comes after a privilege: the columns that it is on. */
  readonly columns: string;
  /** `ALTER DEFAULT PRIVILEGES …`, or nothing. */
  readonly prefix: string;
  readonly role: string;
  readonly actual: readonly string[];
  readonly grantable: readonly string[];
  readonly byDefault: readonly string[];
  /** All that there are for such a thing. */
  readonly all: readonly string[];
  /** Its defaults are those of the server that restores it: everything is said. */
  readonly isForeign: boolean;
}

/** \`_acl\` objects: what they are called, their kind of ACL, owner and ACL; only those that have one. */
const OBJECTS = `
  select case relkind when 'S' then 'sequence ' else '' end || format('%I.%I', n.nspname, relname) as target,
    '' as columns, '' as prefix, case relkind when 'S' then 's' else 'r' end as kind, relowner as owner, relacl as acl,
    false as foreign_defaults, true as has_defaults
  from pg_class c join pg_namespace n on n.oid = relnamespace
  where relkind in ('r', 'p', 'v', 'm', 'S') and relacl is not null and ${ownSchema('n.nspname')} and ${own('pg_class', 'c.oid')}
  union all
  select format('%I.%I', n.nspname, relname), format(' (%I)', attname), '', 'c', relowner, attacl, false, true
  from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
  where attacl is not null and not attisdropped and ${ownSchema('n.nspname')} and ${own('pg_class', 'c.oid')}
  union all
  select 'routine ' || p.oid::regprocedure, '', '', 'f', proowner, proacl, false, true
  from pg_proc p join pg_namespace n on n.oid = pronamespace
  where proacl is not null and ${ownSchema('n.nspname')} and ${own('pg_proc', 'p.oid')}
  union all
  select 'type ' || t.oid::regtype, '', '', 'T', typowner, typacl, false, true
  from pg_type t join pg_namespace n on n.oid = typnamespace
  where typacl is not null and typtype in ('e', 'd', 'r', 'c') and ${ownSchema('n.nspname')} and ${own('pg_type', 't.oid')}
  union all
  select 'schema ' || quote_ident(nspname), '', '', 'n', nspowner, nspacl, nspname = 'public', true
  from pg_namespace n where nspacl is not null and ${ownSchema('nspname')} and ${own('pg_namespace', 'n.oid')}
  union all
  select 'large object ' || oid, '', '', 'L', lomowner, lomacl, false, true
  from pg_largeobject_metadata where lomacl is not null
  union all
  select case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'routines' when 'T' then 'types' else 'schemas' end,
    '', 'alter default privileges' || case when defaclrole = main.oid then '' else ' for role ' || quote_ident(pg_get_userbyid(defaclrole)) end
      || coalesce(' in schema ' || quote_ident(n.nspname), '') || ' ',
    case defaclobjtype when 'S' then 's' else defaclobjtype::text end, defaclrole, defaclacl, false, defaclnamespace = 0
  from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace, main`;

const QUERY = `
with main as (select datdba as oid from pg_database where datname = current_database()),
objects as (${OBJECTS}),
grants as (
  select o.*, g.grantee, g.actual, g.grantable, g.by_default
  from objects o, lateral (
    select grantee,
      coalesce(array_agg(privilege_type order by privilege_type) filter (where is_actual), '{}') as actual,
      coalesce(array_agg(privilege_type order by privilege_type) filter (where is_actual and is_grantable), '{}') as grantable,
      coalesce(array_agg(privilege_type order by privilege_type) filter (where not is_actual), '{}') as by_default
    from (select a.*, true as is_actual from aclexplode(o.acl) a
          union all select a.*, false from aclexplode(acldefault(o.kind::"char", o.owner)) a where o.has_defaults) x
    group by grantee) g
)
select target, columns, prefix, actual, grantable, by_default as "byDefault", foreign_defaults as "isForeign",
  case grantee when 0 then 'public' when main.oid then 'current_user' else quote_ident(pg_get_userbyid(grantee)) end as role,
  array(select a.privilege_type from aclexplode(acldefault(kind::"char", owner)) a where a.grantee = owner order by 1) as "all"
from grants, main
where not (target = 'schema public' and grantee = owner and owner <> main.oid and actual = by_default and grantable = '{}')
order by target collate "C", prefix collate "C", columns collate "C", 8`;

/** Writes the rights that differ from what an owner's new things have. */
export async function rightsStatements(client: pg.Client): Promise<string[]> {
  return (await queryCatalog<Rights>(client, QUERY)).flatMap(statementsOf);
}

function statementsOf(rights: Rights): string[] {
  const { target, columns, prefix, role, actual, grantable, byDefault, isForeign } = rights;
  const isDefault = sameSet(actual, byDefault) && grantable.length === 0;
  if (isDefault && !isForeign) return [];
  // An owner may grant whatever it has: its grants are never "with grant option".
  const options = role === 'current_user' ? [] : grantable;
  const plain = actual.filter((it) => !options.includes(it));
  const word = (privileges: readonly string[]) =>
    columns === '' && sameSet(privileges, rights.all)
      ? 'all'
      : privileges.map((it) => it + columns).join(', ');
  const revoked = isForeign || byDefault.length > 0;
  return [
    ...(revoked ? [`${prefix}revoke all on ${target} from ${role}`] : []),
    ...(plain.length > 0 ? [`${prefix}grant ${word(plain)} on ${target} to ${role}`] : []),
    ...(options.length > 0
      ? [`${prefix}grant ${word(options)} on ${target} to ${role} with grant option`]
      : []),
  ];
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((it) => right.includes(it));
}
