import type pg from 'pg';

/** A constraint or index, as PostgreSQL prints it. */
export interface CatalogPart {
  readonly table: string;
  readonly name: string;
  /** What follows `ADD CONSTRAINT name`, or the whole `CREATE INDEX`. */
  readonly definition: string;
}

/** A constraint, or an index that no constraint keeps, with what it reads. */
export interface CatalogReader extends CatalogPart {
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
  /** What follows the column's name in `ADD COLUMN`, without `NOT NULL`. */
  readonly definition: string;
  /** Its default, an expression; null where it has none, is computed or counts by itself. */
  readonly fallback: string | null;
}

/** A partition, which may be partitioned itself. */
export interface CatalogPartition {
  readonly schema: string;
  readonly name: string;
  readonly parent: { readonly schema: string; readonly name: string };
  readonly isPartitioned: boolean;
}

/** What a database holds, as PostgreSQL prints it. Keys are `table.name`. */
export interface SchemaCatalog {
  readonly constraints: ReadonlyMap<string, CatalogReader>;
  readonly indexes: ReadonlyMap<string, CatalogReader>;
  readonly generated: ReadonlyMap<string, GeneratedColumn>;
  readonly columns: ReadonlyMap<string, CatalogColumn>;
  /** The values of each enum, in their order. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** Tables of schema `public`; true for partitioned ones. */
  readonly tables: ReadonlyMap<string, boolean>;
  /** Of each partitioned table all that is below it, parents first. */
  readonly partitions: ReadonlyMap<string, readonly CatalogPartition[]>;
  readonly rowSecurity: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
}

const OWN_TABLE = `c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  and not c.relispartition and c.relname <> '_prisma_migrations'`;

const SERIALS = `(values ('int2', 'smallserial'), ('int4', 'serial'), ('int8', 'bigserial')) s(type, serial)`;

/** A column `a` with its default `d`; a sequence that goes with a column comes back with it. */
const ADDED = `coalesce(
  (select s.serial from ${SERIALS} join pg_type t on t.typname = s.type and t.oid = a.atttypid
   where a.attnotnull and a.attidentity = '' and pg_get_expr(d.adbin, d.adrelid) like 'nextval(%'
     and pg_get_serial_sequence(format('%I.%I', 'public', c.relname), a.attname) is not null),
  format_type(a.atttypid, a.atttypmod)
    || coalesce((select format(' COLLATE %I.%I', n.nspname, l.collname)
                 from pg_collation l join pg_namespace n on n.oid = l.collnamespace
                 join pg_type t on t.oid = a.atttypid
                 where l.oid = a.attcollation and l.oid <> t.typcollation), '')
    || case when a.attidentity <> '' then format(' GENERATED %s AS IDENTITY',
              case a.attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end)
            when a.attgenerated <> '' then
              format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
            when d.oid is not null then ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
            else '' end)`;

/** The columns of table `c` that an object of a catalog depends on. */
const columnsOf = (catalog: string, object: string) =>
  `array(select distinct a.attname::text from pg_depend d
         join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
         where d.classid = '${catalog}'::regclass and d.objid = ${object}
           and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and d.refobjsubid > 0
         order by 1)`;

/** Reads the tables of schema `public` and what stands on them. */
export async function readSchemaCatalog(client: pg.Client): Promise<SchemaCatalog> {
  const read = async <T>(sql: string) => (await client.query(sql)).rows as T[];
  const constraints = await read<CatalogReader>(
    `select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition,
            ${columnsOf('pg_constraint', 'k.oid')} as columns
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype in ('c', 'x', 'u', 'f', 'p') and ${OWN_TABLE} order by 1, 2`,
  );
  const indexes = await read<CatalogReader>(
    `select c.relname as table, i.relname as name, pg_get_indexdef(i.oid) as definition,
            ${columnsOf('pg_class', 'i.oid')} as columns
     from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
     where ${OWN_TABLE} and not exists (select from pg_constraint k where k.conindid = i.oid and k.conrelid = c.oid)
     order by 1, 2`,
  );
  const columns = await read<CatalogColumn & { expression: string | null }>(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
            a.attnotnull as "notNull", d.oid is not null or a.attidentity <> '' as "hasDefault",
            ${ADDED} as definition,
            case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as fallback,
            case when a.attgenerated = 's' then pg_get_expr(d.adbin, d.adrelid) end as expression
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where ${OWN_TABLE} and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum`,
  );
  const enums = await read<{ type: string; values: string[] }>(
    `select t.typname as type, array_agg(e.enumlabel::text order by e.enumsortorder) as values
     from pg_enum e join pg_type t on t.oid = e.enumtypid
     where t.typnamespace = 'public'::regnamespace group by t.oid, t.typname order by 1`,
  );
  const names = async (sql: string) =>
    new Set((await read<{ name: string }>(sql)).map(({ name }) => name));
  const tables = await read<{ name: string; partitioned: boolean }>(
    `select c.relname as name, c.relkind = 'p' as partitioned from pg_class c where ${OWN_TABLE}`,
  );
  const partitions = await read<CatalogPartition & { root: string }>(
    `select c.relname as root, n.nspname as schema, p.relname as name, p.relkind = 'p' as "isPartitioned",
            json_build_object('schema', o.nspname, 'name', r.relname) as parent
     from pg_class c cross join pg_partition_tree(c.oid) t
     join pg_class p on p.oid = t.relid join pg_namespace n on n.oid = p.relnamespace
     join pg_class r on r.oid = t.parentrelid join pg_namespace o on o.oid = r.relnamespace
     where ${OWN_TABLE} and c.relkind = 'p' and t.level > 0 order by 1, t.level, 2, 3`,
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
    enums: new Map(enums.map(({ type, values }) => [type, values])),
    partitions: new Map(
      [...new Set(partitions.map(({ root }) => root))].map((root) => [
        root,
        partitions.filter((it) => it.root === root).map(({ root: _, ...partition }) => partition),
      ]),
    ),
    tables: new Map(tables.map(({ name, partitioned }) => [name, partitioned])),
    rowSecurity: await names(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relrowsecurity and n.nspname !~ '^pg_'`,
    ),
    extensions: await names('select extname as name from pg_extension'),
  };
}
