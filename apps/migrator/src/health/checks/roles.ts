import type { SchemaManifest } from '@holovitals/schema-composer';
import { findRoleFaults } from '../../doctor/role-faults.ts';
import type { DatabaseTarget } from '../../environment/database-target.ts';
import { granteesOf } from '../../roles/role-rights.ts';
import { found, type HealthFinding } from '../finding.ts';
import { ask, type HealthCheck, type Observation, type Sight } from '../health-check.ts';

/** Rights that everybody has. */
export const publicRightChecks: readonly HealthCheck[] = [
  { name: 'public-schemas', look: lookAtSchemas },
];

/**
 * What the roles of a workspace may do, and must not.
 *
 * @param manifest null where no schema is composed: then nothing is known of what is append-only
 */
export function roleChecks(
  target: DatabaseTarget,
  manifest: SchemaManifest | null,
): readonly HealthCheck[] {
  return [
    { name: 'roles', look: (sight) => lookAtRoles(sight, target) },
    { name: 'append-only-rights', look: (sight) => lookAtAppendOnly(sight, manifest) },
  ];
}

async function lookAtSchemas(sight: Sight): Promise<Observation> {
  const schemas = await ask<{ name: string }>(
    sight,
    `select quote_ident(nspname) as name
     from pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) x
     where x.grantee = 0 and x.privilege_type = 'CREATE' and nspname !~ '^pg_' order by 1`,
  );
  return {
    findings: schemas.map(({ name }) =>
      found('SCHEMA_OPEN', 'warning', `Everybody may create in schema ${name}.`, [
        `REVOKE CREATE ON SCHEMA ${name} FROM PUBLIC`,
      ]),
    ),
    measures: [],
  };
}

async function lookAtRoles(sight: Sight, target: DatabaseTarget): Promise<Observation> {
  const findings: HealthFinding[] = [];
  for (const { kind, role } of granteesOf(target)) {
    // Whoever looks by a role of few rights has named that role as the owner.
    if (role === target.ownerRole) continue;
    const faults = (await findRoleFaults(sight.client, role, kind === 'backup')) ?? [];
    const mighty = faults.filter(({ what }) => what !== 'lacks BYPASSRLS');
    if (mighty.length === 0) continue;
    const what = `The ${kind} role ${role} ${mighty.map((fault) => fault.what).join(', ')}.`;
    const sql = mighty.flatMap((fault) => fault.sql);
    findings.push(found('ROLE_TOO_POWERFUL', 'critical', what, sql));
  }
  return { findings, measures: [] };
}

interface OpenTable {
  readonly name: string;
  readonly grantee: string;
  readonly rights: readonly string[];
}

/** By what was granted: it binds whoever is a member of the grantee as well. */
const OPEN_TABLES = `
  with append_only as (
    select distinct c.oid, c.relowner, c.relacl
    from unnest($1::text[]) as it (name)
    cross join lateral (select to_regclass(format('public.%I', it.name)) as oid) as root
    cross join lateral (
      select root.oid union select relid from pg_partition_tree(root.oid)) as part
    join pg_class c on c.oid = part.oid
  ), granted as (
    select t.oid, t.relowner, x.grantee, x.privilege_type as right
    from append_only t, aclexplode(t.relacl) x
    union
    select t.oid, t.relowner, x.grantee, format('UPDATE (%I)', a.attname)
    from append_only t join pg_attribute a on a.attrelid = t.oid, aclexplode(a.attacl) x
    where x.privilege_type = 'UPDATE'
  )
  select format('%I.%I', n.nspname, c.relname) as name,
    case g.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(g.grantee)) end as grantee,
    array_agg(g.right order by g.right) as rights
  from granted g join pg_class c on c.oid = g.oid join pg_namespace n on n.oid = c.relnamespace
  where g.grantee <> g.relowner and (g.right in ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER') or g.right like 'UPDATE (%')
  group by 1, 2 order by 1, 2`;

async function lookAtAppendOnly(
  sight: Sight,
  manifest: SchemaManifest | null,
): Promise<Observation> {
  const models = manifest?.models ?? [];
  const tables = models
    .filter(({ auditTrail, immutable }) => auditTrail === true || immutable)
    .map(({ table }) => table);
  if (tables.length === 0) return { findings: [], measures: [] };
  const open = await ask<OpenTable>(sight, OPEN_TABLES, [tables]);
  return {
    findings: open.map(({ name, grantee, rights }) =>
      found(
        'APPEND_ONLY_OPEN',
        'critical',
        `${grantee === 'PUBLIC' ? 'Everybody' : `Role ${grantee}`} has ${rights.join(', ')} on ${name}.`,
        [`REVOKE ${rights.join(', ')} ON TABLE ${name} FROM ${grantee}`],
      ),
    ),
    measures: [],
  };
}
