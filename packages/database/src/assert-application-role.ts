import type { Database } from './create-client.ts';
import { roleTooPowerful } from './errors.ts';

interface RoleFacts {
  readonly superuser: boolean;
  readonly bypassesRowSecurity: boolean;
  readonly ownsTables: boolean;
}

/**
 * Refuses a connection whose role row security does not bind: a superuser, one with BYPASSRLS,
 * or one that owns (itself or through a role it may become) a table of the schema.
 *
 * @throws CodedError `DATABASE.ROLE_TOO_POWERFUL`
 */
export async function assertApplicationRole(db: Database): Promise<void> {
  const [facts] = await db.$queryRaw<RoleFacts[]>`
    select r.rolsuper as superuser,
           r.rolbypassrls as "bypassesRowSecurity",
           exists (
             select 1
             from pg_catalog.pg_class c
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p')
               and n.nspname not in ('pg_catalog', 'information_schema')
               and pg_catalog.pg_has_role(current_user, c.relowner, 'MEMBER')
           ) as "ownsTables"
    from pg_catalog.pg_roles r
    where r.rolname = current_user`;
  const reasons = [
    facts?.superuser && 'is a superuser',
    facts?.bypassesRowSecurity && 'has BYPASSRLS',
    facts?.ownsTables && 'owns tables, or may become the role that does',
  ].filter((reason): reason is string => typeof reason === 'string');
  if (reasons.length > 0) throw roleTooPowerful(reasons);
}
