import type pg from 'pg';
import { isServerError } from '../connection/database-error.ts';
import { queryUnknown, slowUnavailable } from '../errors.ts';
import { redactQuery } from '../health/redact-query.ts';

/** What queries can be ranked by. */
export const RANKINGS = {
  total: 'the time of all calls',
  mean: 'the time of one call',
  max: 'the time of the longest call',
  calls: 'how often it is called',
  rows: 'how many rows it returned or changed',
  reads: 'how much was not in memory',
  temp: 'how much was put aside on the disk',
} as const;

/** One of {@link RANKINGS}. */
export type Ranking = keyof typeof RANKINGS;

/** What the server counted of all queries of one shape, whoever ran them. */
export interface SlowQuery {
  /** As the server numbers it; stays the same while the tables of the query do. */
  readonly id: string;
  /** Without any value; null where the role may not see it or it cannot be read. */
  readonly query: string | null;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly rows: number;
  /** Of the time of all queries of this database, from 0 to 1. */
  readonly share: number;
  /** Of the pages asked for, from 0 to 1; null where it asked for none. */
  readonly hitRatio: number | null;
  readonly readBytes: number;
  readonly tempBytes: number;
  readonly roles: readonly string[];
}

/** What {@link readSlow} answers. */
export interface SlowReport {
  readonly takenAt: string;
  /** When the server began to count; null where it does not say. */
  readonly since: string | null;
  readonly rankedBy: Ranking;
  readonly totalMs: number;
  readonly queries: readonly SlowQuery[];
  /** Queries whose texts the role is not shown. */
  readonly hidden: number;
}

/** What to read of which database. */
export interface SlowOptions {
  readonly database: string;
  readonly rankedBy: Ranking;
  readonly limit: number;
  readonly now: Date;
}

const ORDERS: Readonly<Record<Ranking, string>> = {
  total: 'sum(s.total_exec_time)',
  mean: 'sum(s.total_exec_time) / nullif(sum(s.calls), 0)',
  max: 'max(s.max_exec_time)',
  calls: 'sum(s.calls)',
  rows: 'sum(s.rows)',
  reads: 'sum(s.shared_blks_read)',
  temp: 'sum(s.temp_blks_written)',
};

const HIDDEN = '<insufficient privilege>';

type Row = Omit<SlowQuery, 'query'> & { readonly text: string | null };

/**
 * Reads the text of one query as the server keeps it, which may hold values.
 *
 * @throws CodedError `MIGRATOR.SLOW_UNAVAILABLE`, `MIGRATOR.QUERY_UNKNOWN`
 */
export async function readQueryText(
  client: pg.Client,
  database: string,
  id: string,
): Promise<string> {
  const schema = await locateStatements(client);
  const { rows } = await client.query<{ text: string }>(
    `select s.query as text from ${schema}.pg_stat_statements s join pg_database d on d.oid = s.dbid
     where d.datname = $1 and s.queryid::text = $2 and s.query is not null and s.query <> '${HIDDEN}'
     limit 1`,
    [database, id],
  );
  const [row] = rows;
  if (row === undefined) throw queryUnknown(id);
  return row.text;
}

/**
 * Reads what `pg_stat_statements` has counted, the slowest first. Values never leave it: the
 * extension keeps those of some statements, and they are taken out here.
 *
 * @throws CodedError `MIGRATOR.SLOW_UNAVAILABLE`
 */
export async function readSlow(client: pg.Client, options: SlowOptions): Promise<SlowReport> {
  const { database, rankedBy, limit, now } = options;
  const schema = await locateStatements(client);
  const { rows } = await client.query<Row>(
    `select s.queryid::text as id, min(s.query) as text, sum(s.calls)::float8 as calls,
       sum(s.total_exec_time)::float8 as "totalMs", max(s.max_exec_time)::float8 as "maxMs",
       coalesce(sum(s.total_exec_time) / nullif(sum(s.calls), 0), 0)::float8 as "meanMs",
       sum(s.rows)::float8 as rows,
       coalesce(sum(s.total_exec_time) / nullif(sum(sum(s.total_exec_time)) over (), 0), 0)::float8 as share,
       (sum(s.shared_blks_hit) / nullif(sum(s.shared_blks_hit + s.shared_blks_read), 0))::float8 as "hitRatio",
       sum(s.shared_blks_read * current_setting('block_size')::bigint)::float8 as "readBytes",
       sum(s.temp_blks_written * current_setting('block_size')::bigint)::float8 as "tempBytes",
       array_agg(distinct s.userid::regrole::text order by s.userid::regrole::text) as roles
     from ${schema}.pg_stat_statements s join pg_database d on d.oid = s.dbid
     where d.datname = $1 and s.toplevel and s.queryid is not null
     group by s.queryid order by ${ORDERS[rankedBy]} desc nulls last, 1 limit $2`,
    [database, limit],
  );
  const { rows: counted } = await client.query<{
    hidden: number;
    since: Date | null;
    totalMs: number;
  }>(
    `select (select count(distinct (s.userid, s.queryid))::int from ${schema}.pg_stat_statements s
         join pg_database d on d.oid = s.dbid
         where d.datname = $1 and (s.query = '${HIDDEN}' or s.queryid is null)) as hidden,
       (select coalesce(sum(s.total_exec_time), 0)::float8 from ${schema}.pg_stat_statements s
         join pg_database d on d.oid = s.dbid where d.datname = $1 and s.toplevel) as "totalMs",
       (select stats_reset from ${schema}.pg_stat_statements_info) as since`,
    [database],
  );
  return {
    takenAt: now.toISOString(),
    since: counted[0]?.since?.toISOString() ?? null,
    rankedBy,
    totalMs: counted[0]?.totalMs ?? 0,
    queries: await Promise.all(rows.map(withoutValues)),
    hidden: counted[0]?.hidden ?? 0,
  };
}

/** Where the extension is, as SQL names the schema. */
async function locateStatements(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{
    schema: string | null;
    isLoaded: boolean;
    isThere: boolean;
    database: string;
  }>(
    `select (select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
         where e.extname = 'pg_stat_statements') as schema,
       current_setting('pg_stat_statements.max', true) is not null as "isLoaded",
       exists (select from pg_available_extensions where name = 'pg_stat_statements') as "isThere",
       current_database() as database`,
  );
  const { schema = null, isLoaded, isThere, database = '' } = rows[0] ?? {};
  if (isThere !== true && schema === null) throw slowUnavailable('absent', database);
  if (schema === null) throw slowUnavailable(isLoaded === true ? 'missing' : 'unloaded', database);
  try {
    await client.query(`select toplevel from ${schema}.pg_stat_statements limit 1`);
  } catch (error) {
    if (!isServerError(error)) throw error;
    const { code } = error as { code?: string };
    if (code === '55000') throw slowUnavailable('unloaded', database);
    if (code === '42501') throw slowUnavailable('closed', database);
    if (code === '42703') throw slowUnavailable('old', database);
    throw error;
  }
  return schema;
}

async function withoutValues({ text, ...row }: Row): Promise<SlowQuery> {
  const isShown = text !== null && text !== HIDDEN;
  return { ...row, query: isShown ? await redactQuery(text) : null };
}
