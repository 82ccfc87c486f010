import type pg from 'pg';
import { own } from '../catalog/structure-query.ts';
import { backupBlinded, backupUnsupported } from '../errors.ts';
import type { BackedUpTable } from './backup-format.ts';

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

const LARGE_OBJECTS = `select oid::text as name from pg_largeobject_metadata order by oid limit 5`;

/** Tables in one statement of LOCK: a statement of any length would be none. */
const LOCKED_AT_ONCE = 100;

/**
 * Lists the tables that hold rows and locks them against changes of their structure, until the
 * transaction ends. A filter on rows is refused: a backup that lacks rows is worse than none.
 *
 * @throws CodedError `MIGRATOR.BACKUP_BLINDED`, `MIGRATOR.BACKUP_UNSUPPORTED`
 */
export async function listTables(client: pg.Client): Promise<BackedUpTable[]> {
  const { rows: tables } = await client.query<FoundTable>(TABLES);
  const filtered = tables.filter(({ isFiltered }) => isFiltered).map(({ name }) => name);
  const unreadable = tables.filter(({ isReadable }) => !isReadable).map(({ name }) => name);
  if (filtered.length > 0 || unreadable.length > 0) throw backupBlinded(filtered, unreadable);
  const { rows: objects } = await client.query<{ name: string }>(LARGE_OBJECTS);
  if (objects.length > 0) {
    throw backupUnsupported(
      objects.map(({ name }) => `large object ${name}`),
      'Move them into tables, or drop them: `select lo_unlink(…)`.',
    );
  }
  for (let at = 0; at < tables.length; at += LOCKED_AT_ONCE) {
    const names = tables.slice(at, at + LOCKED_AT_ONCE).map(({ name }) => `only ${name}`);
    await client.query(`lock table ${names.join(', ')} in access share mode`);
  }
  return tables.map(({ name, columns }) => ({ name, columns }));
}
