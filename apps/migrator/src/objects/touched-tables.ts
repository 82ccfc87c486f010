import type pg from 'pg';
import type { NeededTable } from './sql-object.ts';

interface Column {
  readonly number: number;
  readonly name: string;
  readonly type: string;
}

interface Table {
  readonly oid: number;
  readonly name: string;
  readonly columns: readonly Column[];
}

/** The tables of a database at one moment. */
export type TableShapes = ReadonlyMap<number, Table>;

/** What happened to tables between two moments, by the names of both. */
export interface TouchedTables {
  /** Renamed, dropped, or made anew under an old name. */
  readonly whole: ReadonlySet<string>;
  /** Columns renamed, dropped or of another type: `table.column`. */
  readonly columns: ReadonlySet<string>;
  /** Names of tables that no table has any more. */
  readonly gone: readonly string[];
}

/** Reads the shapes of all tables; partitions count as their parent. */
export async function readTableShapes(client: pg.Client): Promise<TableShapes> {
  const { rows } = await client.query<Table>(
    `select c.oid::integer as oid, c.relname as name,
            jsonb_agg(jsonb_build_object('number', a.attnum, 'name', a.attname,
              'type', a.atttypid || ':' || a.atttypmod || ':' || a.attcollation)) as columns
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p', 'f') and not c.relispartition
       and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'migrator')
     group by c.oid`,
  );
  return new Map(rows.map((table) => [table.oid, table]));
}

/** Compares two moments. Columns and tables that were added touch nothing that reads the others. */
export function compareShapes(before: TableShapes, after: TableShapes): TouchedTables {
  const whole = new Set<string>();
  const columns = new Set<string>();
  for (const [oid, table] of before) {
    const now = after.get(oid);
    if (now === undefined || now.name !== table.name) {
      whole.add(table.name);
      if (now !== undefined) whole.add(now.name);
      continue;
    }
    for (const column of table.columns) {
      const same = now.columns.find(({ number }) => number === column.number);
      if (same?.name === column.name && same.type === column.type) continue;
      columns.add(`${table.name}.${column.name}`);
      if (same !== undefined) columns.add(`${table.name}.${same.name}`);
    }
  }
  const names = new Set([...after.values()].map(({ name }) => name));
  return { whole, columns, gone: [...whole].filter((name) => !names.has(name)) };
}

/** Tells whether something that reads these tables and columns may have to change. */
export function isTouched(needs: readonly NeededTable[], touched: TouchedTables): boolean {
  const tables = new Set([...touched.columns].map((key) => key.slice(0, key.indexOf('.'))));
  return needs.some(
    ({ table, column }) =>
      touched.whole.has(table) ||
      (column === null ? tables.has(table) : touched.columns.has(`${table}.${column}`)),
  );
}
