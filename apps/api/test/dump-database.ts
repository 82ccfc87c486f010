import type pg from 'pg';

/**
 * Every row of every table and partition as text, and what the planner has noted of columns and of
 * the expressions of indexes.
 */
export async function dumpDatabase(owner: pg.Client): Promise<string[]> {
  const { rows: tables } = await owner.query<{ name: string }>(`
    select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
      and relnamespace::regnamespace::text not like 'pg_toast%'`);
  if (tables.length < 90) throw new Error('The database lacks tables.');
  await owner.query('analyze');
  const dump: string[] = [];
  for (const { name } of [...tables, { name: 'pg_stats' }]) {
    const { rows } = await owner.query<{ row: string }>(`select t::text as row from ${name} as t`);
    dump.push(...rows.map(({ row }) => row));
  }
  return dump;
}
