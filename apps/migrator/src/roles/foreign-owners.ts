import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Duty } from './database-duties.ts';

/** What the migrator makes, where another role than the owner has it. A sequence goes with its table. */
const QUERY = `
  with schemas as (
    select oid, nspname, nspowner from pg_namespace where nspname = any ($3)
  )
  select format('ALTER SCHEMA %I', nspname) as sql, 0 as place from schemas where nspowner <> to_regrole($1)
  union all
  select format('ALTER %s %I.%I', case c.relkind when 'v' then 'VIEW' else 'TABLE' end, n.nspname, c.relname), 1
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relowner <> to_regrole($1) and c.relkind in ('r', 'p', 'v')
    and (n.oid in (select oid from schemas)
         or n.nspname = 'public' and (c.relname = any ($2) or $4 and c.relkind = 'v'))
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                    and d.objid = c.oid and d.deptype = 'e')
  union all
  select format('ALTER TYPE %I.%I', n.nspname, t.typname), 2
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where t.typowner <> to_regrole($1) and t.typtype = 'e' and n.nspname = 'public' and t.typname = any ($2)
  union all
  select 'ALTER ROUTINE ' || format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), 3
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.proowner <> to_regrole($1)
    and (n.oid in (select oid from schemas) or n.nspname = 'public' and $4)
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass
                    and d.objid = p.oid and d.deptype = 'e')
  order by place, sql`;

/** Tells which things of the migrator's belong to another role, as statements that give them back. */
export async function foreignOwners(
  client: pg.Client,
  manifest: SchemaManifest,
  target: DatabaseTarget,
): Promise<Duty[]> {
  const owner = pg.escapeIdentifier(target.ownerRole);
  const names = [
    '_prisma_migrations',
    ...manifest.models.map((model) => model.table),
    ...manifest.enums.map(({ databaseName }) => databaseName),
  ];
  const schemas = [
    'migrator',
    ...manifest.models.flatMap(({ partitionBy }) => partitionBy?.partitionSchema ?? []),
  ];
  const { rows } = await client.query<{ sql: string; allowed: boolean }>(
    `select sql, (select rolsuper from pg_roles where rolname = current_user) as allowed
     from (${QUERY}) as found`,
    [owner, names, schemas, target.kind === 'embedded'],
  );
  return rows.map(({ sql, allowed }) => ({
    ...{ sql: `${sql} OWNER TO ${owner}`, allowed, essential: true },
  }));
}
