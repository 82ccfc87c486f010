import type pg from 'pg';

const FEW_ROWS = 1_000;
const DEAD_SHARE = 0.1;
const CHANGED_SHARE = 0.1;
const NEW_SHARE = 0.2;
/** Of the age at which the server itself would freeze, whatever else is going on. */
const AGE_SHARE = 0.75;
const BLOAT_BYTES = 10 * 1024 ** 2;
const BLOAT_TIMES = 3;

/** One statement that a table or an index needs; it locks nobody out. */
export interface Job {
  readonly kind: 'drop-leftover' | 'reindex' | 'vacuum' | 'analyze';
  /** As SQL names it. */
  readonly target: string;
  readonly why: string;
  readonly sql: string;
  readonly bytes: number;
}

/** What {@link findWork} found. */
export interface Work {
  readonly jobs: readonly Job[];
  /** What needs something that this role may not do, or that no statement does while others work. */
  readonly left: readonly { readonly target: string; readonly why: string }[];
}

/** What is worth a rebuild. */
export interface WorkOptions {
  /** The least an index must take; 10 MB unless told. */
  readonly bloatBytes?: number;
}

/**
 * Finds what tables and indexes need, from the catalog and the server's counts: what is done needs
 * nothing any more, so that a run that was cut off is simply begun again. Leftovers and broken
 * indexes come first, then the smaller before the larger.
 */
export async function findWork(client: pg.Client, options: WorkOptions = {}): Promise<Work> {
  const { bloatBytes = BLOAT_BYTES } = options;
  const found = [
    ...(await ask(client, INDEXES, [])),
    ...(await ask(client, BLOATED, [bloatBytes])),
    ...(await ask(client, TABLES, [])),
    ...(await ask(client, PARENTS, [])),
  ];
  const isJob = (row: Row): row is Row & { kind: Job['kind'] } => row.kind !== null && row.may;
  return {
    jobs: found
      .filter(isJob)
      .map(({ kind, target, why, sql, bytes }) => ({ kind, target, why, sql, bytes })),
    left: found
      .filter((row) => !isJob(row))
      .map(({ target, why, may }) => ({ target, why: may ? why : `${why}; it is another role’s` })),
  };
}

interface Row {
  readonly kind: Job['kind'] | null;
  readonly target: string;
  readonly why: string;
  readonly sql: string;
  readonly bytes: number;
  readonly may: boolean;
}

async function ask(client: pg.Client, sql: string, values: readonly unknown[]): Promise<Row[]> {
  return (await client.query<Row>(sql, [...values])).rows;
}

const USER_SCHEMA = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;
const MAY = `pg_has_role(t.relowner, 'usage')`;

/** A rebuild that was cut off leaves its copy behind, `…_ccnew`, or the old one, `…_ccold`. */
const INDEXES = `
  select case when i.relkind = 'I' then null when leftover.is then 'drop-leftover' else 'reindex' end as kind,
    case when i.relkind = 'I' then 'it waits for an index of a partition' when leftover.is
      then 'left behind by a rebuild that was cut off' else 'not built to its end' end as why,
    format('%I.%I', n.nspname, i.relname) as target,
    format(case when leftover.is then 'DROP INDEX CONCURRENTLY IF EXISTS %I.%I' else 'REINDEX INDEX CONCURRENTLY %I.%I' end,
      n.nspname, i.relname) as sql,
    pg_relation_size(i.oid)::float8 as bytes, ${MAY} as may
  from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
  join pg_namespace n on n.oid = i.relnamespace
  cross join lateral (select i.relname ~ '_cc(new|old)\\d*$' and not exists (
      select from pg_constraint where conindid = i.oid) as is) leftover
  where ${USER_SCHEMA} and not (x.indisvalid and x.indisready)
    and not exists (select from pg_stat_progress_create_index p where p.relid = x.indrelid)
  order by leftover.is desc, bytes, target`;

