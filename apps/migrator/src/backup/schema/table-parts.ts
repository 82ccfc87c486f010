import { own } from '../../catalog/structure-query.ts';
import { itemColumns, keyOf, ownSchema, statements } from './item-query.ts';
import { RANK } from './schema-item.ts';

const TABLES = `(select c.*, format('%I.%I', n.nspname, c.relname) as called
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where ${ownSchema('n.nspname')} and ${own('pg_class', 'c.oid')})`;

const onTable = `array[${keyOf('pg_class', 't.oid')}]`;

/** What an index may carry beside its definition. */
const INDEX_MARKS = [
  `case when x.indisclustered then format('alter table %s cluster on %I', t.called, i.relname) end`,
  `case when x.indisreplident then format('alter table only %s replica identity using index %I', t.called, i.relname) end`,
];

/** A key whose index can be built first, while others read the table, and then be made the key. */
const BY_INDEX = `t.relkind = 'r' and k.contype in ('p', 'u') and not x.indisexclusion`;

/** Everything that stands on tables. */
export const TABLE_PARTS = `
select ${itemColumns({
  key: keyOf('pg_attrdef', 'd.oid'),
  after: onTable,
  rank: RANK.default,
  name: `t.called || '.' || a.attname`,
  sql: `array[format('alter table only %s alter column %I set default %s', t.called, a.attname, pg_get_expr(d.adbin, d.adrelid))]`,
})}
from pg_attrdef d join ${TABLES} t on t.oid = d.adrelid
join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
where a.attgenerated = '' and not a.attisdropped
union all
select ${itemColumns({
  key: keyOf('pg_constraint', 'k.oid'),
  after: onTable,
  late: 'not k.convalidated',
  rank: RANK.check,
  name: `t.called || '.' || k.conname`,
  sql: `array[format('alter table %s%s add constraint %I %s', case when k.connoinherit then 'only ' else '' end,
    t.called, k.conname, pg_get_constraintdef(k.oid))]`,
})}
from pg_constraint k join ${TABLES} t on t.oid = k.conrelid
where (k.contype = 'c' or k.contype = 'n' and not k.convalidated) and (k.conislocal or t.relispartition)
union all
select ${itemColumns({
  key: `'attached.' || t.oid`,
  after: `array[${keyOf('pg_class', 't.oid')}, ${keyOf('pg_class', 'i.inhparent')}] || array(
    select ${keyOf('pg_constraint', 'k.oid')} from pg_constraint k
    where k.conrelid in (t.oid, i.inhparent) and k.contype = 'c' and k.convalidated)`,
  rank: RANK.attach,
  name: 't.called',
  sql: `array[format('alter table only %s attach partition %s %s', i.inhparent::regclass, t.called, pg_get_expr(t.relpartbound, t.oid))]`,
})}
from ${TABLES} t join pg_inherits i on i.inhrelid = t.oid where t.relispartition and t.relkind in ('r', 'p')
union all
select ${itemColumns({
  key: keyOf('pg_constraint', 'k.oid'),
  aliases: `array[${keyOf('pg_class', 'k.conindid')}]`,
  after: `${onTable} || ('attached.' || t.oid)`,
  late: true,
  rank: RANK.key,
  name: `t.called || '.' || k.conname`,
  sql: `${statements(
    `case when ${BY_INDEX} then pg_get_indexdef(k.conindid) end`,
    `format('alter table only %s add constraint %I %s', t.called, k.conname, case when ${BY_INDEX}
      then format('%s using index %I%s%s', case k.contype when 'p' then 'primary key' else 'unique' end, i.relname,
        case when k.condeferrable then ' deferrable' end, case when k.condeferred then ' initially deferred' end)
      else pg_get_constraintdef(k.oid) end)`,
    `(select format('alter index %s set (%s)', k.conindid::regclass, string_agg(
        format('%s = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', '))
      from unnest(i.reloptions) o having count(*) > 0)`,
    ...INDEX_MARKS,
  )}`,
})}
from pg_constraint k join ${TABLES} t on t.oid = k.conrelid
join pg_index x on x.indexrelid = k.conindid join pg_class i on i.oid = x.indexrelid
where k.contype in ('p', 'u', 'x')
union all
select ${itemColumns({
  key: keyOf('pg_class', 'i.oid'),
  after: `${onTable} || ('attached.' || t.oid)`,
  late: true,
  rank: RANK.index,
  name: 'i.called',
  sql: statements('pg_get_indexdef(i.oid)', ...INDEX_MARKS),
})}
from pg_index x join ${TABLES} i on i.oid = x.indexrelid join ${TABLES} t on t.oid = x.indrelid
where (x.indisvalid or i.relkind = 'I')
  and not exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x'))
union all
select ${itemColumns({
  key: `'attached.' || i.oid`,
  after: `array(select case when k.oid is null then ${keyOf('pg_class', 'o.oid')} else ${keyOf('pg_constraint', 'k.oid')} end
    from (values (i.oid), (h.inhparent)) o(oid)
    left join pg_constraint k on k.conindid = o.oid and k.contype in ('p', 'u', 'x'))`,
  late: true,
  rank: RANK.attachIndex,
  name: 'i.called',
  sql: `array[format('alter index %s attach partition %s', h.inhparent::regclass, i.called)]`,
})}
from ${TABLES} i join pg_inherits h on h.inhrelid = i.oid where i.relkind in ('i', 'I')
union all
select ${itemColumns({
  key: keyOf('pg_constraint', 'k.oid'),
  after: `${onTable} || array(select 'attached.' || inhrelid from pg_inherits where inhparent in (t.oid, k.confrelid))
    || array(select 'attached.' || h.inhrelid from pg_inherits h where h.inhparent = k.conindid)`,
  late: true,
  rank: RANK.foreignKey,
  name: `t.called || '.' || k.conname`,
  sql: `array[format('alter table %s%s add constraint %I %s', case when t.relkind = 'p' then '' else 'only ' end,
    t.called, k.conname, pg_get_constraintdef(k.oid))]`,
})}
from pg_constraint k join ${TABLES} t on t.oid = k.conrelid
where k.contype = 'f' and k.conparentid = 0
union all
select ${itemColumns({
  key: keyOf('pg_statistic_ext', 's.oid'),
  late: true,
  rank: RANK.statistics,
  name: 'stxname',
  sql: `array[pg_get_statisticsobjdef(s.oid)]`,
})}
from pg_statistic_ext s
union all
select ${itemColumns({
  key: keyOf('pg_rewrite', 'r.oid'),
  after: onTable,
  late: true,
  rank: RANK.rule,
  name: `t.called || '.' || r.rulename`,
  sql: statements(
    'pg_get_ruledef(r.oid)',
    `case r.ev_enabled when 'D' then format('alter table %s disable rule %I', t.called, r.rulename)
      when 'R' then format('alter table %s enable replica rule %I', t.called, r.rulename)
      when 'A' then format('alter table %s enable always rule %I', t.called, r.rulename) end`,
  ),
})}
from pg_rewrite r join ${TABLES} t on t.oid = r.ev_class where r.rulename <> '_RETURN'
union all
select ${itemColumns({
  key: keyOf('pg_trigger', 'g.oid'),
  aliases: `array[${keyOf('pg_constraint', 'g.tgconstraint')}]`,
  after: `${onTable} || array(select 'attached.' || inhrelid from pg_inherits where inhparent = t.oid)`,
  late: true,
  rank: RANK.trigger,
  name: `t.called || '.' || g.tgname`,
  sql: statements(
    'pg_get_triggerdef(g.oid)',
    `case g.tgenabled when 'D' then format('alter table %s disable trigger %I', t.called, g.tgname)
      when 'R' then format('alter table %s enable replica trigger %I', t.called, g.tgname)
      when 'A' then format('alter table %s enable always trigger %I', t.called, g.tgname) end`,
  ),
})}
from pg_trigger g join ${TABLES} t on t.oid = g.tgrelid where not g.tgisinternal and g.tgparentid = 0
union all
select ${itemColumns({
  key: keyOf('pg_policy', 'p.oid'),
  after: onTable,
  late: true,
  rank: RANK.policy,
  name: `t.called || '.' || p.polname`,
  sql: `array[concat_ws(' ', format('create policy %I on %s as %s for %s to', p.polname, t.called,
      case when p.polpermissive then 'permissive' else 'restrictive' end,
      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end),
    (select string_agg(case r when 0 then 'public' when main.oid then 'current_user' else quote_ident(pg_get_userbyid(r)) end, ', ' order by r)
     from unnest(p.polroles) r),
    'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
    'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')]`,
})}
from pg_policy p join ${TABLES} t on t.oid = p.polrelid,
  (select datdba as oid from pg_database where datname = current_database()) main
union all
select ${itemColumns({
  key: `'secured.' || t.oid`,
  after: onTable,
  late: true,
  rank: RANK.rowSecurity,
  name: 't.called',
  sql: statements(
    `case when t.relrowsecurity then format('alter table %s enable row level security', t.called) end`,
    `case when t.relforcerowsecurity then format('alter table %s force row level security', t.called) end`,
  ),
})}
from ${TABLES} t where t.relrowsecurity or t.relforcerowsecurity
union all
select ${itemColumns({
  key: keyOf('pg_event_trigger', 'e.oid'),
  late: true,
  rank: RANK.eventTrigger,
  name: 'evtname',
  sql: statements(
    `concat_ws(' ', format('create event trigger %I on %s', evtname, evtevent),
      (select format('when tag in (%s)', string_agg(quote_literal(tag), ', ')) from unnest(evttags) tag having count(*) > 0),
      format('execute function %s()', evtfoid::regproc))`,
    `case evtenabled when 'D' then format('alter event trigger %I disable', evtname)
      when 'R' then format('alter event trigger %I enable replica', evtname)
      when 'A' then format('alter event trigger %I enable always', evtname) end`,
  ),
})}
from pg_event_trigger e where ${own('pg_event_trigger', 'e.oid')}`;
