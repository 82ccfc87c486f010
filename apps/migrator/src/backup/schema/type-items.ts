import { own } from '../../catalog/structure-query.ts';
import { itemColumns, keyOf, ownSchema, statements } from './item-query.ts';
import { RANK } from './schema-item.ts';

const typeKey = keyOf('pg_type', 't.oid');
const typeAliases = `array[${keyOf('pg_type', 't.typarray')}]`;
const typeColumns = (aliases: string, sql: string) =>
  itemColumns({
    ...{ key: typeKey, aliases, rank: RANK.type, sql },
    name: `format('%I.%I', n.nspname, t.typname)`,
  });
const ownTypes = (kind: string) =>
  `t.typtype = '${kind}' and ${ownSchema('n.nspname')} and ${own('pg_type', 't.oid')}`;

/** Constraints of a domain that were never checked are added when its values are there. */
const constraintsOf = (isValid: boolean) => `
  select string_agg(format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), ' ' order by k.conname)
  from pg_constraint k where k.contypid = t.oid and k.contype = 'c' and k.convalidated = ${isValid}`;

/** Schemas, extensions, and types. */
export const TYPE_ITEMS = `
select ${itemColumns({
  key: keyOf('pg_namespace', 'oid'),
  rank: RANK.schema,
  name: 'nspname',
  sql: `array[format('create schema %I', nspname)]`,
})}
from pg_namespace where ${ownSchema('nspname')} and nspname <> 'public' and ${own('pg_namespace', 'oid')}
union all
select ${itemColumns({
  key: `'no public'`,
  rank: RANK.schema,
  name: `'public'`,
  sql: `array['drop schema public']`,
})}
where to_regnamespace('public') is null
union all
select ${itemColumns({
  key: keyOf('pg_extension', 'e.oid'),
  rank: RANK.extension,
  name: 'extname',
  sql: `array[format('create extension if not exists %I with schema %I', extname, n.nspname)]`,
})}
from pg_extension e join pg_namespace n on n.oid = extnamespace where extname <> 'plpgsql'
union all
select ${typeColumns(
  typeAliases,
  `array[format('create type %I.%I as enum (%s)', n.nspname, t.typname,
    (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid))]`,
)}
from pg_type t join pg_namespace n on n.oid = t.typnamespace where ${ownTypes('e')}
union all
select ${typeColumns(
  `${typeAliases} || array(select ${keyOf('pg_constraint', 'k.oid')} from pg_constraint k where contypid = t.oid)`,
  statements(`concat_ws(' ', format('create domain %I.%I as', n.nspname, t.typname),
    format_type(t.typbasetype, t.typtypmod),
    case when t.typcollation <> b.typcollation then 'collate ' || t.typcollation::regcollation end,
    'default ' || t.typdefault, case when t.typnotnull then 'not null' end, (${constraintsOf(true)}))`),
)}
from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_type b on b.oid = t.typbasetype
where ${ownTypes('d')}
union all
select ${itemColumns({
  key: `'unchecked.' || t.oid`,
  after: `array[${typeKey}]`,
  late: true,
  rank: RANK.key,
  name: `format('%I.%I', n.nspname, t.typname)`,
  sql: `array(select format('alter domain %I.%I add constraint %I %s', n.nspname, t.typname, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k where k.contypid = t.oid and k.contype = 'c' and not k.convalidated order by k.conname)`,
})}
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where ${ownTypes('d')} and exists (select from pg_constraint k where k.contypid = t.oid and k.contype = 'c' and not k.convalidated)
union all
select ${typeColumns(
  `${typeAliases} || ${keyOf('pg_type', 'r.rngmultitypid')} || array(
    select ${keyOf('pg_type', 'm.typarray')} from pg_type m where m.oid = r.rngmultitypid)`,
  `array[format('create type %I.%I as range (%s)', n.nspname, t.typname, concat_ws(', ',
    'subtype = ' || format_type(r.rngsubtype, null),
    (select format('subtype_opclass = %I.%I', o.nspname, c.opcname) from pg_opclass c join pg_namespace o on o.oid = c.opcnamespace
     where c.oid = r.rngsubopc),
    case when r.rngcollation <> 0 then 'collation = ' || r.rngcollation::regcollation end,
    case when r.rngsubdiff <> 0 then 'subtype_diff = ' || r.rngsubdiff::regproc end,
    (select format('multirange_type_name = %I.%I', p.nspname, m.typname) from pg_type m
     join pg_namespace p on p.oid = m.typnamespace where m.oid = r.rngmultitypid)))]`,
)}
from pg_range r join pg_type t on t.oid = r.rngtypid join pg_namespace n on n.oid = t.typnamespace
where ${ownTypes('r')}
union all
select ${typeColumns(
  `${typeAliases} || ${keyOf('pg_class', 't.typrelid')}`,
  `array[format('create type %I.%I as (%s)', n.nspname, t.typname,
    (select string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
       case when a.attcollation <> y.typcollation then 'collate ' || a.attcollation::regcollation end), ', ' order by a.attnum)
     from pg_attribute a join pg_type y on y.oid = a.atttypid
     where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped))]`,
)}
from pg_type t join pg_namespace n on n.oid = t.typnamespace
join pg_class c on c.oid = t.typrelid and c.relkind = 'c' where ${ownTypes('c')}`;