/** What a B-tree needs is reckoned from its rows and the width of its columns, at nine tenths of its pages. */
const BLOATED = `
  select 'reindex' as kind, format('%I.%I', n.nspname, i.relname) as target,
    format('takes %s, and its rows need about %s', pg_size_pretty(size.bytes), pg_size_pretty(need.bytes)) as why,
    format('REINDEX INDEX CONCURRENTLY %I.%I', n.nspname, i.relname) as sql,
    size.bytes::float8 as bytes, ${MAY} as may
  from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
  join pg_namespace n on n.oid = i.relnamespace join pg_am a on a.oid = i.relam and a.amname = 'btree'
  cross join lateral (select pg_relation_size(i.oid) as bytes) size
  cross join lateral (
    select count(*) as known, sum(s.avg_width) as width from unnest(x.indkey::int2[]) with ordinality k (attnum, place)
    join pg_attribute c on c.attrelid = t.oid and c.attnum = k.attnum
    join pg_stats s on s.schemaname = (select nspname from pg_namespace where oid = t.relnamespace)
      and s.tablename = t.relname and s.attname = c.attname) columns
  cross join lateral (select ((8192 * 2 + i.reltuples * (12 + ceil(columns.width / 8.0) * 8)) / 0.9)::bigint as bytes) need
  where ${USER_SCHEMA} and i.relkind = 'i' and x.indisvalid and i.reltuples >= 0 and x.indpred is null
    and columns.known = x.indnatts and size.bytes >= $1 and size.bytes > need.bytes * ${BLOAT_TIMES}
    and not exists (select from pg_stat_progress_create_index p where p.relid = x.indrelid)
  order by bytes, target`;

const TABLES = `
  with counted as (
    select t.oid, n.nspname, t.relname, ${MAY} as may, pg_table_size(t.oid)::float8 as bytes,
      s.n_dead_tup::float8 as dead, s.n_live_tup::float8 as live, s.n_mod_since_analyze::float8 as changed,
      s.n_ins_since_vacuum::float8 as added,
      s.last_analyze is null and s.last_autoanalyze is null and t.reltuples < 0 as unknown,
      greatest(age(t.relfrozenxid) / current_setting('autovacuum_freeze_max_age')::float8,
        mxid_age(t.relminmxid) / current_setting('autovacuum_multixact_freeze_max_age')::float8) as age
    from pg_class t join pg_namespace n on n.oid = t.relnamespace join pg_stat_all_tables s on s.relid = t.oid
    where ${USER_SCHEMA} and t.relkind in ('r', 'm') and t.relpersistence <> 't'
      and not exists (select from pg_stat_progress_vacuum v where v.relid = t.oid)),
  judged as (
    select *, age > ${AGE_SHARE} as ages,
      dead > ${FEW_ROWS} and dead > (live + dead) * ${DEAD_SHARE} as dies,
      added > ${FEW_ROWS} and added > live * ${NEW_SHARE} as grows,
      live > 0 and (unknown or changed > ${FEW_ROWS} and changed > live * ${CHANGED_SHARE}) as turns
    from counted)
  select case when ages or dies or grows then 'vacuum' else 'analyze' end as kind,
    format('%I.%I', nspname, relname) as target,
    concat_ws(', ', case when ages then 'old transaction numbers' end,
      case when dies then dead || ' dead row(s)' end, case when grows then added || ' new row(s)' end,
      case when turns and unknown then 'never analysed' when turns then changed || ' change(s) since it was analysed' end) as why,
    format(case when ages then 'VACUUM (FREEZE, ANALYZE) %I.%I' when (dies or grows) and turns then 'VACUUM (ANALYZE) %I.%I'
      when dies or grows then 'VACUUM %I.%I' else 'ANALYZE %I.%I' end, nspname, relname) as sql,
    bytes, may
  from judged where ages or dies or grows or turns order by bytes, target`;

/** Autovacuum analyses partitions and never the table they are parts of, by which joins are planned. */
const PARENTS = `
  select 'analyze' as kind, format('%I.%I', n.nspname, t.relname) as target,
    case when s.last_analyze is null then 'its partitions are known, and the whole was never analysed'
      else parts.changed || ' change(s) in its partitions since it was analysed' end as why,
    format('ANALYZE %I.%I', n.nspname, t.relname) as sql, parts.bytes, ${MAY} as may
  from pg_class t join pg_namespace n on n.oid = t.relnamespace join pg_stat_all_tables s on s.relid = t.oid
  cross join lateral (
    select coalesce(sum(pg_table_size(p.relid)), 0)::float8 as bytes, sum(p.n_live_tup)::float8 as live,
      sum(case when p.last_autoanalyze > s.last_analyze then p.n_live_tup else p.n_mod_since_analyze end)::float8 as changed
    from pg_partition_tree(t.oid) l join pg_stat_all_tables p on p.relid = l.relid where l.isleaf) parts
  where ${USER_SCHEMA} and t.relkind = 'p' and parts.live > 0
    and (s.last_analyze is null or parts.changed > ${FEW_ROWS} and parts.changed > parts.live * ${CHANGED_SHARE})
  order by bytes, target`;
