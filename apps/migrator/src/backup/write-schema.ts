import type pg from 'pg';
import { backupUnsupported } from '../errors.ts';
import { queryCatalog } from '../objects/object-catalog.ts';
import { commentStatements } from './schema/comment-statements.ts';
import { findUnwritable } from './schema/find-unwritable.ts';
import { ownerStatements } from './schema/owner-statements.ts';
import { readItems } from './schema/read-items.ts';
import { rightsStatements } from './schema/rights-statements.ts';

/** The structure of a database as SQL, and the roles that it names besides the owner. */
export interface WrittenSchema {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly roles: readonly string[];
}

/**
 * Writes a database's structure as statements that make it in an empty one.
 *
 * @throws CodedError `MIGRATOR.BACKUP_UNSUPPORTED` for what only \`pg_dump\` can write
 */
export async function writeSchema(client: pg.Client): Promise<WrittenSchema> {
  const unwritable = await findUnwritable(client);
  if (unwritable.length > 0) throw backupUnsupported(unwritable, true);
  const items = await readItems(client);
  const sqlOf = (late: boolean) => items.filter((it) => it.late === late).flatMap(({ sql }) => sql);
  return {
    before: sqlOf(false),
    after: [
      ...sqlOf(true),
      ...(await commentStatements(client)),
      ...(await ownerStatements(client)),
      ...(await rightsStatements(client)),
    ],
    roles: await readRoles(client),
  };
}

const ROLES = `
select distinct pg_get_userbyid(refobjid) as name
from pg_shdepend where dbid in (0, (select oid from pg_database where datname = current_database()))
  and refclassid = 'pg_authid'::regclass and deptype in ('o', 'a', 'r')
  and (dbid <> 0 or objid = (select oid from pg_database where datname = current_database()))
  and refobjid <> (select datdba from pg_database where datname = current_database())
union
select pg_get_userbyid(setrole) from pg_db_role_setting
where setrole <> 0 and setdatabase = (select oid from pg_database where datname = current_database())
order by 1`;

/** Roles that own something here, have rights, or are named by a policy. */
async function readRoles(client: pg.Client): Promise<string[]> {
  return (await queryCatalog<{ name: string }>(client, ROLES)).map(({ name }) => name);
}
