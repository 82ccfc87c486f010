import type pg from 'pg';
import type { DatabaseCatalog } from '../catalog/read-catalog.ts';

/** Puts the columns of a catalog in the order that the database has them, for tables made of it. */
export async function inColumnOrder(
  client: pg.Client,
  catalog: DatabaseCatalog,
): Promise<DatabaseCatalog> {
  const { rows } = await client.query<{ identity: string }>(
    `select format('column %I.%I.%I', n.nspname, c.relname, a.attname) as identity
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where a.attnum > 0 and not a.attisdropped and n.nspname !~ '^pg_' order by c.oid, a.attnum`,
  );
  const columns = rows.flatMap(({ identity }) => {
    const entry = catalog.get(identity);
    return entry === undefined ? [] : [[identity, entry] as const];
  });
  return new Map([...columns, ...[...catalog].filter(([, { kind }]) => kind !== 'column')]);
}
