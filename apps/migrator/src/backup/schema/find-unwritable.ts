import type pg from 'pg';
import type { CatalogEntry } from '../../catalog/read-catalog.ts';
import { own } from '../../catalog/structure-query.ts';
import { queryCatalog } from '../../objects/object-catalog.ts';

/** Catalogs of things that the built-in engine does not write. */
const CATALOGS = [
  ...['pg_operator', 'pg_opclass', 'pg_opfamily', 'pg_cast', 'pg_conversion', 'pg_collation'],
  ...['pg_language', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_transform', 'pg_am'],
  ...['pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template', 'pg_publication'],
];

/** Members that stand in catalogs of their own, and belong to what they are members of. */
const MEMBERS = ['pg_amop', 'pg_amproc', 'pg_publication_rel', 'pg_publication_namespace'];

/** Types of columns that say the same in every database: OIDs do not, and rights are compared apart. */
const LASTING = ['name', 'text', 'bool', 'char', 'int2', 'int4', 'regproc', '_text', '_char'];

/** A row of a catalog as far as it says the same in every database. */
const rowOf = (catalog: string, row: string) => `
  (select jsonb_object_agg(r.key, r.value)::text from jsonb_each(to_jsonb(${row})) r
   where exists (select from pg_attribute a join pg_type y on y.oid = a.atttypid
                 where a.attrelid = '${catalog}'::regclass and a.attname = r.key
                   and y.typname = any ('{${LASTING.join()}}')))`;

const ofCatalog = (catalog: string) => `
  select '${catalog}'::regclass::oid as classid, c.oid as objid, ${rowOf(catalog, 'c')} as definition
  from ${catalog} c
  where c.oid >= 16384 and ${own(catalog, 'c.oid')}
    and not exists (select from pg_depend i where i.classid = '${catalog}'::regclass and i.objid = c.oid and i.deptype = 'i')`;

const QUERY = `
select format('%s %s', o.type, o.identity) as identity, o.schema,
  encode(sha256(convert_to(concat_ws(' ', found.definition,
    (select string_agg(m.type || ' ' || m.identity, ', ' order by m.type, m.identity)
     from pg_depend d, pg_identify_object(d.classid, d.objid, 0) m
     where d.refclassid = found.classid and d.refobjid = found.objid
       and d.classid = any (array(select to_regclass(n)::oid from unnest('{${MEMBERS.join()}}'::text[]) n))),
    (select string_agg(format('%s %s %s', maptokentype, mapseqno, mapdict::regdictionary), ', ' order by maptokentype, mapseqno)
     from pg_ts_config_map where found.classid = 'pg_ts_config'::regclass and mapcfg = found.objid)), 'UTF8')), 'hex') as definition
from (
  ${CATALOGS.map(ofCatalog).join(' union all ')}
  union all
  select 'pg_class'::regclass, c.oid, concat_ws(' ', s.srvname, f.ftoptions)
  from pg_class c join pg_foreign_table f on f.ftrelid = c.oid join pg_foreign_server s on s.oid = f.ftserver
  where ${own('pg_class', 'c.oid')}
  union all
  select 'pg_type'::regclass, t.oid, ${rowOf('pg_type', 't')}
  from pg_type t left join pg_range r on r.rngtypid = t.oid
  where t.oid >= 16384 and ${own('pg_type', 't.oid')}
    and (t.typtype = 'b' and t.typcategory <> 'A' and t.typname !~ '^_' or r.rngcanonical <> 0)
  union all
  select 'pg_proc'::regclass, g.aggfnoid, ${rowOf('pg_aggregate', 'g')}
  from pg_aggregate g join pg_proc p on p.oid = g.aggfnoid
  where g.aggfnoid >= 16384 and ${own('pg_proc', 'g.aggfnoid')}
    and (g.aggkind <> 'n' or g.aggmtransfn <> 0 or g.aggsortop <> 0)
  union all
  select classoid, objoid, concat_ws(' ', provider, label) from pg_seclabel where objoid >= 16384
) as found, pg_identify_object(found.classid, found.objid, 0) o order by 1`;

/**
 * Finds what a database has and the built-in engine cannot write, each with a digest of what it is:
 * options of foreign servers are nobody's business.
 */
export async function findUnwritable(client: pg.Client): Promise<CatalogEntry[]> {
  const found = await queryCatalog<Pick<CatalogEntry, 'identity' | 'schema' | 'definition'>>(
    client,
    QUERY,
  );
  return found.map((it) => ({
    ...it,
    ...{ kind: 'object', relation: null, table: null, ofPartition: false },
  }));
}
