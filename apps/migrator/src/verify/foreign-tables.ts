import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import type { Difference } from './difference.ts';

/** Finds tables of `public` that the manifest does not know, and extensions that it asks for in vain. */
export async function findForeignTables(
  client: pg.Client,
  manifest: SchemaManifest,
): Promise<Difference[]> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = to_regnamespace('public') and c.relkind in ('r', 'p', 'f', 'm')
       and not c.relispartition and c.relname <> all ($1)
       and not exists (select from pg_depend d
                       where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`,
    [['_prisma_migrations', ...manifest.models.map((model) => model.table)]],
  );
  const { rows: extensions } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) as wanted (name)
     where not exists (select from pg_extension where extname = wanted.name)`,
    [manifest.extensions],
  );
  return [
    ...tables.map(({ name }): Difference => ({
      ...{ kind: 'table', name, what: 'The schema has no such table.' },
    })),
    ...extensions.map(({ name }): Difference => ({
      ...{ kind: 'extension', name, what: 'It is not installed.' },
    })),
  ];
}
