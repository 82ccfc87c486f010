import type pg from 'pg';
import type { AnnotationCatalog } from './annotation-ddl.ts';

/** Reads what a database holds of the things that annotations ask for. */
export async function readAnnotationCatalog(client: pg.Client): Promise<AnnotationCatalog> {
  const pairs = async (sql: string) => {
    const { rows } = await client.query<{ key: string; definition: string }>(sql);
    return new Map(rows.map(({ key, definition }) => [key, definition]));
  };
  return {
    constraints: await pairs(
      `select c.relname || '.' || k.conname as key, pg_get_constraintdef(k.oid) as definition
       from pg_constraint k join pg_class c on c.oid = k.conrelid
       where k.contype in ('c', 'x') and c.relnamespace = 'public'::regnamespace`,
    ),
    indexes: await pairs(
      `select tablename || '.' || indexname as key, indexdef as definition
       from pg_indexes where schemaname = 'public'`,
    ),
    rowSecurity: new Set(
      (
        await client.query<{ key: string }>(
          'select relname as key from pg_class where relrowsecurity',
        )
      ).rows.map(({ key }) => key),
    ),
    extensions: new Set(
      (await client.query<{ key: string }>('select extname as key from pg_extension')).rows.map(
        ({ key }) => key,
      ),
    ),
  };
}
