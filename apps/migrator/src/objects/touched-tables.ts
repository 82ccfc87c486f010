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

/** The tables that a transaction may have altered, as they are in it now; the dropped are named only. */
export interface AlteredTables {
  readonly oids: ReadonlySet<number>;
  readonly now: TableShapes;
}

/** Reads the shapes of all tables, or of some; partitions count as their parent. */
export async function readTableShapes(
  client: pg.Client,
  oids: readonly number[] | null = null,
): Promise<TableShapes> {
  const { rows } = await client.query<Table>(
    `select c.oid, c.relname as name,
            jsonb_agg(jsonb_build_object('number', a.attnum, 'name', a.attname,
              'type', a.atttypid || ':' || a.atttypmod || ':' || a.attcollation)) as columns
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p', 'f') and not c.relispartition
       and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'migrator')
       ${oids === null ? '' : 'and c.oid = any ($1::oid[])'}
     group by c.oid`,
    oids === null ? [] : [oids],
  );
  return new Map(rows.map((table) => [table.oid, table]));
}

/**
 * Reads the tables that the open transaction may have made, altered or dropped: whoever does so holds
 * its exclusive lock until the end. So the work grows with what a migration does, not with the schema.
 */
export async function readAltered(client: pg.Client): Promise<AlteredTables> {
  const { rows } = await client.query<{ oid: number }>(
    `select distinct relation as oid from pg_locks
     where pid = pg_backend_pid() and locktype = 'relation' and mode = 'AccessExclusiveLock'`,
  );
  const oids = rows.map(({ oid }) => oid);
  return {
    oids: new Set(oids),
    now: oids.length === 0 ? new Map() : await readTableShapes(client, oids),
  };
}

/** The shapes of all tables after some were altered. */
export function withAltered(before: TableShapes, { oids, now }: AlteredTables): TableShapes {
  const after = new Map(before);
  for (const oid of oids) after.delete(oid);
  for (const [oid, table] of now) after.set(oid, table);
  return after;
}

/** Tells what altering did. Columns and tables that were added touch nothing that reads the others. */
export function compareShapes(before: TableShapes, altered: AlteredTables): TouchedTables {
  const whole = new Set<string>();
  const columns = new Set<string>();
  for (const oid of altered.oids) {
    const table = before.get(oid);
    if (table === undefined) continue;
    const now = altered.now.get(oid);
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
  return { whole, columns, gone: whole.size === 0 ? [] : goneOf(whole, before, altered) };
}

function goneOf(
  names: ReadonlySet<string>,
  before: TableShapes,
  altered: AlteredTables,
): readonly string[] {
  const there = new Set([...withAltered(before, altered).values()].map(({ name }) => name));
  return [...names].filter((name) => !there.has(name));
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
