import pg from 'pg';
import { keepsValues } from '../dev/find-losses.ts';

/** A column as its table's number and its own place tell it: a rename is no loss. */
export interface PlacedColumn {
  readonly key: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** A column that goes, or whose values become another type. */
export interface LosingColumn extends PlacedColumn {
  /** The type; null where the column goes. */
  readonly becomes: string | null;
}

/** What would be gone. */
export interface LostColumn {
  /** `schema.table.column`, quoted as PostgreSQL does. */
  readonly name: string;
  /** Values that it holds. */
  readonly values: number;
  /** The column goes, or its values are turned into another type. */
  readonly becomes: string | null;
}

const COLUMNS = `
  select c.oid || '.' || a.attnum as key, n.nspname as schema, c.relname as table, a.attname as column,
    format_type(a.atttypid, a.atttypmod) as type
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
    and a.attgenerated = '' and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'migrator')
    and c.relname <> '_prisma_migrations'
  order by n.nspname, c.relname, a.attnum`;

/** Reads the columns that hold values of their own. */
export async function readPlacedColumns(client: pg.Client): Promise<PlacedColumn[]> {
  return (await client.query<PlacedColumn>(COLUMNS)).rows;
}

/** Tells the columns that go, or that change to a type which cannot hold all of their values. */
export function findLosingColumns(
  before: readonly PlacedColumn[],
  after: readonly PlacedColumn[],
): LosingColumn[] {
  const left = new Map(after.map((column) => [column.key, column]));
  return before.flatMap((column) => {
    const { type } = left.get(column.key) ?? {};
    return type !== undefined && keepsValues(column, { type })
      ? []
      : [{ ...column, becomes: type ?? null }];
  });
}

/** Counts the values of columns, and names those that hold any. */
export async function countLostValues(
  client: pg.Client,
  losing: readonly LosingColumn[],
): Promise<LostColumn[]> {
  const counted: LostColumn[] = [];
  for (const table of tablesOf(losing)) {
    const columns = losing.filter((column) => tableOf(column) === table);
    const counts = columns.map(({ column }, i) => `count(${quote(column)}) as "${i}"`).join(', ');
    const { rows } = await client.query<Record<string, string>>(`select ${counts} from ${table}`);
    columns.forEach((column, i) => {
      const values = Number(rows[0]?.[i] ?? 0);
      const name = `${table}.${quote(column.column)}`;
      if (values > 0) counted.push({ name, values, becomes: column.becomes });
    });
  }
  return counted;
}

/**
 * Counts anew, under locks that keep others from writing until the transaction ends: what a trial
 * counted may have grown since.
 */
export async function countUnderLock(
  client: pg.Client,
  losing: readonly LosingColumn[],
): Promise<LostColumn[]> {
  if (losing.length === 0) return [];
  const becomes = new Map(losing.map((column) => [column.key, column.becomes]));
  const left = (await readPlacedColumns(client)).flatMap((column) => {
    const type = becomes.get(column.key);
    return type === undefined ? [] : [{ ...column, becomes: type }];
  });
  for (const table of tablesOf(left)) {
    await client.query(`lock table ${table} in access exclusive mode`);
  }
  return countLostValues(client, left);
}

const quote = (name: string) => pg.escapeIdentifier(name);
const tableOf = ({ schema, table }: PlacedColumn) => `${quote(schema)}.${quote(table)}`;
const tablesOf = (columns: readonly PlacedColumn[]) => new Set(columns.map(tableOf));
