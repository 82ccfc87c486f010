import pg from 'pg';
import { connect, withConnection } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { SIDE_ROLES } from '../environment/side-roles.ts';
import { databaseFault, roleNotPermitted } from '../errors.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** Another session made or changed the same role at the same moment. */
const RACED = new Set(['42710', '23505', 'XX000']);
const ATTEMPTS = 3;

interface WantedRole {
  readonly url: string;
  readonly right: 'createdb' | 'nocreatedb';
  /** Where its name and password stand. */
  readonly variable: string;
}

/**
 * Makes the roles and, on the embedded server, the database. On another server the owner is who
 * DATABASE_URL says, and is not made.
 *
 * @returns whether anything was made
 * @throws CodedError `MIGRATOR.ROLE_NOT_PERMITTED`, `MIGRATOR.DATABASE_FAULT`
 */
export async function ensureRoles(target: DatabaseTarget): Promise<boolean> {
  const admin = new URL(target.adminUrl);
  if (target.kind === 'embedded') admin.pathname = '/postgres';
  return withConnection(admin.toString(), async (client) => {
    const wanted: readonly WantedRole[] = [
      ...(target.kind === 'embedded'
        ? [{ url: target.ownerUrl, right: 'createdb', variable: 'DATABASE_URL' } as const]
        : []),
      { url: target.appUrl, right: 'nocreatedb', variable: 'APP_DATABASE_URL' },
      ...target.sideRoles.map(({ kind, url }) => {
        return { url, right: 'nocreatedb', variable: SIDE_ROLES[kind].variable } as const;
      }),
    ];
    let isMade = false;
    for (const role of wanted) isMade = (await ensureRole(client, role)) || isMade;
    const database = target.kind === 'embedded' && (await ensureDatabase(client, target));
    return isMade || database;
  });
}

/** Creates a role with the password of its URL; an existing one whose password fits is left alone. */
async function ensureRole(
  client: pg.Client,
  { url, right, variable }: WantedRole,
): Promise<boolean> {
  const { username, password } = new URL(url);
  const role = decodeURIComponent(username);
  const secret = pg.escapeLiteral(decodeURIComponent(password));
  for (let attempt = 1; ; attempt += 1) {
    const { rows } = await client.query<{ there: boolean; can: boolean }>(
      `select exists (select 1 from pg_roles where rolname = $1) as there,
              (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as can`,
      [role],
    );
    const { there = false, can = false } = rows[0] ?? {};
    if (there && (await canLogIn(url))) return false;
    if (!can) throw roleNotPermitted(role, there, variable);
    const sql = there
      ? // Who is no superuser may not even mention that attribute of a role that exists.
        `alter role ${quote(role)} login password ${secret}`
      : `create role ${quote(role)} login nosuperuser ${right} nocreaterole nobypassrls password ${secret}`;
    try {
      await client.query(sql);
      return true;
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (code === '42501') throw roleNotPermitted(role, there, variable);
      if (RACED.has(code) && attempt < ATTEMPTS) continue;
      throw databaseFault(`the role ${role}`, describeDatabaseError(error));
    }
  }
}

async function canLogIn(url: string): Promise<boolean> {
  try {
    // Who only reads may be sent to a replica.
    await (await connect(url, 'any server')).end();
    return true;
  } catch (error) {
    const { details } = error as { details?: { sqlstate?: string } };
    return details?.sqlstate === '3D000' || details?.sqlstate === '42501';
  }
}

async function ensureDatabase(client: pg.Client, target: DatabaseTarget): Promise<boolean> {
  const found = await client.query('select 1 from pg_database where datname = $1', [
    target.database,
  ]);
  if (found.rowCount !== 0) return false;
  const sql = `create database ${quote(target.database)} owner ${quote(target.ownerRole)} template template0`;
  await client.query(sql).catch((error: unknown) => {
    if ((error as { code?: string }).code === '42P04') return;
    throw databaseFault(`the database ${target.database}`, describeDatabaseError(error));
  });
  return true;
}
