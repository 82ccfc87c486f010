import type pg from 'pg';

/** A constraint or index, as PostgreSQL prints it. */
export interface CatalogPart {
  readonly table: string;
  readonly name: string;
  /** What follows `ADD CONSTRAINT name`, or the whole `CREATE INDEX`. */
  readonly definition: string;
}

/** An index that no constraint keeps. */
export interface CatalogIndex extends CatalogPart {
  /** The columns that it goes with: also those that only an expression or a predicate reads. */
  readonly columns: readonly string[];
}

/** A column that PostgreSQL computes. */
export interface GeneratedColumn {
  readonly table: string;
  readonly column: string;
  /** What follows the column's name in `ADD COLUMN`. */
  readonly definition: string;
}

/** A column, as far as its change may lose data. */
export interface CatalogColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
}

/** What a database holds, as PostgreSQL prints it. Keys are `table.name`. */
export interface SchemaCatalog {
  readonly constraints: ReadonlyMap<string, CatalogPart>;
  readonly indexes: ReadonlyMap<string, CatalogIndex>;
  readonly generated: ReadonlyMap<string, GeneratedColumn>;
  readonly columns: ReadonlyMap<string, CatalogColumn>;
  readonly enumValues: ReadonlySet<string>;
  /** Tables of schema `public`; true for partitioned ones. */
  readonly tables: ReadonlyMap<string, boolean>;
  readonly rowSecurity: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
}

const OWN_TABLE = `c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  and not c.relispartition and c.relname <> '_prisma_migrations'`;

/** Reads the tables of schema `public` and what stands on them. */
export async function readSchemaCatalog(client: pg.Client): Promise<SchemaCatalog> {
  const read = async <T>(sql: string) => (await client.query(sql)).rows as T[];
  const constraints = await read<CatalogPart>(
    `select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype in ('c', 'x', 'u', 'f', 'p') and ${OWN_TABLE} order by 1, 2`,
  );
  const indexes = await read<CatalogIndex>(
    `select c.relname as table, i.relname as name, pg_get_indexdef(i.oid) as definition,
            array(select a.attname::text from pg_depend d
                  join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                  where d.classid = 'pg_class'::regclass and d.objid = i.oid
                    and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
                    and d.refobjsubid > 0) as columns
     from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
     where ${OWN_TABLE} and not exists (select from pg_constraint k where k.conindid = i.oid and k.conrelid = c.oid)
     order by 1, 2`,
  );
  const columns = await read<CatalogColumn & { expression: string | null }>(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
            a.attnotnull as "notNull", d.oid is not null or a.attidentity <> '' as "hasDefault",
            case when a.attgenerated = 's' then pg_get_expr(d.adbin, d.adrelid) end as expression
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where ${OWN_TABLE} and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum`,
  );
  const names = async (sql: string) =>
    new Set((await read<{ name: string }>(sql)).map(({ name }) => name));
  const tables = await read<{ name: string; partitioned: boolean }>(
    `select c.relname as name, c.relkind = 'p' as partitioned from pg_class c where ${OWN_TABLE}`,
  );
  return {
    constraints: new Map(constraints.map((it) => [`${it.table}.${it.name}`, it])),
    indexes: new Map(indexes.map((it) => [`${it.table}.${it.name}`, it])),
    generated: new Map(
      columns.flatMap(({ table, column, type, notNull, expression }) =>
        expression === null
          ? []
          : [
              [
                `${table}.${column}`,
                {
                  ...{ table, column },
                  definition: `${type} GENERATED ALWAYS AS (${expression}) STORED${notNull ? ' NOT NULL' : ''}`,
                },
              ],
            ],
      ),
    ),
    columns: new Map(columns.map((it) => [`${it.table}.${it.column}`, it])),
    enumValues: await names(
      `select t.typname || '.' || e.enumlabel as name from pg_enum e join pg_type t on t.oid = e.enumtypid`,
    ),
    tables: new Map(tables.map(({ name, partitioned }) => [name, partitioned])),
    rowSecurity: await names(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relrowsecurity and n.nspname !~ '^pg_'`,
    ),
    extensions: await names('select extname as name from pg_extension'),
  };
}
