import type pg from 'pg';

/** A column as the catalog tells it. */
interface ColumnDescription {
  readonly name: string;
  /** Type and modifiers: `numeric(10,2)`. */
  readonly type: string;
  readonly required: boolean;
  /** The expression of a generated column. */
  readonly generated: string | null;
}

/** A primary key, check or exclusion. */
export interface ConstraintDescription {
  readonly name: string;
  readonly kind: 'p' | 'c' | 'x';
  readonly definition: string;
  readonly columns: readonly string[];
  readonly validated: boolean;
}

/** An index that is not the primary key's. */
export interface IndexDescription {
  readonly name: string;
  readonly unique: boolean;
  readonly method: string;
  /** Key columns; an expression is null. */
  readonly columns: readonly (string | null)[];
  readonly predicate: string | null;
  /** What follows the table's name: method, keys, options, predicate. */
  readonly definition: string;
  readonly usable: boolean;
}

/** A table or view as the catalog tells it. */
export interface TableDescription {
  readonly name: string;
  readonly columns: readonly ColumnDescription[];
  readonly constraints: readonly ConstraintDescription[];
  readonly indexes: readonly IndexDescription[];
}

const QUERY = `
  select c.relname as name,
    coalesce((
      select json_agg(json_build_object(
        'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'required', a.attnotnull,
        'generated', case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end
      ) order by a.attnum)
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ), '[]') as columns,
    coalesce((
      select json_agg(json_build_object(
        'name', k.conname, 'kind', k.contype, 'definition', pg_get_constraintdef(k.oid),
        'validated', k.convalidated,
        'columns', array(select a.attname from unnest(k.conkey) with ordinality as key (number, place)
                         join pg_attribute a on a.attrelid = c.oid and a.attnum = key.number
                         order by key.place)
      ) order by k.conname)
      from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'c', 'x')
    ), '[]') as constraints,
    coalesce((
      select json_agg(json_build_object(
        'name', i.relname, 'unique', x.indisunique, 'method', m.amname,
        'usable', x.indisvalid and x.indisready,
        'columns', array(select a.attname
                         from generate_series(0, x.indnkeyatts - 1) as place
                         left join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[place]
                           and x.indkey[place] <> 0
                         order by place),
        'predicate', pg_get_expr(x.indpred, x.indrelid),
        'definition', substring(pg_get_indexdef(i.oid) from ' USING .*$')
      ) order by i.relname)
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_am m on m.oid = i.relam
      where x.indrelid = c.oid
        and not exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'x'))
    ), '[]') as indexes
  from pg_class c
  where c.relnamespace = $1::oid and c.relkind in ('r', 'p', 'v', 'm') and c.relname = any ($2)`;

/** Describes tables and views of one schema, by name; those that are not there are left out. */
export async function describeTables(
  client: pg.Client,
  schema: 'public' | 'temporary',
  names: readonly string[],
): Promise<Map<string, TableDescription>> {
  const { rows: found } = await client.query<{ oid: string }>(
    schema === 'public'
      ? `select to_regnamespace('public')::oid as oid`
      : 'select pg_my_temp_schema() as oid',
  );
  const { rows } = await client.query<TableDescription>(QUERY, [found[0]?.oid ?? '0', names]);
  return new Map(rows.map((row) => [row.name, row]));
}
