import { found } from '../finding.ts';
import { ask, type HealthCheck, type Observation, type Sight } from '../health-check.ts';

const FEW_ROWS = 10_000;
const DEAD_SHARE = 0.2;
const MUCH_DEAD_SHARE = 0.5;
const FEW_PAGES = 100_000;
const HIT_SHARE = 0.9;

/** What autovacuum and the cache make of the tables. */
export const tableChecks: readonly HealthCheck[] = [
  { name: 'dead-rows', look: lookAtDeadRows },
  { name: 'statistics', look: lookAtStatistics },
  { name: 'cache', look: lookAtCache },
];

interface DeadRows {
  readonly table: string;
  readonly dead: number;
  readonly share: number;
}

/** A replica counts nothing of the kind. */
async function lookAtDeadRows(sight: Sight): Promise<Observation> {
  if (sight.isReplica) return { findings: [], measures: [] };
  const tables = await ask<DeadRows>(
    sight,
    `select format('%I.%I', schemaname, relname) as table, n_dead_tup::float8 as dead,
       (n_dead_tup::float8 / nullif(n_dead_tup + n_live_tup, 0)) as share
     from pg_stat_user_tables where n_dead_tup > 0 order by n_dead_tup desc, 1`,
  );
  return {
    findings: tables
      .filter(({ dead, share }) => dead > FEW_ROWS && share > DEAD_SHARE)
      .map(({ table, dead, share }) =>
        found(
          'ROWS_DEAD',
          share > MUCH_DEAD_SHARE ? 'warning' : 'info',
          `Of ${table} ${dead} rows are dead, ${Math.round(share * 100)} in a hundred.`,
          [`VACUUM (ANALYZE) ${table}`],
        ),
      ),
    measures: [
      {
        name: 'dead_rows',
        help: 'Dead rows of all tables, as the server counts.',
        value: tables.reduce((sum, { dead }) => sum + dead, 0),
      },
    ],
  };
}

async function lookAtStatistics(sight: Sight): Promise<Observation> {
  if (sight.isReplica) return { findings: [], measures: [] };
  const tables = await ask<{ table: string; rows: number }>(
    sight,
    `select format('%I.%I', s.schemaname, s.relname) as table, n_live_tup::float8 as rows
     from pg_stat_user_tables s join pg_class c on c.oid = s.relid
     where n_live_tup > ${FEW_ROWS} and c.reltuples < 0 and last_analyze is null and last_autoanalyze is null
     order by n_live_tup desc, 1`,
  );
  return {
    findings: tables.map(({ table, rows }) =>
      found('STATISTICS_MISSING', 'warning', `${table} has ${rows} rows and was never analysed.`, [
        `ANALYZE ${table}`,
      ]),
    ),
    measures: [],
  };
}

async function lookAtCache(sight: Sight): Promise<Observation> {
  const [row] = await ask<{ hit: number; read: number }>(
    sight,
    `select blks_hit::float8 as hit, blks_read::float8 as read
     from pg_stat_database where datname = current_database()`,
  );
  return judgeCache(row?.hit ?? 0, row?.read ?? 0);
}

/** Judges pages found in memory beside those that were not; few say nothing. */
export function judgeCache(hit: number, read: number): Observation {
  const share = hit + read > 0 ? hit / (hit + read) : 1;
  const isSmall = hit + read > FEW_PAGES && share < HIT_SHARE;
  return {
    findings: isSmall
      ? [
          found(
            'CACHE_SMALL',
            'info',
            `${Math.floor(share * 100)} in a hundred pages were found in shared_buffers.`,
            ['SHOW shared_buffers'],
          ),
        ]
      : [],
    measures: [
      {
        name: 'cache_hit_ratio',
        unit: 'ratio',
        help: 'Pages found in shared_buffers, of all that were asked for.',
        value: share,
      },
    ],
  };
}
