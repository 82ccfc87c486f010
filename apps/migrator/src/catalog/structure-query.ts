/** Objects of extensions are their extension's. */
export const own = (catalog: string, oid: string) =>
  `not exists (select from pg_depend x where x.classid = '${catalog}'::regclass
     and x.objid = ${oid} and x.deptype = 'e')`;

/** The home of a sequence that a column owns is that column's table. */
const TABLES = `select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as called,
    coalesce(o.relname, c.relname) as home
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_depend d on c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid
    and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
  left join pg_class o on o.oid = d.refobjid
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and ${own('pg_class', 'c.oid')}`;

const rights = (kind: string, called: string, acl: string, from: string) => `
  select 'rights', schema, relation,
    format('rights of %s on ${kind} %s', coalesce(quote_ident(g.rolname), 'public'), ${called}),
    string_agg(a.privilege_type || case when a.is_grantable then ' with grant option' else '' end,
               ', ' order by a.privilege_type)
  from (${from}) as o, aclexplode(${acl}) a left join pg_roles g on g.oid = a.grantee
  group by schema, relation, ${called}, g.rolname`;

/**
 * Everything of a database that is structure, as (kind, schema, relation, identity, definition).
 * OIDs, positions of columns and sizes play no part; what a server adds by itself (constraints of NOT
 * NULL from PostgreSQL 18 on, row types, arrays) is left out. Needs `search_path` at `pg_catalog`.
 */
