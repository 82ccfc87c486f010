import type pg from 'pg';
import { compareCatalogs } from '../catalog/compare-catalogs.ts';
import { readCatalog, type DatabaseCatalog } from '../catalog/read-catalog.ts';
import {
  checksumTables,
  differingTables,
  type TableChecksum,
} from '../reversibility/checksum-tables.ts';

/** All that migrations leave in a database without rows of its own. */
export interface DatabaseState {
  readonly catalog: DatabaseCatalog;
  readonly rows: ReadonlyMap<string, TableChecksum>;
  /** A sum over the values of each column, by the tables that have rows. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The last value of each sequence that gave one, by its quoted name. */
  readonly positions: ReadonlyMap<string, string>;
}

/** One thing that two states do not share; a side that lacks it is null. */
export interface StateDifference {
  /** As in the catalog; `rows` and `position` beside. */
  readonly kind: string;
  /** `column public.items.price`, `rows of public.items`, `position of public.items_id_seq`. */
  readonly identity: string;
  /** The table it is or stands on. */
  readonly relation: string | null;
  readonly left: string | null;
  readonly right: string | null;
}

/** Reads the whole state. */
export async function readState(client: pg.Client): Promise<DatabaseState> {
  const { rows } = await client.query<{ name: string; position: string }>(
    `select format('%I.%I', schemaname, sequencename) as name, last_value as position
     from pg_sequences where last_value is not null and schemaname not in ('migrator') order by 1`,
  );
  const tables = await checksumTables(client);
  const values = new Map<string, ReadonlyMap<string, string>>();
  for (const [table, { rows: count }] of tables) {
    if (count > 0) values.set(table, await sumColumns(client, table));
  }
  return {
    catalog: await readCatalog(client),
    ...{ rows: tables, values },
    positions: new Map(rows.map(({ name, position }) => [name, position])),
  };
}

async function sumColumns(client: pg.Client, table: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ column: string; sum: string }>(
    `select key as "column", sum(hashtextextended(value::text, 0)::numeric)::text as sum
     from ${table} t, jsonb_each(to_jsonb(t)) group by key order by key`,
  );
  return new Map(rows.map(({ column, sum }) => [column, sum]));
}

/** Names a column in a set. */
export function columnKey(table: string, column: string): string {
  return JSON.stringify([table, column]);
}

/** Compares structure, rows but for their columns of chance, and sequences. */
export function compareStates(
  left: DatabaseState,
  right: DatabaseState,
  ofChance: ReadonlySet<string> = new Set(),
): StateDifference[] {
  const positions = [...new Set([...left.positions.keys(), ...right.positions.keys()])].sort();
  return [
    ...compareCatalogs(left.catalog, right.catalog).map(
      ({ kind, identity, relation, left: before, right: after }) => ({
        ...{ kind, identity, relation, left: before, right: after },
      }),
    ),
    ...differingTables(left.rows, right.rows)
      .filter((table) => !isChance(left, right, table, ofChance))
      .map((table) => ({
        kind: 'rows',
        identity: `rows of ${table}`,
        relation: relationOf(table),
        left: countOf(left.rows.get(table)),
        right: countOf(right.rows.get(table)),
      })),
    ...positions
      .filter((name) => left.positions.get(name) !== right.positions.get(name))
      .map((name) => ({
        kind: 'position',
        identity: `position of ${name}`,
        relation: relationOf(name),
        left: left.positions.get(name) ?? null,
        right: right.positions.get(name) ?? null,
      })),
  ];
}

/** As many rows, and the same values in all columns but those of chance. */
function isChance(
  left: DatabaseState,
  right: DatabaseState,
  table: string,
  ofChance: ReadonlySet<string>,
): boolean {
  const columns = [...(left.values.get(table) ?? [])];
  return (
    left.rows.get(table)?.rows === right.rows.get(table)?.rows &&
    columns.some(([column]) => ofChance.has(columnKey(table, column))) &&
    columns.every(
      ([column, sum]) =>
        ofChance.has(columnKey(table, column)) || right.values.get(table)?.get(column) === sum,
    )
  );
}

/** The part of `schema.table` that names the table, without its quotes. */
function relationOf(called: string): string {
  const name = /(?:"(?:[^"]|"")*"|[^."]+)$/.exec(called)?.[0] ?? called;
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function countOf(table: TableChecksum | undefined): string | null {
  return table === undefined ? null : `${table.rows} row(s)`;
}
