import type pg from 'pg';
import { databaseForeign } from '../errors.ts';

const SHOWN = 5;

/**
 * Refuses a database in which no migration is recorded and somebody made tables already: it is
 * another program's, or this schema's and made by other means. What extensions made does not count.
 *
 * @throws CodedError `MIGRATOR.DATABASE_FOREIGN`
 */
export async function refuseForeign(client: pg.Client): Promise<void> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as there`,
  );
  if (found[0]?.there === true && (await hasRows(client))) return;
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class c
     where relnamespace = to_regnamespace('public') and relkind in ('r', 'p', 'v', 'm', 'f')
       and relname <> '_prisma_migrations'
       and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid
                         and deptype = 'e')
     order by relname`,
  );
  if (rows.length === 0) return;
  throw databaseForeign(
    rows.slice(0, SHOWN).map(({ name }) => name),
    rows.length,
  );
}

async function hasRows(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query('select from _prisma_migrations limit 1');
  return rowCount !== 0;
}
