import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';

/** The statements for what only the application needs: the record's schema, and sequences. */
export async function applicationGrants(
  client: pg.Client,
  manifest: SchemaManifest,
  appRole: string,
): Promise<string[]> {
  const app = pg.escapeIdentifier(appRole);
  const { rows } = await client.query<{ sql: string }>(
    `select 'USAGE ON SEQUENCE ' || s.oid::regclass as sql
     from pg_class s
     join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid
       and d.refclassid = 'pg_class'::regclass and d.deptype = 'a'
     join pg_class t on t.oid = d.refobjid
     where s.relkind = 'S' and t.relnamespace = to_regnamespace('public') and t.relname = any ($1)
       and not exists (select from aclexplode(s.relacl) x
                       where x.grantee = to_regrole($2)::oid and x.privilege_type = 'USAGE')
     union
     select 'USAGE ON SCHEMA migrator' from pg_namespace n
     where n.nspname = 'migrator'
       and not exists (select from aclexplode(n.nspacl) x
                       where x.grantee = to_regrole($2)::oid and x.privilege_type = 'USAGE')
     order by sql`,
    [manifest.models.map((model) => model.table), app],
  );
  return rows.map(({ sql }) => `GRANT ${sql} TO ${app}`);
}
