import { found } from '../finding.ts';
import { ask, type HealthCheck, type Observation, type Sight } from '../health-check.ts';

const FEW_ROWS = 1_000;

/** Foreign keys whose referring rows can be found by a scan only. */
export const foreignKeyChecks: readonly HealthCheck[] = [
  { name: 'foreign-keys', look: lookAtForeignKeys },
];

interface Unindexed {
  readonly table: string;
  readonly constraint: string;
  readonly rows: number;
  readonly sql: string;
}

/** An index serves whose first columns are the key's, in any order; a partial one serves not. */
async function lookAtForeignKeys(sight: Sight): Promise<Observation> {
  const keys = await ask<Unindexed>(
    sight,
    `select format('%I.%I', n.nspname, c.relname) as table, quote_ident(k.conname) as constraint,
       greatest((select sum(greatest(p.reltuples, 0)) from pg_class p
         where p.oid in (select c.oid union select relid from pg_partition_tree(c.oid))),
         s.n_live_tup, 0)::float8 as rows,
       format('CREATE INDEX %sON %I.%I (%s)', case c.relkind when 'p' then '' else 'CONCURRENTLY ' end, n.nspname, c.relname,
         (select string_agg(quote_ident(a.attname), ', ' order by u.place)
          from unnest(k.conkey) with ordinality u (attnum, place)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum)) as sql
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
     left join pg_stat_all_tables s on s.relid = c.oid
     where k.contype = 'f' and k.conparentid = 0 and not c.relispartition
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not exists (
         select from pg_index i
         where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
           and i.indnkeyatts >= cardinality(k.conkey)
           and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
     order by 3 desc, 1, 2`,
  );
  return {
    findings: keys.map(({ table, constraint, rows, sql }) =>
      found(
        'FOREIGN_KEY_UNINDEXED',
        rows > FEW_ROWS ? 'warning' : 'info',
        `No index of ${table} begins with the columns of ${constraint}.`,
        [sql],
      ),
    ),
    measures: [],
  };
}
