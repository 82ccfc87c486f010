import { isCodedError } from '@holovitals/errors';
import { databaseIdentity } from '../connection/database-identity.ts';
import { withConnection } from '../connection/connect.ts';
import type { DatabaseCheck, Examination } from './examination.ts';
import { critical, ok, skipped, type Verdict } from './finding.ts';

/** What the role that applications use may do, and must not. */
export const applicationChecks: readonly DatabaseCheck[] = [
  { name: 'application-login', check: checkLogin },
  { name: 'application-role', check: checkRole },
];

async function checkLogin({ client, target }: Examination): Promise<Verdict> {
  if (!(await roleExists({ client, target }))) {
    return skipped(`${target.appRole} does not exist yet.`, 'See the check create-role.');
  }
  const own = await databaseIdentity(client);
  try {
    const other = await withConnection(target.appUrl, databaseIdentity, 'any server');
    if (other === own) return ok(`The application can connect as ${target.appRole}.`);
    return critical(
      'APP_DATABASE_URL and DATABASE_URL are two databases.',
      'The application would work on a database that no migration reaches.',
      'Point both at the same database.',
    );
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return critical(
      `The application cannot connect as ${target.appRole}.`,
      error.why ?? error.message,
      'Correct APP_DATABASE_URL, or run `pnpm migrator roles sync`.',
    );
  }
}

interface RoleFacts {
  readonly superuser: boolean;
  readonly bypasses: boolean;
  readonly creates: boolean;
  readonly same: boolean;
  readonly member: boolean;
  readonly owns: boolean;
  readonly makes: boolean;
}

async function checkRole(examination: Examination): Promise<Verdict> {
  const { client, target } = examination;
  if (!(await roleExists(examination))) {
    return skipped(`${target.appRole} does not exist yet.`, 'See the check create-role.');
  }
  const { rows } = await client.query<RoleFacts>(
    `select rolsuper as superuser, rolbypassrls as bypasses,
            rolcreatedb or rolcreaterole or rolreplication as creates,
            rolname = current_user as same,
            rolname <> current_user and pg_has_role(rolname, current_user, 'MEMBER') as member,
            exists (select from pg_class c where c.relkind in ('r', 'p', 'v', 'm')
                    and c.relnamespace = to_regnamespace('public')
                    and pg_has_role(r.oid, c.relowner, 'MEMBER')) as owns,
            has_schema_privilege(rolname, 'public', 'create')
              or has_database_privilege(rolname, current_database(), 'create') as makes
     from pg_roles r where rolname = $1`,
    [target.appRole],
  );
  const reasons = rows.flatMap((facts) => reasonsOf(facts));
  if (reasons.length === 0) return ok('The application role has no right beyond its tables.');
  return critical(
    `The application role ${target.appRole} ${reasons.join(', ')}.`,
    'Row security and rights on tables do not bind such a role.',
    'Give the application a role of its own: unset APP_DATABASE_URL or correct it, then run `pnpm migrator roles sync`.',
  );
}

function reasonsOf(facts: RoleFacts): string[] {
  if (facts.same) return ['is the role of migrations itself'];
  return [
    ...(facts.superuser ? ['is a superuser'] : []),
    ...(facts.bypasses ? ['has BYPASSRLS'] : []),
    ...(facts.creates ? ['may create databases or roles, or replicate'] : []),
    ...(facts.member && !facts.superuser ? ['may become the role of migrations'] : []),
    ...(facts.owns && !facts.member && !facts.superuser ? ['owns tables'] : []),
    ...(facts.makes && !facts.superuser ? ['may create in the schema or the database'] : []),
  ];
}

async function roleExists({ client, target }: Pick<Examination, 'client' | 'target'>) {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [
    target.appRole,
  ]);
  return rowCount !== 0;
}
