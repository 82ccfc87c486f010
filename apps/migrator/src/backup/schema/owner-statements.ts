import type pg from 'pg';
import { own } from '../../catalog/structure-query.ts';
import { queryCatalog } from '../../objects/object-catalog.ts';
import { ownSchema } from './item-query.ts';

const QUERY = `
with main as (select datdba as oid from pg_database where datname = current_database()),
owned as (
  select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end
      as word, format('%I.%I', n.nspname, c.relname) as called, c.relowner as owner
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S') and ${ownSchema('n.nspname')} and ${own('pg_class', 'c.oid')}
    -- The sequence of a column goes with its table.
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                    and d.deptype in ('a', 'i') and d.refobjsubid > 0 and c.relkind = 'S')
  union all
  select 'routine', p.oid::regprocedure::text, p.proowner
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where ${ownSchema('n.nspname')} and ${own('pg_proc', 'p.oid')}
  union all
  select 'type', t.oid::regtype::text, t.typowner
  from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
  where t.typtype in ('e', 'd', 'r', 'c') and (c.relkind = 'c' or c.oid is null)
    and ${ownSchema('n.nspname')} and ${own('pg_type', 't.oid')}
  union all
  select 'schema', quote_ident(nspname), nspowner
  from pg_namespace n where ${ownSchema('nspname')} and nspname <> 'public' and ${own('pg_namespace', 'n.oid')}
  union all
  select 'large object', oid::text, lomowner from pg_largeobject_metadata
)
select format('alter %s %s owner to %I', word, called, pg_get_userbyid(owner)) as sql
from owned, main where owner <> main.oid order by 1`;

/** Gives to their owners what is not the database owner's. */
export async function ownerStatements(client: pg.Client): Promise<string[]> {
  return (await queryCatalog<{ sql: string }>(client, QUERY)).map(({ sql }) => sql);
}
