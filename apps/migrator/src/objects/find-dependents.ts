import type pg from 'pg';
import { CATALOG, queryCatalog } from './object-catalog.ts';

/** Where the search for recorded objects that stand in the way begins. */
export interface DependencySeeds {
  /** Names of tables, types and functions: what is recorded and depends on them is found. */
  readonly names: readonly string[];
  /** Identities of recorded objects: they themselves are found, and what depends on them. */
  readonly identities: readonly string[];
}

/**
 * Finds the recorded objects that depend on others, directly or through one another, those first
 * that nothing else needs: in this order they can be dropped. A trigger or policy goes with its own
 * table and hinders nothing there; it is found where its expression, columns or function are meant.
 */
export async function findDependents(client: pg.Client, seeds: DependencySeeds): Promise<string[]> {
  const rows = await queryCatalog<{ identity: string }>(
    client,
    `with recursive ${CATALOG},
     recorded as materialized (
       select distinct c.classid, c.objid, c.identity
       from migrator.objects r, jsonb_object_keys(r.left_behind || r.objects) k(identity)
       join catalog c using (identity)
       where identity not like 'comment on %'
     ),
     named(classid, objid) as materialized (
       select 'pg_class'::regclass::oid, c.oid from pg_class c where c.relname = any ($1) and c.oid >= 16384
       union all
       select 'pg_type'::regclass, t.oid from pg_type t where t.typname = any ($1) and t.oid >= 16384
       union all
       select 'pg_proc'::regclass, p.oid from pg_proc p where p.proname = any ($1) and p.oid >= 16384
     ),
     edges(refclassid, refobjid, classid, objid) as materialized (
       select d.refclassid, d.refobjid,
              case when w.oid is null then d.classid else 'pg_class'::regclass end,
              coalesce(w.ev_class, d.objid)
       from pg_depend d
       left join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
       where d.refobjid >= 16384
         and (d.deptype = 'n' or (d.deptype = 'i' and d.classid = 'pg_type'::regclass)
              or (d.deptype = 'a' and d.classid = 'pg_trigger'::regclass
                  and exists (select from pg_class v where v.oid = d.refobjid and v.relkind = 'v')))
     ),
     found(classid, objid, depth) as (
       select classid, objid, 0 from named
       union select classid, objid, 0 from recorded where identity = any ($2)
       union
       select e.classid, e.objid, f.depth + 1
       from found f
       join edges e on e.refclassid = f.classid and e.refobjid = f.objid
         and (e.classid, e.objid) <> (f.classid, f.objid)
       where f.depth < 32
         and (e.classid = 'pg_type'::regclass
              or exists (select from recorded r where r.classid = e.classid and r.objid = e.objid))
     )
     select r.identity
     from found f join recorded r using (classid, objid)
     where f.depth > 0 or r.identity = any ($2)
     group by r.identity order by max(f.depth) desc, r.identity`,
    [seeds.names, seeds.identities],
  );
  return rows.map(({ identity }) => identity);
}

/** Every name that stands in a script, wherever: also in the text of dynamic statements. */
export function namesIn(script: string): string[] {
  const names = new Set<string>();
  for (const [word] of script.matchAll(/[\p{L}_][\p{L}\p{N}_$]*/gu)) {
    names.add(word);
    names.add(word.toLowerCase());
  }
  for (const [, name = ''] of script.matchAll(/"((?:[^"\n]|"")+)"/g)) {
    names.add(name.replaceAll('""', '"'));
  }
  return [...names];
}
