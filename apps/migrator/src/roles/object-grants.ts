import pg from 'pg';
import type { MadeName } from './made-names.ts';

interface Found {
  readonly kind: 'routine' | 'view';
  /** As SQL names it. */
  readonly identity: string;
  /** A trigger function needs no right: the trigger calls it. */
  readonly trigger: boolean;
  readonly internal: boolean;
  readonly publicMay: boolean;
  readonly appMay: boolean;
}

const IN_CATALOG = `
  select made.kind, made.internal, identity, trigger, public_may as "publicMay", app_may as "appMay"
  from jsonb_to_recordset($1) as made (kind text, schema text, name text, internal boolean)
  cross join lateral (
    select p.oid::regprocedure::text as identity,
           p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as trigger,
           exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                   where x.grantee = 0) as public_may,
           exists (select from aclexplode(p.proacl) x
                   where x.grantee = to_regrole($2)::oid and x.privilege_type = 'EXECUTE') as app_may
    from pg_proc p
    where made.kind = 'routine' and p.pronamespace = to_regnamespace(quote_ident(made.schema))
      and p.proname = made.name
    union all
    select c.oid::regclass::text, false,
           exists (select from aclexplode(c.relacl) x where x.grantee = 0),
           exists (select from aclexplode(c.relacl) x
                   where x.grantee = to_regrole($2)::oid and x.privilege_type = 'SELECT')
    from pg_class c
    where made.kind = 'view' and c.relnamespace = to_regnamespace(quote_ident(made.schema))
      and c.relname = made.name and c.relkind = 'v'
  ) as found
  order by made.kind, identity`;

/** An extension that a superuser installs belongs to that role, whose default rights close it. */
const CLOSED_EXTENSION_ROUTINES = `
  select p.oid::regprocedure::text as identity
  from pg_depend d
  join pg_extension e on e.oid = d.refobjid
  join pg_proc p on p.oid = d.objid
  where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_extension'::regclass
    and d.deptype = 'e' and e.extname = any ($1) and p.proowner = quote_ident(current_user)::regrole
    and not exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                    where x.grantee in (0, to_regrole($2)::oid))
  order by identity`;

/**
 * The statements that bring the rights on routines and views to their rule: nobody has them but
 * their owner, and the application role where the file is not `-- @internal`. What no file makes is
 * left as it is. Empty where all is as it should be.
 */
export async function objectGrants(
  client: pg.Client,
  made: readonly MadeName[],
  extensions: readonly string[],
  appRole: string,
): Promise<string[]> {
  const app = pg.escapeIdentifier(appRole);
  const { rows } = await client.query<Found>(IN_CATALOG, [JSON.stringify(made), app]);
  const { rows: closed } = await client.query<{ identity: string }>(CLOSED_EXTENSION_ROUTINES, [
    extensions,
    app,
  ]);
  return [
    ...rows.flatMap((found) => statementsFor(found, app)),
    ...closed.map(({ identity }) => `GRANT EXECUTE ON ROUTINE ${identity} TO ${app}`),
  ];
}

function statementsFor(found: Found, app: string): string[] {
  const right = found.kind === 'view' ? 'SELECT' : 'EXECUTE';
  const object = `${found.kind === 'view' ? 'TABLE' : 'ROUTINE'} ${found.identity}`;
  const wanted = !found.internal && !found.trigger;
  return [
    found.publicMay ? `REVOKE ALL ON ${object} FROM PUBLIC` : '',
    wanted && !found.appMay ? `GRANT ${right} ON ${object} TO ${app}` : '',
    !wanted && found.appMay ? `REVOKE ALL ON ${object} FROM ${app}` : '',
  ].filter((statement) => statement !== '');
}
