import { isCodedError } from '@holovitals/errors';
import { databaseIdentity } from '../connection/database-identity.ts';
import { withConnection } from '../connection/connect.ts';
import { SIDE_ROLES, type SideRole } from '../environment/side-roles.ts';
import type { DatabaseCheck, Examination } from './examination.ts';
import { critical, ok, warning, type Verdict } from './finding.ts';
import { findRoleFaults } from './role-faults.ts';

/** What the roles for reading, audits and backups may do, and must not. */
export const sideRoleChecks: readonly DatabaseCheck[] = [
  { name: 'side-roles', check: checkSideRoles },
];

async function checkSideRoles(examination: Examination): Promise<Verdict> {
  const { sideRoles } = examination.target;
  if (sideRoles.length === 0) {
    const variables = Object.values(SIDE_ROLES).map(({ variable }) => variable);
    return ok(`No role beside owner and application is set up (${variables.join(', ')}).`);
  }
  const found: Verdict[] = [];
  for (const role of sideRoles) found.push(await checkSideRole(examination, role));
  const gravest =
    found.find(({ state }) => state === 'critical') ??
    found.find(({ state }) => state === 'warning');
  const names = sideRoles.map(({ role }) => role).join(', ');
  return gravest ?? ok(`Nothing beyond their purpose is open to ${names}.`);
}

async function checkSideRole({ client }: Examination, side: SideRole): Promise<Verdict> {
  const faults = await findRoleFaults(client, side.role, side.kind === 'backup');
  if (faults === null) {
    return warning(
      `The ${side.kind} role ${side.role} does not exist yet.`,
      `${SIDE_ROLES[side.kind].variable} leads nowhere.`,
      'Run `pnpm migrator roles sync`.',
    );
  }
  const [fault] = faults;
  if (faults.length === 1 && fault?.what === 'lacks BYPASSRLS') {
    return warning(
      `The backup role ${side.role} lacks BYPASSRLS.`,
      'Row security hides rows from it: a backup by it is refused.',
      `A superuser runs: ${fault.sql.join('; ')};`,
    );
  }
  if (faults.length > 0) {
    return critical(
      `The ${side.kind} role ${side.role} ${faults.map(({ what }) => what).join(', ')}.`,
      'It can do more than its purpose asks for.',
      `Take that away, or name another role in ${SIDE_ROLES[side.kind].variable} and run \`pnpm migrator roles sync\`.`,
    );
  }
  return checkLogin(await databaseIdentity(client), side);
}

async function checkLogin(own: string, { kind, role, url }: SideRole): Promise<Verdict> {
  const { variable } = SIDE_ROLES[kind];
  try {
    if ((await withConnection(url, databaseIdentity, 'any server')) === own) return ok('');
    return critical(
      `${variable} and DATABASE_URL are two databases.`,
      `Rights of the ${kind} role are kept where DATABASE_URL leads.`,
      'Point both at the same database.',
    );
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return critical(
      `Nobody can connect as ${role}.`,
      error.why ?? error.message,
      `Correct ${variable}, or run \`pnpm migrator roles sync\`.`,
    );
  }
}
