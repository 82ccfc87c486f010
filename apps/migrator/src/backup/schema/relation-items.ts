import { own } from '../../catalog/structure-query.ts';
import { itemColumns, keyOf, ownSchema, statements } from './item-query.ts';
import { RANK } from './schema-item.ts';

const RELATIONS = `(select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as called
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where ${ownSchema('n.nspname')} and ${own('pg_class', 'c.oid')})`;

const relation = (rank: number, sql: string) =>
  itemColumns({
    ...{ key: keyOf('pg_class', 't.oid'), name: 't.called', rank, sql },
    // Its row type, the array of it, and what a view stands for.
    aliases: `array(select ${keyOf('pg_type', 'oid')} from pg_type where typrelid = t.oid
      union all select ${keyOf('pg_type', 'typarray')} from pg_type where typrelid = t.oid
      union all select ${keyOf('pg_rewrite', 'oid')} from pg_rewrite where ev_class = t.oid and rulename = '_RETURN')`,
  });

/** `fillfactor=50` as `fillfactor = '50'` */
const options = (array: string, prefix = '') => `
  (select string_agg(format('${prefix}%s = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ') from unnest(${array}) o)`;

const sequenceOptions = `format('increment by %s minvalue %s maxvalue %s start with %s cache %s%s',
  s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, case when s.seqcycle then ' cycle' else '' end)`;

/** The sequence that an identity column has of its own: a partition shares its parent's. */
const identity = `(select format('generated %s as identity (sequence name %I.%I %s)',
    case a.attidentity when 'a' then 'always' else 'by default' end, q.nspname, c.relname, ${sequenceOptions})
  from pg_depend d join pg_class c on c.oid = d.objid join pg_namespace q on q.oid = c.relnamespace
  join pg_sequence s on s.seqrelid = c.oid
  where a.attidentity <> '' and d.classid = 'pg_class'::regclass and d.deptype = 'i'
    and d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid and d.refobjsubid = a.attnum)`;

/** From PostgreSQL 18 on a NOT NULL has a name, and may be one that was never checked. */
const required = `case when a.attnotnull then coalesce(
  (select case when k.convalidated then format('constraint %I not null', k.conname) else '' end
   from pg_constraint k where k.contype = 'n' and k.conrelid = a.attrelid and k.conkey = array[a.attnum]), 'not null') end`;

const column = `concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
  case when a.attcollation <> y.typcollation then 'collate ' || a.attcollation::regcollation end,
  case when a.attgenerated <> '' then format('generated always as (%s) %s', pg_get_expr(d.adbin, d.adrelid),
    case a.attgenerated when 's' then 'stored' else 'virtual' end) end,
  ${identity}, ${required})`;

const setting = (sql: string, value: string, condition: string) => `
  array(select format('alter table only %s alter column %I set ${sql}', t.called, a.attname, ${value})
    from pg_attribute a join pg_type y on y.oid = a.atttypid
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and ${condition} order by a.attnum)`;

const COLUMN_SETTINGS = [
  setting(
    'storage %s',
    `case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end`,
    'a.attstorage <> y.typstorage',
  ),
  setting(
    'compression %s',
    `case a.attcompression when 'p' then 'pglz' else 'lz4' end`,
    `a.attcompression::text <> ''`,
  ),
  setting('statistics %s', 'a.attstattarget', 'coalesce(a.attstattarget, -1) >= 0'),
  setting('(%s)', options('a.attoptions'), 'a.attoptions is not null'),
].join(' || ');

const TABLE = `concat_ws(' ', 'create', case when t.relpersistence = 'u' then 'unlogged' end, 'table', t.called,
  format('(%s)', (select string_agg(${column}, ', ' order by a.attnum)
    from pg_attribute a join pg_type y on y.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and (a.attislocal or t.relispartition))),
  case when not t.relispartition then (select format('inherits (%s)', string_agg(inhparent::regclass::text, ', ' order by inhseqno))
    from pg_inherits where inhrelid = t.oid having count(*) > 0) end,
  case when t.relkind = 'p' then 'partition by ' || pg_get_partkeydef(t.oid) end,
  (select format('using %I', amname) from pg_am where oid = t.relam and amname <> 'heap'),
  'with (' || nullif(concat_ws(', ', ${options('t.reloptions')}, (
    select ${options('x.reloptions', 'toast.')} from pg_class x where x.oid = t.reltoastrelid)), '') || ')')`;

/** Sequences, tables with their columns, and views. */
export const RELATION_ITEMS = `
select ${relation(
  RANK.sequence,
  `array[format('create sequence %s as %s ', t.called, format_type(s.seqtypid, null)) || ${sequenceOptions}]`,
)}
from ${RELATIONS} t join pg_sequence s on s.seqrelid = t.oid
where not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = t.oid and d.deptype = 'i')
union all
select ${itemColumns({
  key: `'owned.' || t.oid`,
  after: `array[${keyOf('pg_class', 't.oid')}, ${keyOf('pg_class', 'd.refobjid')}]`,
  rank: RANK.default,
  name: 't.called',
  sql: `array[format('alter sequence %s owned by %s.%I', t.called, d.refobjid::regclass, a.attname)]`,
})}
from ${RELATIONS} t join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = t.oid
  and d.refclassid = 'pg_class'::regclass and d.deptype = 'a' and d.refobjsubid > 0
join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where t.relkind = 'S'
union all
select ${relation(
  RANK.table,
  `${statements(
    TABLE,
    `case t.relreplident when 'f' then format('alter table only %s replica identity full', t.called)
       when 'n' then format('alter table only %s replica identity nothing', t.called) end`,
  )} || ${COLUMN_SETTINGS}`,
)}
from ${RELATIONS} t where t.relkind in ('r', 'p')
union all
select ${relation(
  RANK.view,
  `array[concat_ws(' ', 'create', case t.relkind when 'm' then 'materialized' end, 'view', t.called,
     (select format('using %I', amname) from pg_am where oid = t.relam and amname <> 'heap'),
     'with (' || ${options('t.reloptions')} || ')', 'as',
     rtrim(pg_get_viewdef(t.oid), ';'), case t.relkind when 'm' then 'with no data' end)]`,
)}
from ${RELATIONS} t where t.relkind in ('v', 'm')
union all
select ${itemColumns({
  key: `'refreshed.' || t.oid`,
  after: `array[${keyOf('pg_class', 't.oid')}] || array(
    with recursive needed as (
      select d.refobjid from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        and d.refclassid = 'pg_class'::regclass and d.refobjid <> t.oid where r.ev_class = t.oid
      union
      select d.refobjid from needed join pg_rewrite r on r.ev_class = needed.refobjid
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        and d.refclassid = 'pg_class'::regclass and d.refobjid <> needed.refobjid)
    select 'refreshed.' || refobjid from needed)`,
  late: true,
  rank: RANK.refresh,
  name: 't.called',
  sql: `array[format('refresh materialized view %s', t.called)]`,
})}
from ${RELATIONS} t where t.relkind = 'm' and t.relispopulated`;
