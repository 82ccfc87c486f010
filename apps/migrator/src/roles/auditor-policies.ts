import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';

/** Its name on each table of the audit trail. */
export const AUDITOR_POLICY = 'auditor_reads';

interface Guarded {
  readonly identity: string;
  readonly isThere: boolean;
  readonly isRight: boolean;
}

const QUERY = `
  select c.oid::regclass::text as identity, p.oid is not null as "isThere",
    coalesce(p.polpermissive and p.polcmd = 'r' and p.polroles = array[to_regrole($2)::oid]
      and pg_get_expr(p.polqual, p.polrelid) = 'true', false) as "isRight"
  from pg_class c left join pg_policy p on p.polrelid = c.oid and p.polname = $3
  where c.relnamespace = to_regnamespace('public') and c.relkind in ('r', 'p') and c.relname = any ($1)
  order by c.relname`;

/**
 * The statements that let the auditor see every row of the audit trail: row security asks who acts
 * for whom, and an auditor acts for nobody.
 */
export async function auditorPolicies(
  client: pg.Client,
  manifest: SchemaManifest,
  role: string,
): Promise<string[]> {
  const guarded = manifest.models.filter((model) => model.auditTrail && model.rowSecurity);
  const name = pg.escapeIdentifier(role);
  const { rows } = await client.query<Guarded>(QUERY, [
    guarded.map(({ table }) => table),
    name,
    AUDITOR_POLICY,
  ]);
  return rows
    .filter(({ isRight }) => !isRight)
    .flatMap(({ identity, isThere }) => [
      ...(isThere ? [`DROP POLICY ${AUDITOR_POLICY} ON ${identity}`] : []),
      `CREATE POLICY ${AUDITOR_POLICY} ON ${identity} FOR SELECT TO ${name} USING (true)`,
    ]);
}
