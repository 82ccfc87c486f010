import pg from 'pg';

interface Column {
  readonly name: string;
  /** The type's own name, its domain or element resolved: `int4`, `uuid`. */
  readonly type: string;
  readonly array: boolean;
  readonly required: boolean;
  readonly hasDefault: boolean;
  readonly maxLength: number | null;
  readonly labels: readonly string[] | null;
  /** Texts that a check allows. */
  readonly allowed: readonly string[] | null;
  readonly refersTo: { readonly table: string; readonly column: string } | null;
}

interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

const ROWS = 3;

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name,
    json_agg(json_build_object(
      'name', a.attname, 'type', coalesce(b.typname, e.typname, y.typname), 'array', y.typcategory = 'A',
      'required', a.attnotnull, 'hasDefault', a.atthasdef or a.attidentity <> '',
      'maxLength', case when y.typname in ('varchar', 'bpchar') and a.atttypmod > 4 then a.atttypmod - 4 end,
      'labels', (select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = coalesce(e.oid, y.oid)),
      'allowed', (select array_agg(m[1]) from pg_constraint k, regexp_matches(
          pg_get_constraintdef(k.oid), '''((?:[^'']|'''')*)''::(?:text|character varying)', 'g') m
        where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
          and pg_get_constraintdef(k.oid) ~ '= ANY|= ''' ),
      'refersTo', (select json_build_object('table', format('%I.%I', fn.nspname, f.relname), 'column', fa.attname)
        from pg_constraint k join pg_class f on f.oid = k.confrelid join pg_namespace fn on fn.oid = f.relnamespace
        join pg_attribute fa on fa.attrelid = f.oid and fa.attnum = k.confkey[array_position(k.conkey, a.attnum)]
        where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any (k.conkey) limit 1)
    ) order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  join pg_type y on y.oid = a.atttypid
  left join pg_type b on b.oid = y.typbasetype and y.typtype = 'd'
  left join pg_type e on e.oid = y.typelem and y.typcategory = 'A'
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'migrator') and c.relname <> '_prisma_migrations'
  group by n.nspname, c.relname order by 1`;

/**
 * Puts a few rows into every empty table, parents first, so that a way back has something to lose.
 * Where a table's checks refuse what is made up, it stays empty. Answers the tables that have rows.
 */
export async function fillTables(client: pg.Client): Promise<string[]> {
  const { rows: tables } = await client.query<Table>(TABLES);
  const filled = new Set<string>();
  for (let before = -1; before < filled.size;) {
    before = filled.size;
    for (const table of tables) {
      if (!filled.has(table.name) && (await fill(client, table))) filled.add(table.name);
    }
  }
  return [...filled];
}

async function fill(client: pg.Client, { name, columns }: Table): Promise<boolean> {
  const { rows } = await client.query(`select from ${name} limit 1`);
  if (rows.length > 0) return true;
  const needed = columns.filter(({ required, hasDefault }) => required && !hasDefault);
  for (const chosen of [columns, needed]) {
    let made = 0;
    for (let row = 1; row <= ROWS; row += 1) {
      const names = chosen.map((column) => pg.escapeIdentifier(column.name)).join(', ');
      const values = chosen.map((column) => valueOf(column, row)).join(', ');
      const sql =
        chosen.length === 0
          ? `insert into ${name} default values`
          : `insert into ${name} (${names}) overriding system value values (${values})`;
      made += await client.query(sql).then(
        () => 1,
        () => 0,
      );
    }
    if (made > 0) return true;
  }
  return false;
}

/** A made-up value as SQL; rows differ, so that most unique columns accept them. */
function valueOf(column: Column, row: number): string {
  const { type, array, labels, allowed, refersTo, maxLength } = column;
  if (array) return `'{}'`;
  if (refersTo !== null) {
    const key = pg.escapeIdentifier(refersTo.column);
    return `(select ${key} from ${refersTo.table} order by ${key} offset ${row - 1} limit 1)`;
  }
  const choices = labels ?? allowed;
  if (choices !== null) {
    return pg.escapeLiteral((choices[row % choices.length] ?? '').replaceAll(`''`, `'`));
  }
  return (MAKERS[type] ?? ((it: number) => text(it, maxLength)))(row);
}

const text = (row: number, maxLength: number | null) =>
  pg.escapeLiteral(`value ${row}`.slice(maxLength === null ? 0 : -maxLength));
const number = (row: number) => String(row);
const json = (row: number) => `'{"value": ${row}}'`;

const MAKERS: Readonly<Record<string, (row: number) => string>> = {
  ...{ int2: number, int4: number, int8: number, numeric: number, money: number, oid: number },
  ...{ float4: (row) => `${row}.5`, float8: (row) => `${row}.25` },
  bool: (row) => String(row % 2 === 0),
  uuid: (row) => `'00000000-0000-4000-8000-${String(row).padStart(12, '0')}'`,
  date: (row) => `'2026-01-0${row}'`,
  timestamp: (row) => `'2026-01-0${row} 12:00'`,
  timestamptz: (row) => `'2026-01-0${row} 12:00Z'`,
  time: (row) => `'0${row}:30'`,
  timetz: (row) => `'0${row}:30Z'`,
  interval: (row) => `'${row} days'`,
  ...{ json, jsonb: json, xml: (row) => `'<v>${row}</v>'` },
  bytea: (row) => `'\\x0${row}ff'`,
  ...{ inet: (row) => `'10.0.0.${row}'`, cidr: (row) => `'10.0.${row}.0/24'` },
  macaddr: (row) => `'08:00:2b:01:02:0${row}'`,
  ...{ bit: () => `B'1'`, varbit: (row) => `B'1${row % 2}'`, point: (row) => `'(${row},1)'` },
  ...{
    tsvector: (row) => `'word${row}'`,
    int4range: (row) => `'[${row},9)'`,
    daterange: () => `'empty'`,
  },
};
