import pg from 'pg';
import { connect, withConnection } from '../connection/connect.ts';
import { describeDatabaseError } from '../connection/database-error.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { databaseFault, roleNotPermitted } from '../errors.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** Another session made or changed the same role at the same moment. */
const RACED = new Set(['42710', '23505', 'XX000']);
const ATTEMPTS = 3;

/**
 * Makes both roles and, on the embedded server, the database. On another server only the
 * application role is made: the owner is who DATABASE_URL says.
 *
 * @returns whether anything was made
 * @throws CodedError `MIGRATOR.ROLE_NOT_PERMITTED`, `MIGRATOR.DATABASE_FAULT`
 */
export async function ensureRoles(target: DatabaseTarget): Promise<boolean> {
  const admin = new URL(target.adminUrl);
  if (target.kind === 'embedded') admin.pathname = '/postgres';
  return withConnection(admin.toString(), async (client) => {
    const owner =
      target.kind === 'embedded' && (await ensureRole(client, target.ownerUrl, 'createdb'));
    const app = await ensureRole(client, target.appUrl, 'nocreatedb');
    const database = target.kind === 'embedded' && (await ensureDatabase(client, target));
    return owner || app || database;
  });
}

/** Creates a role with the password of its URL; an existing one whose password fits is left alone. */
async function ensureRole(client: pg.Client, url: string, right: string): Promise<boolean> {
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
    if (!can) throw roleNotPermitted(role, there);
    const sql = there
      ? // Who is no superuser may not even mention that attribute of a role that exists.
        `alter role ${quote(role)} login password ${secret}`
      : `create role ${quote(role)} login nosuperuser ${right} nocreaterole nobypassrls password ${secret}`;
    try {
      await client.query(sql);
      return true;
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (code === '42501') throw roleNotPermitted(role, there);
      if (RACED.has(code) && attempt < ATTEMPTS) continue;
      throw databaseFault(`the role ${role}`, describeDatabaseError(error));
    }
  }
}

async function canLogIn(url: string): Promise<boolean> {
  try {
    await (await connect(url)).end();
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
