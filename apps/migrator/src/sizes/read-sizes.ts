import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';

/** How much one table takes; a partitioned one is the sum of its parts. */
export interface TableSizes {
  readonly schema: string;
  readonly table: string;
  /** The domain that owns it; null where the manifest does not know it. */
  readonly domain: string | null;
  /** As the planner estimates; -1 where nobody has counted yet. */
  readonly rows: number;
  readonly partitions: number;
  readonly heapBytes: number;
  readonly toastBytes: number;
  readonly indexBytes: number;
  readonly totalBytes: number;
  /** Since the report it is compared with; null where that did not hold it. */
  readonly growthBytes: number | null;
}

/** How much the tables of one domain take. */
export interface DomainSizes {
  readonly domain: string | null;
  readonly tables: number;
  readonly totalBytes: number;
  readonly growthBytes: number | null;
}

/** What {@link readSizes} answers, the largest first. */
export interface SizesReport {
  readonly takenAt: string;
  readonly database: string;
  /** When the report was taken that this one is compared with. */
  readonly since: string | null;
  readonly databaseBytes: number;
  readonly growthBytes: number | null;
  readonly tables: readonly TableSizes[];
  readonly domains: readonly DomainSizes[];
}

const TABLES = `
  select n.nspname as schema, c.relname as table,
    case when bool_or(l.rows < 0) then -1 else coalesce(sum(l.rows), 0) end::float8 as rows,
    case c.relkind when 'p' then count(l.oid) else 0 end::int as partitions,
    coalesce(sum(l.heap - l.toast), 0)::float8 as "heapBytes", coalesce(sum(l.toast), 0)::float8 as "toastBytes",
    coalesce(sum(l.indexes), 0)::float8 as "indexBytes", coalesce(sum(l.heap + l.indexes), 0)::float8 as "totalBytes"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join lateral (
    select p.oid, p.reltuples::float8 as rows, pg_table_size(p.oid) as heap, pg_indexes_size(p.oid) as indexes,
      coalesce(pg_total_relation_size(nullif(p.reltoastrelid, 0)), 0) as toast
    from pg_class p where p.relkind in ('r', 'm') and (p.oid = c.oid or c.relkind = 'p'
      and p.oid in (select relid from pg_partition_tree(c.oid) where isleaf))
  ) l on true
  where c.relkind in ('r', 'p', 'm') and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  group by n.nspname, c.relname, c.relkind order by "totalBytes" desc, 1, 2`;

/** Reads how much each table takes, without a right on any; `manifest` tells whose they are. */
export async function readSizes(
  client: pg.Client,
  manifest: SchemaManifest | null,
  now: Date,
): Promise<SizesReport> {
  const owners = new Map(manifest?.models.map(({ table, domain }) => [table, domain]));
  const found = await client.query<Omit<TableSizes, 'domain' | 'growthBytes'>>(TABLES);
  const whole = await client.query<{ database: string; bytes: number }>(
    'select current_database() as database, pg_database_size(current_database())::float8 as bytes',
  );
  const tables = found.rows.map((row) => ({
    ...row,
    domain: (row.schema === 'public' ? owners.get(row.table) : undefined) ?? null,
    growthBytes: null,
  }));
  return {
    takenAt: now.toISOString(),
    database: whole.rows[0]?.database ?? '',
    since: null,
    databaseBytes: whole.rows[0]?.bytes ?? 0,
    growthBytes: null,
    tables,
    domains: sumByDomain(tables),
  };
}

function sumByDomain(tables: readonly TableSizes[]): DomainSizes[] {
  const sums = new Map<string | null, DomainSizes>();
  for (const { domain, totalBytes } of tables) {
    const sum = sums.get(domain) ?? { domain, tables: 0, totalBytes: 0, growthBytes: null };
    sums.set(domain, {
      ...sum,
      tables: sum.tables + 1,
      totalBytes: sum.totalBytes + totalBytes,
    });
  }
  return [...sums.values()].sort((a, b) => b.totalBytes - a.totalBytes);
}
