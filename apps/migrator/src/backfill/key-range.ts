import pg from 'pg';

/** A column of the unique key along which a backfill goes. */
export interface KeyColumn {
  readonly name: string;
  /** As SQL writes it, with its length or precision. */
  readonly type: string;
}

/** The table that a backfill goes through, and how. */
export interface BackfilledTable {
  /** `schema.table`, quoted where it must be. */
  readonly identity: string;
  /** In the order of the unique index. */
  readonly key: readonly KeyColumn[];
  /** An SQL condition on the rows that are still to do; null where only the key's order tells. */
  readonly remaining: string | null;
}

/** The keys of the first and the last row of a batch, each column as text. */
export interface KeyBounds {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** The key's columns as SQL compares and orders them: `"a", "b"`. */
export function keyColumns({ key }: BackfilledTable): string {
  return key.map(({ name }) => pg.escapeIdentifier(name)).join(', ');
}

/** Parameters for one key, from a number on: `$1::uuid, $2::text`. */
export function keyParameters(key: readonly KeyColumn[], first: number): string {
  return key.map(({ type }, place) => `$${first + place}::${type}`).join(', ');
}

/** The condition that a row lies between two keys, both included; its parameters are both keys. */
export function rangeCondition(table: BackfilledTable): string {
  const { key } = table;
  const columns = keyColumns(table);
  return `(${columns}) >= (${keyParameters(key, 1)}) and (${columns}) <= (${keyParameters(key, key.length + 1)})`;
}

/** The condition that a row is still to do; rows are, where nothing tells. */
export function remainingCondition({ remaining }: BackfilledTable): string {
  return remaining === null ? 'true' : `(${remaining}\n)`;
}

/** Finds the next rows after a key, or the first where it is null: their number and bounds. */
export function nextRangeQuery(
  table: BackfilledTable,
  after: readonly string[] | null,
  rows: number,
): pg.QueryConfig {
  const { key, identity } = table;
  const columns = keyColumns(table);
  const names = key.map((_, place) => `k${place}`);
  const end = (direction: string) =>
    `(select array[${names.map((name) => `${name}::text`).join(', ')}] from batch
      order by ${names.map((name) => `${name} ${direction}`).join(', ')} limit 1)`;
  return {
    text: `with batch (${names.join(', ')}) as materialized (
        select ${columns} from ${identity}
        ${after === null ? '' : `where (${columns}) > (${keyParameters(key, 1)})`}
        order by ${columns} limit ${rows}
      )
      select count(*)::integer as rows, ${end('asc')} as from, ${end('desc')} as to from batch`,
    values: after === null ? [] : [...after],
  };
}
