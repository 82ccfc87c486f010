import path from 'node:path';
import { openCredentials } from '@holovitals/postgres';
import { databaseUrlMalformed, databaseUrlMissing } from '../errors.ts';
import { SIDE_ROLE_KINDS, SIDE_ROLES, type SideRole, type SideRoleKind } from './side-roles.ts';
import type { Workspace } from './workspace.ts';

/** The database that commands work on, and the roles in it. */
export interface DatabaseTarget {
  readonly kind: 'embedded' | 'external';
  readonly database: string;
  readonly ownerRole: string;
  readonly appRole: string;
  /** The role that owns the tables: migrations run as this one. */
  readonly ownerUrl: string;
  /** The role that may create roles and the database. */
  readonly adminUrl: string;
  /** The role that applications use. */
  readonly appUrl: string;
  /** Those that are set up: on the embedded server all of them, elsewhere those with a variable. */
  readonly sideRoles: readonly SideRole[];
}

/**
 * Decides which database is meant: `DATABASE_URL`; else, outside production, the embedded server,
 * which is started or joined.
 *
 * @throws CodedError `MIGRATOR.DATABASE_URL_MISSING`, `MIGRATOR.DATABASE_URL_MALFORMED`, `POSTGRES.*`
 */
export async function resolveTarget(workspace: Workspace): Promise<DatabaseTarget> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') return external(workspace, given);
  if (process.env['NODE_ENV'] === 'production') throw databaseUrlMissing();
  const { startServer } = await import('@holovitals/postgres');
  const server = await startServer({ dataDir: path.join(workspace.root, '.data', 'postgres') });
  const database = workspace.databaseName;
  const [ownerRole, appRole] = [`${database}_owner`, `${database}_app`];
  return {
    ...{ kind: 'embedded', database, ownerRole, appRole },
    ownerUrl: server.url({ database, role: ownerRole }),
    adminUrl: server.url({ database }),
    appUrl: server.url({ database, role: appRole }),
    sideRoles: SIDE_ROLE_KINDS.map((kind) => {
      const role = `${database}_${SIDE_ROLES[kind].suffix}`;
      return { kind, role, url: server.url({ database, role }) };
    }),
  };
}

function external(workspace: Workspace, given: string): DatabaseTarget {
  const owner = parse('DATABASE_URL', given);
  const database = decodeURIComponent(owner.pathname.slice(1));
  const app = applicationUrl(workspace, owner, database);
  return {
    kind: 'external',
    database,
    ownerRole: decodeURIComponent(owner.username),
    appRole: decodeURIComponent(app.username),
    ownerUrl: owner.toString(),
    adminUrl: owner.toString(),
    appUrl: app.toString(),
    sideRoles: SIDE_ROLE_KINDS.flatMap(givenRole),
  };
}

/** `APP_DATABASE_URL`, else the default role with a password kept under `.data`. */
function applicationUrl(workspace: Workspace, owner: URL, database: string): URL {
  const given = process.env['APP_DATABASE_URL'];
  if (given !== undefined && given !== '') return parse('APP_DATABASE_URL', given);
  const app = new URL(owner);
  const role = `${database}_app`;
  const credentials = openCredentials(path.join(workspace.root, '.data', `roles-${owner.host}`));
  app.username = encodeURIComponent(role);
  app.password = encodeURIComponent(credentials.passwordOf(role));
  return app;
}

function givenRole(kind: SideRoleKind): SideRole[] {
  const { variable } = SIDE_ROLES[kind];
  const given = process.env[variable];
  if (given === undefined || given === '') return [];
  const url = parse(variable, given);
  return [{ kind, role: decodeURIComponent(url.username), url: url.toString() }];
}

/** `schema` is a parameter of Prisma's that the server would refuse. */
function parse(variable: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) {
    throw databaseUrlMalformed(variable);
  }
  if (![url.username, url.password, url.pathname].every(isDecodable)) {
    throw databaseUrlMalformed(
      variable,
      'A "%" in it is not followed by two hexadecimal digits: write %25.',
    );
  }
  url.searchParams.delete('schema');
  return url;
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text).length > 0 || text === '';
  } catch {
    return false;
  }
}
