import type pg from 'pg';
import type { Difference } from './difference.ts';

/**
 * Views that others than their owner may read, and what they read, through views in between. A view
 * with `security_invoker` (PostgreSQL 15) reads as its caller: what it reads is its caller's matter.
 */
const QUERY = `
  with recursive reads (view, relation) as (
    select r.ev_class, d.refobjid
    from pg_rewrite r
    join pg_class v on v.oid = r.ev_class and v.relkind in ('v', 'm')
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
      and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
    where not coalesce(v.reloptions::text ~* 'security_invoker=(true|on|yes|1)', false)
  ), through (view, relation) as (
    select view, relation from reads
    union
    select through.view, reads.relation from through join reads on reads.view = through.relation
  )
  select distinct v.oid::regclass::text as view, t.oid::regclass::text as table
  from through
  join pg_class v on v.oid = through.view
  join pg_class t on t.oid = through.relation and t.relrowsecurity
  where v.relnamespace = to_regnamespace('public')
    and exists (select from aclexplode(v.relacl) x where x.grantee <> v.relowner)`;

/** Finds views that show rows which row security hides: they read as their owner. */
export async function findExposingViews(client: pg.Client): Promise<Difference[]> {
  const { rows } = await client.query<{ view: string; table: string }>(QUERY);
  return rows.map(({ view, table }) => ({
    kind: 'row-security',
    name: view,
    what: `It reads ${table} as its owner, past that table's row security, for whoever may read it.`,
  }));
}
