import pg from 'pg';
import {
  keyColumns,
  keyParameters,
  remainingCondition,
  type BackfilledTable,
} from './key-range.ts';

interface Explained {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: { readonly 'Plan Rows': number } }];
}

/** How many rows a table has, as the planner thinks; nothing is read. */
export async function estimateRows(
  client: pg.Client,
  { identity }: BackfilledTable,
): Promise<number | null> {
  const { rows } = await client.query<Explained>(`explain (format json) select from ${identity}`);
  return rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? null;
}

/** What is left of a backfill. */
export interface RowsLeft {
  readonly rows: number;
  /** The keys of the first and the last of them. */
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
}

/** Counts the rows that are still to do: by their condition, or those after the last that was done. */
export async function countRowsLeft(
  client: pg.Client,
  table: BackfilledTable,
  cursor: readonly string[] | null,
): Promise<RowsLeft> {
  const { key, identity, remaining } = table;
  const columns = keyColumns(table);
  const isAfter = remaining === null && cursor !== null;
  const condition = isAfter
    ? `(${columns}) > (${keyParameters(key, 1)})`
    : remainingCondition(table);
  const end = (direction: string) =>
    `(select array[${key.map(({ name }) => `${pg.escapeIdentifier(name)}::text`).join(', ')}] from ${identity}
      where ${condition} order by ${key.map(({ name }) => `${pg.escapeIdentifier(name)} ${direction}`).join(', ')} limit 1)`;
  const { rows } = await client.query<RowsLeft>(
    `select count(*)::float8 as rows, ${end('asc')} as from, ${end('desc')} as to
     from ${identity} where ${condition}`,
    isAfter ? [...cursor] : [],
  );
  return rows[0] ?? { rows: 0, from: null, to: null };
}

/** Tells whether a row is still to do by the condition that a backfill names; reads until one is. */
export async function hasRowsLeft(client: pg.Client, table: BackfilledTable): Promise<boolean> {
  const { rows } = await client.query<{ some: boolean }>(
    `select exists (select from ${table.identity} where ${remainingCondition(table)}) as some`,
  );
  return rows[0]?.some === true;
}
