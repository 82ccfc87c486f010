import type pg from 'pg';
import { readApplied } from '../history/applied.ts';
import {
  STATISTICS_VERSION,
  type DatabaseStatistics,
  type TableStatistics,
} from './database-statistics.ts';
import { readShape } from './read-shape.ts';

/** What {@link readStatistics} answers: all that statistics can hold. */
export type WholeStatistics = Required<DatabaseStatistics>;

/** Rows of leaves are summed into all that they are partitions of. */
const TABLES = `
  with sized as materialized (
    select c.oid, case when c.reltuples >= 0 then c.reltuples
        when s.n_live_tup > 0 then s.n_live_tup else -1 end as rows,
      pg_table_size(c.oid) as bytes, pg_indexes_size(c.oid) as "indexBytes"
    from pg_class c left join pg_stat_all_tables s on s.relid = c.oid
    where c.relkind in ('r', 'm')
  )
  select n.nspname as schema, c.relname as name,
    coalesce(sum(z.rows) filter (where z.rows >= 0), case when c.relkind = 'p' and count(z.oid) = 0 then 0 else -1 end)::float8 as rows,
    coalesce(sum(z.bytes), 0)::float8 as bytes, coalesce(sum(z."indexBytes"), 0)::float8 as "indexBytes"
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join lateral (
    select c.oid as leaf where c.relkind <> 'p'
    union all select relid from pg_partition_tree(c.oid) where c.relkind = 'p' and isleaf
  ) l on true
  left join sized z on z.oid = l.leaf
  where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  group by n.nspname, c.relname, c.relkind order by 1, 2`;

const LOAD = `
  select current_setting('server_version_num')::int as "serverVersion",
    greatest(
      (select extract(epoch from max(clock_timestamp() - xact_start)) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'),
      (select extract(epoch from max(clock_timestamp() - prepared)) from pg_prepared_xacts
       where database = current_database()))::float8 as seconds`;

/** Takes the statistics of a database: names, sizes and counts, and no value of any row. */
export async function readStatistics(client: pg.Client, now: Date): Promise<WholeStatistics> {
  const { rows: tables } = await client.query<TableStatistics>(TABLES);
  const { rows } = await client.query<{ serverVersion: number; seconds: number | null }>(LOAD);
  const applied = (await readApplied(client)).filter((row) => row.finished && !row.rolledBack);
  return {
    version: STATISTICS_VERSION,
    takenAt: now.toISOString(),
    serverVersion: rows[0]?.serverVersion ?? 0,
    longestTransactionSeconds: rows[0]?.seconds ?? null,
    tables,
    applied: applied.map(({ name, checksum }) => ({ name, checksum })),
    shape: await readShape(client),
  };
}
