import pg from 'pg';
import type { Statement } from '../statements/read-statements.ts';

/** Drops what a statement that was refused has left behind, so that it can run again. */
export type Sweep = () => Promise<void>;

/**
 * Notes which indexes of a table are invalid before its `CREATE INDEX CONCURRENTLY` runs. Refused,
 * that leaves an index that is kept up to date and serves nobody.
 */
export async function watchIndexBuild(client: pg.Client, { node }: Statement): Promise<Sweep> {
  if (!('IndexStmt' in node) || node.IndexStmt.concurrent !== true) return () => Promise.resolve();
  const { schemaname, relname = '' } = node.IndexStmt.relation ?? {};
  const table = [schemaname, relname]
    .filter((part) => part !== undefined)
    .map((part) => pg.escapeIdentifier(part))
    .join('.');
  const before = new Set(await readInvalid(client, table));
  return async () => {
    await client.query('set lock_timeout = 0');
    for (const index of await readInvalid(client, table)) {
      if (!before.has(index)) await client.query(`drop index concurrently if exists ${index}`);
    }
  };
}

/** Invalid indexes of a table that no session is building. */
async function readInvalid(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
     where i.indrelid = to_regclass($1) and not i.indisvalid
       and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)`,
    [table],
  );
  return rows.map(({ name }) => name);
}
