import type pg from 'pg';
import { queryCatalog } from '../../objects/object-catalog.ts';

const QUERY = `
select format('comment on %s %s is %L', case o.type
    when 'table constraint' then 'constraint' when 'domain constraint' then 'constraint'
    when 'statistics object' then 'statistics' when 'composite type' then 'type'
    else case when o.type like '% column' then 'column' else o.type end end,
  case o.type when 'domain constraint' then regexp_replace(o.identity, ' on ', ' on domain ') else o.identity end,
  d.description) as sql
from pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) o
where d.objoid >= 16384 and o.type <> 'extension'
  and not exists (select from pg_depend x where x.classid = d.classoid and x.objid = d.objoid and x.deptype = 'e')
  and (o.schema is null or o.schema !~ '^pg_')
  and not (d.classoid = 'pg_class'::regclass and exists (
    select from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indexrelid = d.objoid and not i.indisvalid and c.relkind = 'i'))
union all
select format('comment on schema public is %L', description)
from pg_description where classoid = 'pg_namespace'::regclass and objoid = to_regnamespace('public')
  and description <> 'standard public schema'
order by 1`;

/** Writes the comments on everything. */
export async function commentStatements(client: pg.Client): Promise<string[]> {
  return (await queryCatalog<{ sql: string }>(client, QUERY)).map(({ sql }) => sql);
}
