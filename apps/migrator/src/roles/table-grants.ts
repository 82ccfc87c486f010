import type { SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { NO_RIGHTS, rightsOn, type Grantee, type TableRights } from './role-rights.ts';

/** Readiness asks what is applied; logs are the owner's. */
const HISTORY_COLUMNS = [
  'migration_name',
  'checksum',
  'started_at',
  'finished_at',
  'rolled_back_at',
];

interface HeldRights {
  /** As SQL names it. */
  readonly identity: string;
  readonly schema: string;
  readonly name: string;
  readonly table: readonly string[];
  /** Rights on single columns. */
  readonly columns: readonly { readonly right: string; readonly column: string }[];
  readonly isPublic: boolean;
}

const QUERY = `
  select c.oid::regclass::text as identity, n.nspname as schema, c.relname as name,
         array(select x.privilege_type from aclexplode(c.relacl) x
               where x.grantee = to_regrole($2)::oid) as table,
         coalesce((select jsonb_agg(jsonb_build_object('right', x.privilege_type, 'column', a.attname) order by a.attnum)
                   from pg_attribute a, aclexplode(a.attacl) x
                   where a.attrelid = c.oid and x.grantee = to_regrole($2)::oid), '[]') as columns,
         exists (select from aclexplode(c.relacl) x where x.grantee = 0)
           or exists (select from pg_attribute a, aclexplode(a.attacl) x
                      where a.attrelid = c.oid and x.grantee = 0) as "isPublic"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p')
    and (n.nspname = 'public' and c.relname = any ($1) or n.nspname = 'migrator')
  order by n.nspname, c.relname`;

/**
 * The statements that bring a role's rights on tables to {@link rightsOn}, and take what everybody
 * has. The backup's come with all it reads: {@link backupGrants}.
 */
export async function tableGrants(
  client: pg.Client,
  manifest: SchemaManifest,
  { kind, role }: Grantee,
): Promise<string[]> {
  const models = new Map(manifest.models.map((model) => [model.table, model]));
  const names = [...models.keys(), '_prisma_migrations'];
  const { rows } = await client.query<HeldRights>(QUERY, [names, pg.escapeIdentifier(role)]);
  return rows.flatMap((held) => {
    const model = held.schema === 'public' ? models.get(held.name) : undefined;
    const wanted = model === undefined ? recordRights(held, kind) : rightsOn(model, kind, manifest);
    return statements(held, pg.escapeIdentifier(role), wanted);
  });
}

/** Of the migrator's own tables, what readiness reads. */
const READABLE = ['objects', 'schemas'];

/** The application asks what is applied; of the migrator's record nobody else has to know. */
function recordRights({ schema, name }: HeldRights, kind: Grantee['kind']): TableRights {
  if (kind !== 'application') return NO_RIGHTS;
  if (schema === 'public') return { table: [], columns: HISTORY_COLUMNS };
  return READABLE.includes(name) ? { table: ['SELECT'], columns: [] } : NO_RIGHTS;
}

function statements(held: HeldRights, role: string, wanted: TableRights): string[] {
  const on = `ON TABLE ${held.identity}`;
  const beyond = held.table.filter((right) => !wanted.table.includes(right)).sort();
  // What is taken from the table is taken from its columns too.
  const kept = held.columns.filter(({ right }) => !beyond.includes(right));
  const extra = kept.filter(
    ({ right, column }) =>
      !wanted.table.includes(right) && !(right === 'SELECT' && wanted.columns.includes(column)),
  );
  const missing = wanted.table.filter((right) => !held.table.includes(right));
  const unread = wanted.columns.filter(
    (wantedColumn) =>
      !kept.some(({ right, column }) => right === 'SELECT' && column === wantedColumn),
  );
  return [
    ...(held.isPublic ? [`REVOKE ALL ${on} FROM PUBLIC`] : []),
    ...(beyond.length > 0 ? [`REVOKE ${beyond.join(', ')} ${on} FROM ${role}`] : []),
    ...(extra.length > 0 ? [`REVOKE ${onColumns(extra)} ${on} FROM ${role}`] : []),
    ...(missing.length > 0 ? [`GRANT ${missing.join(', ')} ${on} TO ${role}`] : []),
    ...(unread.length > 0
      ? [
          `GRANT SELECT (${unread.map((it) => pg.escapeIdentifier(it)).join(', ')}) ${on} TO ${role}`,
        ]
      : []),
  ];
}

function onColumns(rights: HeldRights['columns']): string {
  return rights.map(({ right, column }) => `${right} (${pg.escapeIdentifier(column)})`).join(', ');
}
