import type pg from 'pg';
import { backfillInvalid } from '../errors.ts';
import type { BackfilledTable, KeyColumn } from './key-range.ts';

/** What a backfill says of its table, in SQL's own way of writing names. */
export interface TableClaim {
  /** `items`, `archive."Old Items"` */
  readonly table: string;
  /** Columns of a unique key; null for the primary key. */
  readonly key: readonly string[] | null;
  readonly remaining: string | null;
}

interface UniqueKey {
  readonly primary: boolean;
  readonly columns: readonly KeyColumn[];
  readonly nullable: boolean;
}

const FIND_TABLE = `select c.oid, c.relkind as kind, format('%I.%I', n.nspname, c.relname) as identity
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass($1)`;

const READ_KEYS = `select i.indisprimary as primary,
    jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
      order by k.place) as columns,
    bool_or(not a.attnotnull) as nullable
  from pg_index i
  cross join lateral unnest(i.indkey::smallint[]) with ordinality k (number, place)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
  where i.indrelid = $1 and i.indisunique and i.indisvalid and i.indimmediate
    and i.indpred is null and i.indexprs is null and k.place <= i.indnkeyatts
  group by i.indexrelid, i.indisprimary order by i.indisprimary desc, i.indexrelid`;

/**
 * Finds a backfill's table and its key in the catalog.
 *
 * @throws CodedError `MIGRATOR.BACKFILL_INVALID`
 */
export async function readTable(
  client: pg.Client,
  file: string,
  { table, key, remaining }: TableClaim,
): Promise<BackfilledTable> {
  const { rows } = await client
    .query<{ oid: number; kind: string; identity: string }>(FIND_TABLE, [table])
    .catch((error: unknown) => {
      // The server does not read it as a name.
      if ((error as { code?: string }).code === '42602') return { rows: [] };
      throw error;
    });
  const [found] = rows;
  if (found === undefined) throw backfillInvalid(file, `There is no table ${table}.`);
  if (found.kind !== 'r' && found.kind !== 'p') {
    throw backfillInvalid(file, `${found.identity} is no table.`);
  }
  const { rows: keys } = await client.query<UniqueKey>(READ_KEYS, [found.oid]);
  const chosen = keys.find((it) => (key === null ? it.primary : isKey(it, key)));
  if (chosen === undefined) {
    throw backfillInvalid(
      file,
      key === null
        ? `${found.identity} has no primary key; name a unique key of it.`
        : `${found.identity} has no unique index on exactly ${key.join(', ')}.`,
    );
  }
  if (chosen.nullable) {
    throw backfillInvalid(file, `A column of its key may be null: such rows would be passed over.`);
  }
  return { identity: found.identity, key: chosen.columns, remaining };
}

function isKey({ columns }: UniqueKey, names: readonly string[]): boolean {
  return (
    columns.length === names.length && columns.every(({ name }, place) => name === names[place])
  );
}
