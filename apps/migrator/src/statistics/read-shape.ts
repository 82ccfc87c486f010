import type pg from 'pg';
import type { DatabaseShape } from './database-shape.ts';

/** A qualified name as {@link keyOf} writes it; `quote_ident` would quote reserved words too. */
const nameOf = (...parts: readonly string[]) =>
  parts
    .map(
      (part) =>
        `case when ${part} ~ '^[a-z_][a-z0-9_$]*$' then ${part}::text else '"' || replace(${part}, '"', '""') || '"' end`,
    )
    .join(` || '.' || `);

const USER_SCHEMA = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

const RELATIONS = `
  select n.nspname as schema, c.relname as name, c.relkind as kind,
    c.relpersistence = 'u' as "isUnlogged", c.relrowsecurity as "isRowSecured", c.relispartition as "isPartition",
    exists (select from pg_partitioned_table where partdefid = c.oid) as "isDefault",
    array(select ${nameOf('pn.nspname', 'p.relname')} from pg_inherits h
      join pg_class p on p.oid = h.inhparent join pg_namespace pn on pn.oid = p.relnamespace
      where h.inhrelid = c.oid order by h.inhseqno) as parents,
    coalesce((select jsonb_agg(jsonb_build_object('name', a.attname, 'modifier', a.atttypmod,
        'notNull', a.attnotnull,
        'type', case tn.nspname when 'pg_catalog' then t.typname else ${nameOf('tn.nspname', 't.typname')} end)
        order by a.attnum)
      from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_namespace tn on tn.oid = t.typnamespace
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and c.relkind in ('r', 'p', 'f', 'm', 'c')), '[]') as columns,
    (select ${nameOf('tn.nspname', 't.relname')} from pg_index x
      join pg_class t on t.oid = x.indrelid join pg_namespace tn on tn.oid = t.relnamespace
      where x.indexrelid = c.oid) as "indexOf",
    coalesce((select x.indisvalid from pg_index x where x.indexrelid = c.oid), true) as "isValid",
    array(select distinct a.attname::text from pg_index x
      join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = x.indexrelid
        and d.refclassid = 'pg_class'::regclass and d.refobjid = x.indrelid
      join pg_attribute a on a.attrelid = x.indrelid and a.attnum = d.refobjsubid
      where x.indexrelid = c.oid
      union select a.attname from pg_index x join pg_attribute a
        on a.attrelid = x.indrelid and a.attnum = any (x.indkey) where x.indexrelid = c.oid) as "indexColumns",
    (select jsonb_build_object('relation', ${nameOf('tn.nspname', 't.relname')}, 'column', a.attname)
      from pg_depend d join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
      join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
      where c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid
        and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')) as "ownedBy",
    coalesce((select jsonb_agg(distinct jsonb_build_object('relation', ${nameOf('tn.nspname', 't.relname')},
        'column', a.attname))
      from pg_rewrite w join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
        and d.refclassid = 'pg_class'::regclass
      join pg_class t on t.oid = d.refobjid and t.oid <> c.oid join pg_namespace tn on tn.oid = t.relnamespace
      left join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid and d.refobjsubid > 0
      where w.ev_class = c.oid and c.relkind in ('v', 'm')), '[]') as reads,
    (select count(*)::int from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal) as triggers
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where ${USER_SCHEMA} and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c', 'i', 'I')
    and not (c.relkind = 'c' and not exists (select from pg_type where typrelid = c.oid))
  order by 1, 2`;

const CONSTRAINTS = `
  select ${nameOf('n.nspname', 'c.relname')} as relation, k.conname as name, k.contype as kind,
    array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any (k.conkey)
      order by array_position(k.conkey, a.attnum)) as columns,
    (select ${nameOf('fn.nspname', 'f.relname')} from pg_class f
      join pg_namespace fn on fn.oid = f.relnamespace where f.oid = k.confrelid) as references,
    array(select a.attname::text from pg_attribute a where a.attrelid = k.confrelid and a.attnum = any (k.confkey)
      order by array_position(k.confkey, a.attnum)) as "referencedColumns",
    case k.contype when 'f' then k.confdeltype end as "onDelete", k.convalidated as "isValidated",
    case when k.contype = 'c' and cardinality(k.conkey) = 1 then (select a.attname from pg_attribute a
      where a.attrelid = c.oid and a.attnum = k.conkey[1]
        and pg_get_expr(k.conbin, k.conrelid) = format('(%I IS NOT NULL)', a.attname)) end as "notNull",
    case when k.contype in ('p', 'u', 'x') then (select ${nameOf('xn.nspname', 'x.relname')} from pg_class x
      join pg_namespace xn on xn.oid = x.relnamespace where x.oid = k.conindid) end as index
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  where ${USER_SCHEMA} and k.contype in ('c', 'f', 'n', 'p', 'u', 'x', 't')
    -- What a partition has for its parent's key goes and comes with that one.
    and not (k.contype = 'f' and k.conparentid <> 0)
  order by 1, 2`;

const DOMAINS = `
  select ${nameOf('n.nspname', 't.typname')} as name,
    case bn.nspname when 'pg_catalog' then b.typname else ${nameOf('bn.nspname', 'b.typname')} end as base,
    t.typtypmod as modifier,
    t.typnotnull or exists (select from pg_constraint where contypid = t.oid) as "isConstrained"
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
  join pg_type b on b.oid = t.typbasetype join pg_namespace bn on bn.oid = b.typnamespace
  where t.typtype = 'd' and ${USER_SCHEMA} order by 1`;

const FUNCTIONS = `
  select ${nameOf('n.nspname', 'p.proname')} as name, bool_or(p.provolatile = 'v') as "isVolatile"
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where ${USER_SCHEMA} group by 1 order by 1`;

/** Reads the shape of a database, without the text of any expression. */
export async function readShape(client: pg.Client): Promise<DatabaseShape> {
  const read = async <T>(sql: string) => (await client.query(sql)).rows as T[];
  return {
    relations: await read<DatabaseShape['relations'][number]>(RELATIONS),
    constraints: await read<DatabaseShape['constraints'][number]>(CONSTRAINTS),
    domains: await read<DatabaseShape['domains'][number]>(DOMAINS),
    functions: await read<DatabaseShape['functions'][number]>(FUNCTIONS),
  };
}
