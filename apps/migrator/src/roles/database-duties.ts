import pg from 'pg';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { granteesOf } from './role-rights.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** Something that the roles need and that is not so yet. */
export interface Duty {
  readonly sql: string;
  /** The session's role may do it. */
  readonly allowed: boolean;
  /** Nothing works without it; else it closes what should not be open, or opens what few need. */
  readonly essential: boolean;
  /** Only a superuser can, and servers of others have none to ask: printed, not asked for. */
  readonly isOptional?: boolean;
}

interface Facts {
  readonly ownsDatabase: boolean;
  readonly ownsSchema: boolean;
  readonly isSuperuser: boolean;
  readonly databaseIsOwners: boolean;
  readonly ownerMayCreateSchemas: boolean;
  /** By rights of its own, which stay when PUBLIC's are taken away. */
  readonly ownerMayWork: boolean;
  readonly ownerMayCreateTables: boolean;
  readonly databaseIsPublic: boolean;
  readonly schemaIsPublic: boolean;
  readonly largeObjectsArePublic: boolean;
}

/** By rights of its own; and whether row security lets it see all, and who may say so. */
interface RoleFacts {
  readonly mayConnect: boolean;
  readonly mayUse: boolean;
  readonly bypasses: boolean;
  readonly isOurs: boolean;
}

/** Whoever may connect may call them, and so write, although no table is open to it. */
const LARGE_OBJECT_MAKERS = ['lo_creat(integer)', 'lo_create(oid)', 'lo_from_bytea(oid,bytea)'];

const FACTS = `
  select pg_has_role(d.datdba, 'USAGE') as "ownsDatabase",
         pg_has_role(n.nspowner, 'USAGE') as "ownsSchema",
         (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser",
         d.datdba = to_regrole($1) as "databaseIsOwners",
         has_database_privilege(to_regrole($1)::oid, d.oid, 'CREATE') as "ownerMayCreateSchemas",
         pg_has_role(to_regrole($1)::oid, d.datdba, 'USAGE') or (
           select count(distinct x.privilege_type) = 3 from aclexplode(d.datacl) x
           where x.grantee = to_regrole($1)) as "ownerMayWork",
         has_schema_privilege(to_regrole($1)::oid, n.oid, 'CREATE') as "ownerMayCreateTables",
         exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x
                 where x.grantee = 0) as "databaseIsPublic",
         exists (select from aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
                 where x.grantee = 0 and x.privilege_type = 'CREATE') as "schemaIsPublic",
         exists (select from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                 where x.grantee = 0 and p.oid = any ('{${LARGE_OBJECT_MAKERS.map((it) => `"${it}"`).join(',')}}'::regprocedure[])) as "largeObjectsArePublic"
  from pg_database d, pg_namespace n
  where d.datname = current_database() and n.nspname = 'public'`;

/** Who has BYPASSRLS may give it from PostgreSQL 16 on; before that, only a superuser may. */
const ROLE_FACTS = `
  select exists (select from aclexplode(d.datacl) x
                 where x.grantee = to_regrole($1) and x.privilege_type = 'CONNECT') as "mayConnect",
         exists (select from aclexplode(n.nspacl) x
                 where x.grantee = to_regrole($1) and x.privilege_type = 'USAGE') as "mayUse",
         coalesce((select rolbypassrls from pg_roles where oid = to_regrole($1)), false) as bypasses,
         s.rolsuper or (current_setting('server_version_num')::int >= 160000 and s.rolcreaterole
           and s.rolbypassrls and coalesce(pg_has_role(to_regrole($1)::oid, 'USAGE WITH ADMIN OPTION'), false)) as "isOurs"
  from pg_database d, pg_namespace n, pg_roles s
  where d.datname = current_database() and n.nspname = 'public' and s.rolname = current_user`;

/**
 * Tells what is missing between the roles and their database, as statements. The embedded server's
 * database is given to its owner whole; of another the owner needs no more than its rights.
 */
export async function openDuties(client: pg.Client, target: DatabaseTarget): Promise<Duty[]> {
  const [owner, database] = [target.ownerRole, target.database].map(quote);
  const { rows } = await client.query<Facts>(FACTS, [owner]);
  const [facts] = rows;
  if (facts === undefined) return [];
  const { ownsDatabase, ownsSchema, isSuperuser } = facts;
  const embedded = target.kind === 'embedded';
  return [
    ...duty(
      facts.databaseIsOwners || !embedded,
      isSuperuser,
      true,
      `ALTER DATABASE ${database} OWNER TO ${owner}`,
    ),
    ...duty(
      facts.ownerMayWork,
      ownsDatabase,
      !facts.ownerMayCreateSchemas,
      `GRANT CONNECT, CREATE, TEMPORARY ON DATABASE ${database} TO ${owner}`,
    ),
    ...duty(
      facts.ownerMayCreateTables,
      ownsSchema,
      true,
      `GRANT USAGE, CREATE ON SCHEMA public TO ${owner}`,
    ),
    // First the roles' own rights: PUBLIC's may be the one they connect by.
    ...(await roleDuties(client, target, facts)),
    ...duty(
      !facts.databaseIsPublic,
      ownsDatabase && facts.databaseIsOwners,
      false,
      `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`,
    ),
    ...duty(!facts.schemaIsPublic, ownsSchema, false, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'),
    ...duty(
      !facts.largeObjectsArePublic,
      isSuperuser,
      false,
      `REVOKE EXECUTE ON FUNCTION ${LARGE_OBJECT_MAKERS.join(', ')} FROM PUBLIC`,
    ).map((it) => ({ ...it, isOptional: true })),
  ];
}

async function roleDuties(
  client: pg.Client,
  target: DatabaseTarget,
  { ownsDatabase, ownsSchema }: Facts,
): Promise<Duty[]> {
  const database = quote(target.database);
  const duties: Duty[] = [];
  for (const { kind, role } of granteesOf(target)) {
    const name = quote(role);
    const { rows } = await client.query<RoleFacts>(ROLE_FACTS, [name]);
    for (const { mayConnect, mayUse, bypasses, isOurs } of rows) {
      duties.push(
        ...duty(
          mayConnect,
          ownsDatabase,
          false,
          `GRANT CONNECT ON DATABASE ${database} TO ${name}`,
        ),
        ...duty(mayUse, ownsSchema, false, `GRANT USAGE ON SCHEMA public TO ${name}`),
        // A backup without the rows that policies hide would be worse than none.
        ...duty(kind !== 'backup' || bypasses, isOurs, false, `ALTER ROLE ${name} BYPASSRLS`),
      );
    }
  }
  return duties;
}

function duty(isDone: boolean, allowed: boolean, essential: boolean, sql: string): Duty[] {
  return isDone ? [] : [{ sql, allowed, essential }];
}
