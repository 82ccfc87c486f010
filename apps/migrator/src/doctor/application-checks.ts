import { isCodedError } from '@holovitals/errors';
import { databaseIdentity } from '../connection/database-identity.ts';
import { withConnection } from '../connection/connect.ts';
import type { DatabaseCheck, Examination } from './examination.ts';
import { critical, ok, skipped, type Verdict } from './finding.ts';
import { findRoleFaults } from './role-faults.ts';

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

async function checkRole({ client, target }: Examination): Promise<Verdict> {
  const faults = await findRoleFaults(client, target.appRole, false);
  if (faults === null) {
    return skipped(`${target.appRole} does not exist yet.`, 'See the check create-role.');
  }
  if (faults.length === 0) return ok('The application role has no right beyond its tables.');
  return critical(
    `The application role ${target.appRole} ${faults.map(({ what }) => what).join(', ')}.`,
    'Row security and rights on tables do not bind such a role.',
    'Give the application a role of its own: unset APP_DATABASE_URL or correct it, then run `pnpm migrator roles sync`.',
  );
}

async function roleExists({ client, target }: Pick<Examination, 'client' | 'target'>) {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [
    target.appRole,
  ]);
  return rowCount !== 0;
}
