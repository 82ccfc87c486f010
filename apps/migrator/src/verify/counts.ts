import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';

/** How much there is. */
export interface VerifyCounts {
  readonly models: number;
  /** Tables of `public`, less the record of migrations. */
  readonly tables: number;
  readonly enums: number;
  /** As of the last ANALYZE or VACUUM of each table. */
  readonly estimatedRows: number;
}

/** Counts models of the manifest, and tables, enums and rows of the database. */
export async function readCounts(
  client: pg.Client,
  manifest: SchemaManifest,
): Promise<VerifyCounts> {
  const { rows } = await client.query<Omit<VerifyCounts, 'models'>>(
    `select (select count(*)::int from pg_class
             where relkind in ('r', 'p') and relnamespace = to_regnamespace('public')
               and relname <> '_prisma_migrations') as tables,
            (select count(*)::int from pg_type
             where typtype = 'e' and typnamespace = to_regnamespace('public')) as enums,
            (select coalesce(sum(greatest(leaf.reltuples, 0)), 0)::float8 from pg_class leaf
             join pg_namespace n on n.oid = leaf.relnamespace
             where leaf.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'migrator')
               and leaf.relname <> '_prisma_migrations') as "estimatedRows"`,
  );
  const { tables = 0, enums = 0, estimatedRows = 0 } = rows[0] ?? {};
  return { models: manifest.models.length, tables, enums, estimatedRows };
}