export const STRUCTURE = `
with tables as materialized (${TABLES})
select 'schema' as kind, nspname::text as schema, null::text as relation,
  format('schema %I', nspname) as identity, 'exists'::text as definition
from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
  and ${own('pg_namespace', 'oid')}
union all
select 'extension', n.nspname, null, format('extension %I', extname), format('in %I', n.nspname)
from pg_extension e join pg_namespace n on n.oid = extnamespace where extname <> 'plpgsql'
union all
select 'enum', n.nspname, null, format('enum %I.%I', n.nspname, t.typname),
  (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid)
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where t.typtype = 'e' and ${own('pg_type', 't.oid')}
union all
select 'domain', n.nspname, null, format('domain %I.%I', n.nspname, t.typname),
  concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
    case when t.typcollation <> b.typcollation then 'collate ' || t.typcollation::regcollation end,
    'default ' || t.typdefault, case when t.typnotnull then 'not null' end,
    (select string_agg(format('constraint %I %s', conname, pg_get_constraintdef(oid)), ' ' order by conname)
     from pg_constraint where contypid = t.oid and contype = 'c'))
from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_type b on b.oid = t.typbasetype
where t.typtype = 'd' and n.nspname <> 'information_schema' and ${own('pg_type', 't.oid')}
union all
select 'range', n.nspname, null, format('range type %I.%I', n.nspname, t.typname),
  concat_ws(' ', format_type(r.rngsubtype, null), r.rngsubopc::text)
from pg_range r join pg_type t on t.oid = r.rngtypid join pg_namespace n on n.oid = t.typnamespace
where n.nspname !~ '^pg_' and ${own('pg_type', 't.oid')}
union all
select 'sequence', nspname, home, 'sequence ' || called,
  format('as %s start %s increment %s minimum %s maximum %s cache %s%s%s', format_type(s.seqtypid, null),
    s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, case when s.seqcycle then ' cycle' else '' end,
    (select format(' owned by %s.%I', d.refobjid::regclass, a.attname) from pg_depend d
     join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
     where d.classid = 'pg_class'::regclass and d.objid = t.oid and d.refobjsubid > 0 and d.deptype in ('a', 'i')))
from tables t join pg_sequence s on s.seqrelid = t.oid
union all
select 'table', nspname, relname, 'table ' || called, concat_ws(', ',
  case relkind when 'p' then 'partitioned by ' || pg_get_partkeydef(t.oid) when 'f' then 'foreign'
    when 'c' then 'composite type' else 'plain' end,
  case when relpersistence = 'u' then 'unlogged' end,
  case when relispartition then format('partition of %s %s',
    (select inhparent::regclass from pg_inherits where inhrelid = t.oid), pg_get_expr(relpartbound, t.oid)) end,
  (select 'inherits ' || string_agg(inhparent::regclass::text, ', ' order by inhseqno)
   from pg_inherits where inhrelid = t.oid and not t.relispartition),
  array_to_string(reloptions, ', '),
  case when relreplident not in ('d', 'n') or relreplident = 'n' and relkind <> 'c' then 'replica identity ' || relreplident::text end,
  (select 'access method ' || amname from pg_am where oid = relam and amname <> 'heap'))
from tables t where relkind in ('r', 'p', 'f', 'c')
union all
select 'row security', nspname, relname, 'row security of ' || called,
  case when relforcerowsecurity then 'enabled and forced' else 'enabled' end
from tables where relrowsecurity
union all
select 'column', nspname, relname, format('column %s.%I', called, attname), concat_ws(' ',
  format_type(a.atttypid, a.atttypmod),
  case when a.attcollation <> y.typcollation then 'collate ' || a.attcollation::regcollation end,
  case when a.attnotnull then 'not null' end,
  case a.attidentity when 'a' then 'generated always as identity' when 'd' then 'generated by default as identity' end,
  case when a.attgenerated <> '' then format('generated always as (%s) %s', pg_get_expr(d.adbin, d.adrelid),
      case a.attgenerated when 's' then 'stored' else 'virtual' end)
    else 'default ' || pg_get_expr(d.adbin, d.adrelid) end,
  case when a.attstorage <> y.typstorage then 'storage ' || a.attstorage::text end,
  'compression ' || nullif(a.attcompression::text, ''),
  array_to_string(a.attoptions, ', '))
from tables t join pg_attribute a on a.attrelid = t.oid join pg_type y on y.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where relkind in ('r', 'p', 'f', 'c') and a.attnum > 0 and not a.attisdropped
union all
select 'constraint', nspname, relname, format('constraint %I on %s', conname, called), pg_get_constraintdef(k.oid)
from tables t join pg_constraint k on k.conrelid = t.oid where k.contype in ('p', 'u', 'c', 'x', 'f')
union all
select 'index', i.nspname, t.relname, 'index ' || i.called, concat_ws(' ', pg_get_indexdef(x.indexrelid),
  case when not x.indisvalid then 'invalid' end, case when x.indisclustered then 'clustered' end,
  case when x.indisreplident then 'replica identity' end,
  (select 'attached to ' || inhparent::regclass from pg_inherits where inhrelid = x.indexrelid))
from pg_index x join tables i on i.oid = x.indexrelid join tables t on t.oid = x.indrelid
where not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
union all
select 'rule', nspname, relname, format('rule %I on %s', rulename, called), pg_get_ruledef(r.oid)
from pg_rewrite r join tables t on t.oid = r.ev_class where rulename <> '_RETURN'
union all
select 'statistics', n.nspname, null, format('statistics %I.%I', n.nspname, stxname), pg_get_statisticsobjdef(s.oid)
from pg_statistic_ext s join pg_namespace n on n.oid = stxnamespace
union all
select 'event trigger', null, null, format('event trigger %I', evtname),
  format('on %s execute %s %s', evtevent, evtfoid::regprocedure, evtenabled)
from pg_event_trigger e where ${own('pg_event_trigger', 'e.oid')}
union all
select 'owner', nspname, home, format('owner of %s %s', case relkind when 'v' then 'view'
  when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end, called), quote_ident(pg_get_userbyid(relowner))
from tables where relkind in ('r', 'p', 'f', 'v', 'm', 'S')
union all
select 'owner', n.nspname, null, format('owner of routine %s', p.oid::regprocedure), quote_ident(pg_get_userbyid(proowner))
from pg_proc p join pg_namespace n on n.oid = pronamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and ${own('pg_proc', 'p.oid')}
union all
${rights('table', 'called', 'acl', `select nspname as schema, home as relation, called, coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner)) as acl from tables where relkind in ('r', 'p', 'f', 'v', 'm', 'S')`)}
union all
${rights('column', 'called', 'acl', `select nspname as schema, relname as relation, format('%s.%I', called, attname) as called, attacl as acl from tables t join pg_attribute a on a.attrelid = t.oid where attacl is not null and not attisdropped`)}
union all
${rights('routine', 'called', 'acl', `select n.nspname as schema, null::name as relation, p.oid::regprocedure::text as called, coalesce(proacl, acldefault('f', proowner)) as acl from pg_proc p join pg_namespace n on n.oid = pronamespace where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and ${own('pg_proc', 'p.oid')}`)}
union all
${rights('schema', 'called', 'acl', `select nspname as schema, null::name as relation, quote_ident(nspname) as called, coalesce(nspacl, acldefault('n', nspowner)) as acl from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`)}
union all
${rights('type', 'called', 'acl', `select n.nspname as schema, null::name as relation, format('%I.%I', n.nspname, typname) as called, coalesce(typacl, acldefault('T', typowner)) as acl from pg_type t join pg_namespace n on n.oid = typnamespace where typtype in ('e', 'd', 'r') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and ${own('pg_type', 't.oid')}`)}
union all
${rights('default', 'called', 'acl', `select n.nspname as schema, null::name as relation, format('%s of %s%s', defaclobjtype::text, pg_get_userbyid(defaclrole), ' in ' || quote_ident(n.nspname)) as called, defaclacl as acl from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace`)}
`;
