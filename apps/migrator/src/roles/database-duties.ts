import pg from 'pg';
import type { DatabaseTarget } from '../environment/database-target.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** Something that the roles need and that is not so yet. */
export interface Duty {
  readonly sql: string;
  /** The session's role may do it. */
  readonly allowed: boolean;
  /** Nothing works without it; else it closes what should not be open. */
  readonly essential: boolean;
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
  readonly appMayConnect: boolean;
  readonly appMayUse: boolean;
}

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
         exists (select from aclexplode(d.datacl) x
                 where x.grantee = to_regrole($2) and x.privilege_type = 'CONNECT') as "appMayConnect",
         exists (select from aclexplode(n.nspacl) x
                 where x.grantee = to_regrole($2) and x.privilege_type = 'USAGE') as "appMayUse"
  from pg_database d, pg_namespace n
  where d.datname = current_database() and n.nspname = 'public'`;

/**
 * Tells what is missing between the roles and their database, as statements. The embedded server's
 * database is given to its owner whole; of another the owner needs no more than its rights.
 */
export async function openDuties(client: pg.Client, target: DatabaseTarget): Promise<Duty[]> {
  const [owner, app, database] = [target.ownerRole, target.appRole, target.database].map(quote);
  const { rows } = await client.query<Facts>(FACTS, [owner, app]);
  const [facts] = rows;
  if (facts === undefined) return [];
  const { ownsDatabase, ownsSchema, isSuperuser } = facts;
  const duty = (isDone: boolean, allowed: boolean, essential: boolean, sql: string): Duty[] =>
    isDone ? [] : [{ sql, allowed, essential }];
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
    // First the application's own right: PUBLIC's may be the one it connects by.
    ...duty(
      facts.appMayConnect,
      ownsDatabase,
      false,
      `GRANT CONNECT ON DATABASE ${database} TO ${app}`,
    ),
    ...duty(
      !facts.databaseIsPublic,
      ownsDatabase && facts.databaseIsOwners,
      false,
      `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`,
    ),
    ...duty(facts.appMayUse, ownsSchema, false, `GRANT USAGE ON SCHEMA public TO ${app}`),
    ...duty(!facts.schemaIsPublic, ownsSchema, false, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'),
  ];
}
