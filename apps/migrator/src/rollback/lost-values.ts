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

/** Counts the values of columns that go, or that change to a type which cannot hold all of them. */
export async function countLostValues(
  client: pg.Client,
  before: readonly PlacedColumn[],
  after: readonly PlacedColumn[],
): Promise<LostColumn[]> {
  const left = new Map(after.map((column) => [column.key, column]));
  const lost = before.flatMap((column) => {
    const { type } = left.get(column.key) ?? {};
    return type !== undefined && keepsValues(column, { type })
      ? []
      : [{ ...column, becomes: type ?? null }];
  });
  const counted: LostColumn[] = [];
  for (const table of new Set(lost.map(tableOf))) {
    const columns = lost.filter((column) => tableOf(column) === table);
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

const quote = (name: string) => pg.escapeIdentifier(name);
const tableOf = ({ schema, table }: PlacedColumn) => `${quote(schema)}.${quote(table)}`;
