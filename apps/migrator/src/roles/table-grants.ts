import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';

const RECORD = 'SELECT, INSERT, UPDATE, DELETE';
const APPEND_ONLY = 'SELECT, INSERT';

/** The tables' names that a database has: those of `public` bare, others with their schema. */
export async function readTables(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `select case when schemaname = 'public' then tablename else schemaname || '.' || tablename end as name
     from pg_tables where schemaname in ('public', 'migrator')`,
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * The application role's rights on tables, as statements that can be repeated: it never owns,
 * alters or empties a table, and to what is append-only it can only add.
 */
export function tableGrants(
  manifest: SchemaManifest,
  existing: ReadonlySet<string>,
  appRole: string,
): string[] {
  const app = pg.escapeIdentifier(appRole);
  const tables = manifest.models.filter((model) => existing.has(model.table));
  return [
    ...tables.flatMap((model) => {
      const table = pg.escapeIdentifier(model.table);
      const beyond = `TRUNCATE, REFERENCES, TRIGGER${model.immutable ? ', UPDATE, DELETE' : ''}`;
      return [
        `REVOKE ALL ON TABLE ${table} FROM PUBLIC`,
        `REVOKE ${beyond} ON TABLE ${table} FROM ${app}`,
        `GRANT ${model.immutable ? APPEND_ONLY : RECORD} ON TABLE ${table} TO ${app}`,
      ];
    }),
    ...(existing.has('_prisma_migrations')
      ? [
          `REVOKE ALL ON TABLE _prisma_migrations FROM ${app}`,
          `GRANT SELECT (migration_name, checksum, started_at, finished_at, rolled_back_at) ON TABLE _prisma_migrations TO ${app}`,
        ]
      : []),
    ...(existing.has('migrator.objects')
      ? [`GRANT USAGE ON SCHEMA migrator TO ${app}`, `GRANT SELECT ON migrator.objects TO ${app}`]
      : []),
  ];
}

/** Rights on the sequences that number rows of the tables: an insert takes the next number. */
export async function sequenceGrants(
  client: pg.Client,
  manifest: SchemaManifest,
  appRole: string,
): Promise<string[]> {
  const { rows } = await client.query<{ identity: string }>(
    `select distinct s.oid::regclass::text as identity
     from pg_class s
     join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid
       and d.refclassid = 'pg_class'::regclass and d.deptype = 'a'
     join pg_class t on t.oid = d.refobjid
     where s.relkind = 'S' and t.relnamespace = to_regnamespace('public') and t.relname = any ($1)
     order by identity`,
    [manifest.models.map((model) => model.table)],
  );
  const app = pg.escapeIdentifier(appRole);
  return rows.map(({ identity }) => `GRANT USAGE ON SEQUENCE ${identity} TO ${app}`);
}
