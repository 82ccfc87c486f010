import type pg from 'pg';
import { CATALOG, queryCatalog } from '../objects/object-catalog.ts';
import { STRUCTURE } from './structure-query.ts';

/** One thing of a database's structure. */
export interface CatalogEntry {
  /** `table`, `column`, `constraint`, `index`, `trigger`, `policy`, `function`, `rights`, … */
  readonly kind: string;
  readonly schema: string | null;
  /** The table that it is or stands on. */
  readonly relation: string | null;
  /** The same as a statement names it, schema first. */
  readonly table: string | null;
  /** The table is a partition: which there are is the rows' business, not the history's. */
  readonly ofPartition: boolean;
  /** Kind and name, as a statement would say it: `column public.items.price`. */
  readonly identity: string;
  /** As PostgreSQL prints it. */
  readonly definition: string;
}

/** A database's whole structure by identity: what it has, whoever made it and in whatever order. */
export type DatabaseCatalog = ReadonlyMap<string, CatalogEntry>;

const QUERY = `
with ${CATALOG},
objects as (
  select substring(identity from '^(?:event trigger|materialized view|comment|[a-z]+)') as kind,
    coalesce(r.nspname, (pg_identify_object(classid, objid, 0)).schema) as schema,
    r.relname::text as relation, identity, definition
  from catalog
  left join pg_trigger t on classid = 'pg_trigger'::regclass and t.oid = objid
  left join pg_policy p on classid = 'pg_policy'::regclass and p.oid = objid
  left join pg_constraint k on classid = 'pg_constraint'::regclass and k.oid = objid
  left join pg_index i on classid = 'pg_class'::regclass and i.indexrelid = objid
  left join lateral (
    select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.oid = coalesce(t.tgrelid, p.polrelid, nullif(k.conrelid, 0), i.indrelid,
                           case when classid = 'pg_class'::regclass then objid end)
  ) r on true
),
everything as (select * from objects union all select * from (${STRUCTURE}) as structure)
select kind, schema, relation, identity, coalesce(definition, '') as definition,
  case when relation is not null then format('%I.%I', schema, relation) end as "table",
  coalesce(c.relispartition, false) as "ofPartition"
from everything e
left join pg_namespace n on n.nspname = e.schema
left join pg_class c on c.relnamespace = n.oid and c.relname = e.relation
where $1 or (e.schema is distinct from 'migrator' and e.relation is distinct from '_prisma_migrations')
order by identity collate "C"`;

/**
 * Reads the structure of a database at one moment; it costs some hundred milliseconds on a large one.
 * The migrator's own things, and Prisma's table, are no part of any schema: only the whole has them.
 */
export async function readCatalog(
  client: pg.Client,
  { whole = false } = {},
): Promise<DatabaseCatalog> {
  const entries = await queryCatalog<CatalogEntry>(client, QUERY, [whole]);
  return new Map(entries.map((entry) => [entry.identity, entry]));
}
