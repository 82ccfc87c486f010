import type pg from 'pg';

/** How many rows a table has, and a sum over all of them. */
export interface TableChecksum {
  readonly rows: number;
  /** Equal for equal rows in any order, whatever the order of the columns. */
  readonly checksum: string;
}

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'migrator') and c.relname <> '_prisma_migrations'
  order by 1`;

/** Sums up the rows of every table, by its quoted name. */
export async function checksumTables(client: pg.Client): Promise<Map<string, TableChecksum>> {
  const { rows: tables } = await client.query<{ name: string }>(TABLES);
  const checksums = new Map<string, TableChecksum>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ rows: string; checksum: string }>(
      `select count(*) as rows,
         coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)::numeric), 0)::text as checksum
       from ${name} t`,
    );
    const [{ rows: count = '0', checksum = '' } = {}] = rows;
    checksums.set(name, { rows: Number(count), checksum });
  }
  return checksums;
}

/** The tables whose rows differ, where both sides have the table. */
export function differingTables(
  left: ReadonlyMap<string, TableChecksum>,
  right: ReadonlyMap<string, TableChecksum>,
): string[] {
  return [...left]
    .filter(([name, { rows, checksum }]) => {
      const other = right.get(name);
      return other !== undefined && (other.rows !== rows || other.checksum !== checksum);
    })
    .map(([name]) => name);
}
