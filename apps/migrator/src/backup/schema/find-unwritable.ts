import type pg from 'pg';
import { own } from '../../catalog/structure-query.ts';
import { queryCatalog } from '../../objects/object-catalog.ts';

/** Catalogs of things that the built-in engine does not write. */
const CATALOGS = [
  ...['pg_operator', 'pg_opclass', 'pg_opfamily', 'pg_cast', 'pg_conversion', 'pg_collation'],
  ...['pg_language', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_transform', 'pg_am'],
  ...['pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template', 'pg_publication'],
];

const ofCatalog = (catalog: string) => `
  select '${catalog}'::regclass as classid, c.oid as objid from ${catalog} c
  where c.oid >= 16384 and ${own(catalog, 'c.oid')}
    and not exists (select from pg_depend i where i.classid = '${catalog}'::regclass and i.objid = c.oid and i.deptype = 'i')`;

const QUERY = `
select format('%s %s', o.type, o.identity) as name from (
  ${CATALOGS.map(ofCatalog).join(' union all ')}
  union all
  select 'pg_class'::regclass, c.oid from pg_class c where c.relkind = 'f' and ${own('pg_class', 'c.oid')}
  union all
  select 'pg_type'::regclass, t.oid from pg_type t left join pg_range r on r.rngtypid = t.oid
  where t.oid >= 16384 and ${own('pg_type', 't.oid')}
    and (t.typtype = 'b' and t.typcategory <> 'A' and t.typname !~ '^_' or r.rngcanonical <> 0)
  union all
  select 'pg_proc'::regclass, a.aggfnoid from pg_aggregate a join pg_proc p on p.oid = a.aggfnoid
  where a.aggfnoid >= 16384 and ${own('pg_proc', 'a.aggfnoid')}
    and (a.aggkind <> 'n' or a.aggmtransfn <> 0 or a.aggsortop <> 0)
  union all
  select classoid, objoid from pg_seclabel where objoid >= 16384
) as found, pg_identify_object(classid, objid, 0) o order by 1`;

/** Names what a database has and the built-in engine cannot write. */
export async function findUnwritable(client: pg.Client): Promise<string[]> {
  return (await queryCatalog<{ name: string }>(client, QUERY)).map(({ name }) => name);
}
