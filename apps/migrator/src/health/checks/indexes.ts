import { inBytes } from '../../plan/amounts.ts';
import { found } from '../finding.ts';
import { ask, type HealthCheck, type Observation, type Sight } from '../health-check.ts';

const LARGE_BYTES = 1024 ** 2;
const LONG_DAYS = 7;

/** Indexes that do not serve. */
export const indexChecks: readonly HealthCheck[] = [
  { name: 'invalid-indexes', look: lookAtInvalid },
  { name: 'duplicate-indexes', look: lookAtDuplicates },
  { name: 'unused-indexes', look: lookAtUnused },
];

const USER_SCHEMA = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

/** What is being built at this moment is not yet valid, and well. */
async function lookAtInvalid(sight: Sight): Promise<Observation> {
  const indexes = await ask<{ index: string; sql: string }>(
    sight,
    `select format('%I.%I', n.nspname, c.relname) as index,
       case when c.relkind = 'I' then format('ALTER INDEX %I.%I ATTACH PARTITION …', n.nspname, c.relname)
         else format('REINDEX INDEX CONCURRENTLY %I.%I', n.nspname, c.relname) end as sql
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
     where ${USER_SCHEMA} and not (i.indisvalid and i.indisready)
       and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
     order by 1`,
  );
  return {
    findings: indexes.map(({ index, sql }) =>
      found('INDEX_INVALID', 'warning', `Index ${index} is not valid.`, [sql]),
    ),
    measures: [],
  };
}

interface Pair {
  readonly kept: string;
  readonly extra: string;
  readonly bytes: number;
  readonly sql: string;
}

/** Of two that are the same the one goes that guards nothing: neither unique nor a constraint's. */
async function lookAtDuplicates(sight: Sight): Promise<Observation> {
  const pairs = await ask<Pair>(
    sight,
    `with listed as (
       select i.indexrelid as oid, n.nspname, c.relname, c.relkind, i.indisunique or con.oid is not null as guards,
         con.oid is not null or i.indisreplident as needed,
         row_number() over (partition by i.indrelid, c.relam, i.indkey::text, i.indclass::text, i.indcollation::text,
             i.indoption::text, i.indnkeyatts, coalesce(pg_get_expr(i.indexprs, i.indrelid), ''), coalesce(pg_get_expr(i.indpred, i.indrelid), '')
           order by (con.oid is not null or i.indisreplident) desc, i.indisunique desc, c.relname) as place,
         first_value(c.relname) over (partition by i.indrelid, c.relam, i.indkey::text, i.indclass::text, i.indcollation::text,
             i.indoption::text, i.indnkeyatts, coalesce(pg_get_expr(i.indexprs, i.indrelid), ''), coalesce(pg_get_expr(i.indpred, i.indrelid), '')
           order by (con.oid is not null or i.indisreplident) desc, i.indisunique desc, c.relname) as first
       from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
       left join pg_constraint con on con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x')
       where ${USER_SCHEMA} and not c.relispartition and i.indisvalid)
     select format('%I.%I', nspname, first) as kept, format('%I.%I', nspname, relname) as extra,
       coalesce((select sum(pg_relation_size(relid)) from pg_partition_tree(oid)), pg_relation_size(oid))::float8 as bytes,
       format('DROP INDEX %s%I.%I', case relkind when 'I' then '' else 'CONCURRENTLY ' end, nspname, relname) as sql
     from listed where place > 1 and not needed order by 3 desc, 2`,
  );
  return {
    findings: pairs.map(({ kept, extra, bytes, sql }) =>
      found(
        'INDEX_DUPLICATE',
        'warning',
        `Index ${extra} (${inBytes(bytes)}) is the same as ${kept}.`,
        [sql],
      ),
    ),
    measures: [],
  };
}

interface Unused {
  readonly index: string;
  readonly bytes: number;
  readonly days: number;
  readonly sql: string;
}

/** An index of a partitioned table is used where one of its parts is; a replica knows its own use only. */
async function lookAtUnused(sight: Sight): Promise<Observation> {
  if (sight.isReplica) return { findings: [], measures: [] };
  const indexes = await ask<Unused>(
    sight,
    `select format('%I.%I', n.nspname, c.relname) as index, use.bytes, since.days,
       format('DROP INDEX %s%I.%I', case c.relkind when 'I' then '' else 'CONCURRENTLY ' end, n.nspname, c.relname) as sql
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
     cross join (select floor(extract(epoch from now() - coalesce(stats_reset, pg_postmaster_start_time())) / 86400)::int as days
       from pg_stat_database where datname = current_database()) since
     cross join lateral (select coalesce(sum(pg_relation_size(leaf)), 0)::float8 as bytes, coalesce(sum(s.idx_scan), 0) as scans
       from (select c.oid as leaf where c.relkind = 'i' union all
         select relid from pg_partition_tree(c.oid) where c.relkind = 'I' and isleaf) l
       left join pg_stat_all_indexes s on s.indexrelid = l.leaf) use
     where ${USER_SCHEMA} and not c.relispartition and not i.indisunique and not i.indisexclusion and not i.indisreplident
       and i.indisvalid and use.scans = 0 and use.bytes > ${LARGE_BYTES} and since.days >= ${LONG_DAYS}
     order by use.bytes desc, 1`,
  );
  return {
    findings: indexes.map(({ index, bytes, days, sql }) =>
      found(
        'INDEX_UNUSED',
        'info',
        `Index ${index} (${inBytes(bytes)}) was not used in ${days} days.`,
        [sql],
      ),
    ),
    measures: [],
  };
}
