import type pg from 'pg';

/** Objects of the server's own and of extensions are nobody's here. */
const FIRST_OWN_OID = 16_384;

const notOfExtension = (catalog: string, oid: string) =>
  `not exists (select from pg_depend x where x.classid = '${catalog}'::regclass
     and x.objid = ${oid} and x.deptype = 'e')`;

/**
 * Every replaceable object of a database: its identity, which is also how a statement names it, its
 * definition as PostgreSQL prints it, and the transaction that wrote it last. Read it with
 * `search_path` at `pg_catalog`, so that every name is printed with its schema.
 */
const OBJECTS = `
  select case p.prokind when 'p' then 'procedure ' else 'function ' end
           || format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) as identity,
         pg_get_functiondef(p.oid) as definition, p.xmin as written,
         'pg_proc'::regclass::oid as classid, p.oid as objid
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.oid >= ${FIRST_OWN_OID} and p.prokind <> 'a' and n.nspname !~ '^pg_'
    and ${notOfExtension('pg_proc', 'p.oid')}
  union all
  select 'aggregate ' || format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)),
         format('%s %s %s %s', a.aggtransfn, a.aggfinalfn, format_type(a.aggtranstype, null), a.agginitval),
         p.xmin, 'pg_proc'::regclass, p.oid
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_aggregate a on a.aggfnoid = p.oid
  where p.oid >= ${FIRST_OWN_OID} and n.nspname !~ '^pg_' and ${notOfExtension('pg_proc', 'p.oid')}
  union all
  select case c.relkind when 'm' then 'materialized view ' else 'view ' end
           || format('%I.%I', n.nspname, c.relname),
         pg_get_viewdef(c.oid) || coalesce(c.reloptions::text, ''), r.xmin,
         'pg_class'::regclass, c.oid
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
  where c.oid >= ${FIRST_OWN_OID} and c.relkind in ('v', 'm') and n.nspname !~ '^pg_'
    and ${notOfExtension('pg_class', 'c.oid')}
  union all
  select 'trigger ' || format('%I on %I.%I', t.tgname, n.nspname, c.relname),
         pg_get_triggerdef(t.oid) || t.tgenabled::text, t.xmin,
         'pg_trigger'::regclass, t.oid
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where not t.tgisinternal and t.tgparentid = 0
  union all
  select 'policy ' || format('%I on %I.%I', p.polname, n.nspname, c.relname),
         format('%s %s %s using %s check %s', p.polcmd, p.polpermissive,
           (select array_agg(pg_get_userbyid(r) order by r) from unnest(p.polroles) r where r <> 0),
           pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
         p.xmin, 'pg_policy'::regclass, p.oid
  from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace`;

/** Comments are parts of what objects files make: seen when they change, never dropped. */
const COMMENTS = `
  select 'comment on column ' || format('%I.%I.%I', n.nspname, c.relname, a.attname) as identity,
         d.description as definition, d.xmin as written, d.classoid as classid, d.objoid as objid
  from pg_description d join pg_class c on c.oid = d.objoid join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid
  where d.classoid = 'pg_class'::regclass and d.objsubid > 0 and d.objoid >= ${FIRST_OWN_OID}
  union all
  select 'comment on table ' || format('%I.%I', n.nspname, c.relname),
         d.description, d.xmin, d.classoid, d.objoid
  from pg_description d join pg_class c on c.oid = d.objoid join pg_namespace n on n.oid = c.relnamespace
  where d.classoid = 'pg_class'::regclass and d.objsubid = 0 and d.objoid >= ${FIRST_OWN_OID}
  union all
  select 'comment on ' || o.type || ' ' || o.identity, d.description, d.xmin, d.classoid, d.objoid
  from pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) o
  where d.classoid <> 'pg_class'::regclass and d.objoid >= ${FIRST_OWN_OID}`;

/**
 * The catalog as a common table expression `catalog(identity, definition, fingerprint, written,
 * classid, objid)`. A fingerprint starts with the server's major version: each prints in its own way.
 */
export const CATALOG = `catalog as materialized (
  select identity, definition, written, classid, objid,
         current_setting('server_version_num')::integer / 10000 || ':'
           || encode(sha256(convert_to(definition, 'UTF8')), 'hex') as fingerprint
  from (${OBJECTS} union all ${COMMENTS}) as objects
)`;

/** Queries the catalog with every name printed with its schema. */
export async function queryCatalog<T>(
  client: pg.Client,
  sql: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  await client.query('set search_path = pg_catalog');
  const { rows } = await client.query(sql, [...values]);
  await client.query('reset search_path');
  return rows as T[];
}

/** Fingerprints by identity, as they are recorded. */
export type Fingerprints = Readonly<Record<string, string>>;

/** What the open transaction wrote since one of its numbers: what a file just applied has made. */
export async function readWrittenSince(client: pg.Client, number: string): Promise<Fingerprints> {
  const rows = await queryCatalog<{ identity: string; fingerprint: string }>(
    client,
    `with ${CATALOG} select identity, fingerprint from catalog
     where age(written) <= age($1::text::xid) order by identity collate "C"`,
    [number],
  );
  return Object.fromEntries(rows.map(({ identity, fingerprint }) => [identity, fingerprint]));
}
