import type pg from 'pg';
import { own } from '../catalog/structure-query.ts';
import { backupBlinded } from '../errors.ts';
import type { BackedUpTable } from './backup-format.ts';
import { LARGE_OBJECT_TABLE } from './copy-rows.ts';

interface FoundTable extends BackedUpTable {
  readonly isFiltered: boolean;
  readonly isReadable: boolean;
}

const TABLES = `
select format('%I.%I', n.nspname, c.relname) as name, row_security_active(c.oid) as "isFiltered",
  has_table_privilege(c.oid, 'select') and has_schema_privilege(n.oid, 'usage') as "isReadable",
  array(select quote_ident(attname) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and ${own('pg_class', 'c.oid')}
order by n.nspname collate "C", c.relname collate "C"`;

const LARGE_OBJECTS = `
select count(*)::int as all, array(select 'large object ' || oid from pg_largeobject_metadata
    where not pg_has_role(lomowner, 'usage')
      and not exists (select from aclexplode(lomacl) a where a.privilege_type = 'SELECT'
                      and (a.grantee = 0 or pg_has_role(a.grantee, 'usage')))
    order by oid limit 20) as unreadable
from pg_largeobject_metadata`;

/** Tables in one statement of LOCK: a statement of any length would be none. */
const LOCKED_AT_ONCE = 100;

/**
 * Lists the tables that hold rows, large objects as the last of them, and locks them against changes
 * of their structure, until the transaction ends. A filter on rows is refused: a backup that lacks rows is worse than none.
 *
 * @throws CodedError `MIGRATOR.BACKUP_BLINDED`
 */
export async function listTables(client: pg.Client): Promise<BackedUpTable[]> {
  const { rows: tables } = await client.query<FoundTable>(TABLES);
  const filtered = tables.filter(({ isFiltered }) => isFiltered).map(({ name }) => name);
  const { rows: objects } = await client.query<{ all: number; unreadable: string[] }>(
    LARGE_OBJECTS,
  );
  const [found = { all: 0, unreadable: [] }] = objects;
  const unreadable = tables.filter(({ isReadable }) => !isReadable).map(({ name }) => name);
  unreadable.push(...found.unreadable);
  if (filtered.length > 0 || unreadable.length > 0) throw backupBlinded(filtered, unreadable);
  for (let at = 0; at < tables.length; at += LOCKED_AT_ONCE) {
    const names = tables.slice(at, at + LOCKED_AT_ONCE).map(({ name }) => `only ${name}`);
    await client.query(`lock table ${names.join(', ')} in access share mode`);
  }
  return [
    ...tables.map(({ name, columns }) => ({ name, columns })),
    ...(found.all > 0 ? [LARGE_OBJECT_TABLE] : []),
  ];
}
